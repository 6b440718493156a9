import FeatherExperiments
import FeatherResults

@testable import FeatherReports

/// Made-up sweeps whose accuracy rises with bytes.
enum FrontierFixture {
  static let codecs = [
    "identity", "float16", "bfloat16", "qsgd", "sign", "topk", "randomk", "stc", "count-sketch", "drive", "eden",
    "powersgd", "pca", "autoencoder", "autoencoder + quantise 8",
  ]

  /// Fifteen codecs with three budgets each, under two conditions; one codec collapses, one lacks runs, one diverged.
  static func crowd() -> FrontierReport {
    let conditions = [("iid", 0.97), ("dirichlet", 0.93)].map { scheme, best in
      let entries = codecs.enumerated().flatMap { index, codec in
        (0..<(codec == "identity" ? 1 : 3)).map { entry(codec, index, budget: $0, best: best) }
      }
      return FrontierReport.Condition(
        values: [(key: "partition", value: scheme), (key: "clients", value: "10")], entries: entries)
    }
    return FrontierReport(
      name: "crowd", about: "Many codecs.", score: .final, conditions: conditions, gaps: ["Marked *: 1 missing."])
  }

  private static func entry(_ codec: String, _ index: Int, budget: Int, best: Double) -> FrontierReport.Entry {
    let saved = codec == "identity" ? 1 : Double(index + 1) * [1, 4, 30][budget]
    let update = 50_920_000 / saved
    let lost = codec == "sign" ? 0.5 : 0.002 * Double(index % 5) + 0.00004 * saved
    let (missing, diverged) = (codec == "pca" ? 1 : 0, codec == "drive" && budget == 2 ? 1 : 0)
    let shipped = codec.hasPrefix("autoencoder") ? 21_000_000.0 : 0
    func bytes(_ all: Double) -> Statistic? { Statistic([all, all, all]) }
    return FrontierReport.Entry(
      name: CodecNames.Name(
        codec: codec, settings: codec == "identity" ? [] : [(key: "budget", value: "\(8 << (2 * budget))")],
        isIdentity: codec == "identity"),
      tally: "\(3 - missing - diverged)/3", runs: (3 - missing - diverged, 3, missing, diverged),
      accuracy: Statistic([-0.004, 0, 0.004].dropLast(missing + diverged).map { best - lost + $0 }),
      bytes: [
        .uplink: bytes(update), .life: bytes(update + shipped), .everything: bytes(update + shipped + 50_920_000),
      ].compactMapValues { $0 })
  }

  /// Four codecs, two numbers of clients, two seeds.
  static let spec = """
    name: front
    about: Codecs for two federations.
    sweep:
      grid:
        partition.clients: [2, 5]
        codec:
          - {name: identity}
          - {name: autoencoder, latent: 8}
          - {name: autoencoder, latent: 32}
          - [{name: autoencoder, latent: 32}, {name: quantise, bits: 8}]
        seed: [1, 2]
    """

  /// Accuracy falls with the latent, with quantisation and with clients; seeds are 0.02 apart.
  static func accuracy(_ spec: RunSpec) -> Double {
    var accuracy = 0.94 + 0.02 * Double(spec.seed) - (spec.partition.clients == 5 ? 0.1 : 0)
    if case .autoencoder(let settings) = spec.codec { accuracy -= settings.latent == 8 ? 0.1 : 0.04 }
    return spec.quantise == nil ? accuracy : accuracy - 0.01
  }

  /// The report of a spec of which all runs are complete, but those that `status` says otherwise of.
  static func report(
    _ spec: String = spec, score: FrontierReport.Score = .final,
    status: (Cell) -> RunResult.Status? = { _ in .complete }
  ) throws -> FrontierReport {
    let plan = try SyntheticSweep.plan(spec)
    let summaries = try plan.cells.compactMap { cell in
      try status(cell).map { try SyntheticSweep.summary(cell, accuracy: accuracy(cell.spec), status: $0) }
    }
    return try FrontierReport(plan: plan, summaries: summaries, folder: "results/front", score: score)
  }
}
