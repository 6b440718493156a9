internal import FeatherExperiments

/// The figures that arXiv:2108.05670 states, or that its layouts give by arithmetic.
struct PublishedSizes {
  let data: String
  let sizes: ModelSizes
  /// The ratio per upload as the paper rounds it.
  let ratio: String

  static let mnist = PublishedSizes(
    data: "MNIST", sizes: ModelSizes(model: 15_910, encoder: 509_152, decoder: 525_030, latent: 32), ratio: "500x")
  static let cifar10 = PublishedSizes(
    data: "CIFAR-10", sizes: ModelSizes(model: 550_570, encoder: 176_182_720, decoder: 176_732_970, latent: 320),
    ratio: "1720x")

  /// Transfers without the autoencoder over transfers with it, its decoders included (arXiv:2108.05670).
  ///
  /// - Parameters:
  ///   - rounds: R.
  ///   - clients: C.
  ///   - decoders: how many decoders are shipped: 1 for a shared one, C for one per client.
  static func savings(_ sizes: ModelSizes, rounds: Double, clients: Double, decoders: Double) -> Double {
    let uploads = rounds * clients
    return Double(sizes.model) * uploads / (Double(sizes.latent) * uploads + Double(sizes.decoder) * decoders)
  }

  /// The paper's column: name of the quantity and its text.
  var rows: [(quantity: String, text: String)] {
    let ratio = Double(sizes.model) / Double(sizes.latent)
    let perUpload = Double(sizes.model - sizes.latent)
    return [
      ("classifier parameters", NumberText.grouped(sizes.model)),
      ("autoencoder parameters", NumberText.grouped(sizes.autoencoder)),
      ("encoder parameters", NumberText.grouped(sizes.encoder)),
      ("decoder parameters", NumberText.grouped(sizes.decoder)),
      ("floats per upload", NumberText.grouped(sizes.latent)),
      ("upload ratio", "\(NumberText.ratio(ratio)) (\"\(self.ratio)\")"), ("upload ratio on the wire", "–"),
      ("decoder in model sizes", NumberText.decimal(Double(sizes.decoder) / Double(sizes.model), 1)),
      ("uploads to break even", NumberText.decimal(Double(sizes.decoder) / perUpload, 1)),
    ]
  }
}

extension PaperReport {
  /// Sizes and ratios of both models, measured beside published.
  var sizesTable: PaperTable? {
    var grid = TextGrid()
    grid.addColumn("quantity")
    for published in [PublishedSizes.mnist, .cifar10] {
      grid.addColumn("\(published.data), published", numeric: true)
      grid.addColumn("\(published.data), measured", numeric: true)
    }
    let (mnist, cifar10) = (Self.measured(mnist), Self.measured(cifar10))
    grid.rows = zip(PublishedSizes.mnist.rows, PublishedSizes.cifar10.rows).enumerated().map { i, row in
      [row.0.quantity, row.0.text, mnist?[i] ?? "not run", row.1.text, cifar10?[i] ?? "not run"]
    }
    let sources = [("MNIST", self.mnist), ("CIFAR-10", self.cifar10)].compactMap { data, sweep in
      sweep.map { "\(data) measured in sweep \($0.name)" }
    }
    let caption =
      "Sizes and ratios of arXiv:2108.05670 and of the bytes that crossed here. Published: stated by the paper, or arithmetic on "
      + "its layouts; the quoted ratios are its own rounding. Break-even counts headers where measured"
      + (sources.isEmpty ? "." : "; \(sources.joined(separator: ", ")).")
    return PaperTable(name: "table-sizes", caption: caption, grid: grid)
  }

  /// The measured column, in the order of `PublishedSizes.rows`; what the first run of the autoencoder states.
  private static func measured(_ sweep: PaperSweep?) -> [String]? {
    guard let run = sweep?.autoencoder?.runs.first else { return nil }
    let counts = [
      "model_parameters", "autoencoder_parameters", "encoder_parameters", "decoder_parameters", "latent_size",
    ]
    let decoder = run.scalar("decoder_parameters") / run.scalar("model_parameters")
    return counts.map { NumberText.decimal(run.scalar($0), 0) }
      + [NumberText.ratio(run.scalar("upload_ratio")), NumberText.ratio(run.scalar("upload_ratio_on_wire"))]
      + [NumberText.decimal(decoder, 1), NumberText.decimal(run.scalar("break_even_uploads"), 1)]
  }
}
