internal import FeatherExperiments

extension PaperReport {
  private typealias Scope = CodecScope

  /// A run's savings ratio from its ledger, headers left out.
  private struct Measured {
    let rounds: Int
    let clients: Int
    let scope: Scope
    let sizes: ModelSizes
    let ratio: Double

    init?(_ run: PaperSweep.Run) {
      let spec = run.cell.spec
      // The formula has float32 latents and everyone in every round.
      guard case .autoencoder(let settings) = spec.codec, spec.quantise == nil, spec.federation.participation == 1
      else { return nil }
      rounds = spec.federation.rounds
      clients = spec.partition.clients
      scope = settings.scope
      ratio = run.scalar("lifetime_ratio_body")
      func count(_ name: String) -> Int { Int(exactly: run.scalar(name)) ?? 0 }
      sizes = ModelSizes(
        model: count("model_parameters"), encoder: count("encoder_parameters"), decoder: count("decoder_parameters"),
        latent: count("latent_size"))
    }

    var formula: Double {
      PublishedSizes.savings(
        sizes, rounds: Double(rounds), clients: Double(clients), decoders: scope == .shared ? 1 : Double(clients))
    }
  }

  private static let scopes: [(scope: Scope, title: String, short: String)] = [
    (.shared, "one shared decoder", "shared"), (.perClient, "a decoder per collaborator", "per client"),
  ]

  /// The ledger's savings ratio beside the formula's, with the latter's digits.
  var savingsTable: PaperTable? {
    guard let savings else { return nil }
    var grid = TextGrid()
    for heading in ["decoder", "rounds", "collaborators", "formula", "ledger"] {
      grid.addColumn(heading, numeric: heading != "decoder")
    }
    let measured = savings.runs.compactMap(Measured.init)
    grid.rows = Self.scopes.flatMap { scope, title, _ in
      measured.filter { $0.scope == scope }.map { point in
        [title, "\(point.rounds)", "\(point.clients)", NumberText.decimal(point.formula, 4)]
          + [NumberText.decimal(point.ratio, 4)]
      }
    }
    guard !grid.rows.isEmpty else { return nil }
    let caption =
      "Savings ratio: the formula of arXiv:2108.05670 and what the ledger counted, headers left out. "
      + savings.conditions(note: dataNote)
    return PaperTable(name: "table-savings", caption: caption, grid: grid)
  }

  /// Savings ratio against rounds and against collaborators, formula and ledger.
  var savingsFigure: Figure? {
    let runs = [savings, mnist, cifar10, colour].compactMap { $0?.runs }.joined()
    let measured = runs.compactMap(Measured.init)
    let panels = [PublishedSizes.mnist, .cifar10].flatMap { published in
      let points = measured.filter { $0.sizes == published.sizes }
      return [
        Self.panel(published, points, byRounds: true, fixed: 2),
        Self.panel(published, points, byRounds: false, fixed: 40),
      ]
    }
    let sources = [savings, mnist, cifar10, colour].compactMap { $0?.name }.joined(separator: ", ")
    return Figure(
      name: "figure-savings",
      caption:
        "Savings ratio: transfers without the autoencoder over transfers with it, including its decoder, one shared by all "
        + "or one per collaborator. Lines: formula of "
        + "arXiv:2108.05670 with its sizes; points: ledgers of runs with those sizes, headers left out (\(sources)). Below 1 "
        + "the scheme sends more than no compression."
        + (savings.map { " \($0.conditions(note: dataNote))" } ?? " The sweep paper-savings has not run."),
      panels: panels)
  }

  private static func panel(
    _ published: PublishedSizes, _ measured: [Measured], byRounds: Bool, fixed: Int
  ) -> Figure.Panel {
    let series = scopes.enumerated().flatMap { i, entry -> [Figure.Series] in
      let (scope, short) = (entry.scope, entry.short)
      let formula = steps.map { x in
        let (rounds, clients) = byRounds ? (x, Double(fixed)) : (Double(fixed), x)
        return Figure.Point(
          x: x,
          y: PublishedSizes.savings(
            published.sizes, rounds: rounds, clients: clients, decoders: scope == .shared ? 1 : clients))
      }
      let found = measured.filter { $0.scope == scope && (byRounds ? $0.clients : $0.rounds) == fixed }
        .map { Figure.Point(x: Double(byRounds ? $0.rounds : $0.clients), y: $0.ratio) }.sorted {
          ($0.x, $0.y) < ($1.x, $1.y)
        }
      let line = Figure.Series(title: "\(short), formula", mark: .dashed, colour: i, points: formula)
      guard !found.isEmpty else { return [line] }
      return [line, Figure.Series(title: "\(short), ledger", mark: .points, colour: i, points: found)]
    }
    return Figure.Panel(
      title: "\(published.data): \(byRounds ? "\(fixed) collaborators" : "\(fixed) rounds")",
      xLabel: byRounds ? "rounds" : "collaborators", yLabel: "savings ratio", logX: true, logY: true,
      reference: (1, "break-even"), series: series)
  }

  /// 1…1000, evenly on a logarithmic axis.
  private static let steps: [Double] = (0...60).reduce(into: [1.0]) { values, i in
    // The twentieth root of ten; 20 steps are a decade to the last digit that a plot could show.
    if i > 0 { values.append(i == 60 ? 1000 : (values.last ?? 1) * 1.122018454301963) }
  }
}
