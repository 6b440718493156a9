import FeatherExperiments
import Testing

@testable import FeatherResults

/// A made-up sweep with the sizes of arXiv:2108.05670: 15,910 weights, a latent of 32, two clients, ten rounds.
enum SyntheticSweep {
  /// Identity and two autoencoders, three seeds each: nine cells in this order.
  static func plan() throws -> Plan {
    try plan(
      """
      name: tiny_sweep
      about: Costs & savings at 100 % participation.
      sweep:
        grid:
          codec: [{name: identity}, {name: autoencoder, centre: true}, {name: autoencoder, centre: false}]
          seed: [1, 2, 3]
      """)
  }

  static func plan(_ body: String) throws -> Plan {
    try SweepSpec.load(text: "featherweight: 1\n\(body)\n", file: "tiny.yaml").plan()
  }

  /// Identity complete; the first autoencoder without its third seed; the second with one run complete and two diverged.
  static func summaries(_ plan: Plan) throws -> [RunSummary] {
    let cells = plan.cells
    return [
      // Out of order on purpose: the plan decides.
      try summary(cells[4], accuracy: 0.93, error: 0.05),
      try summary(cells[0], accuracy: 0.94), try summary(cells[1], accuracy: 0.95),
      try summary(cells[2], accuracy: 0.96), try summary(cells[3], accuracy: 0.92, error: 0.03),
      try summary(cells[6], accuracy: 0.5, error: 0.0001),
      try summary(cells[7], accuracy: 0.1, status: .diverged(round: 3, reason: "loss is NaN")),
      try summary(cells[8], accuracy: 0.1, status: .diverged(round: nil, reason: "fit is NaN")),
    ]
  }

  /// What a run's file would say; 8 bytes of header per message.
  static func summary(
    _ cell: Cell, accuracy: Double, error: Double = 0, rounds: Int = 10, status: RunResult.Status = .complete
  ) throws -> RunSummary {
    let sizes = ModelSizes(of: cell.spec)
    var result = RunResult(spec: cell.spec, sizes: sizes, layout: [], clients: [], labelSkew: 0, classes: 10)
    result.status = status
    result.rounds = (0..<rounds).map { round in
      let upload = UploadRecord(
        client: 0, trainLoss: 0, bytes: 0, relativeError: error, meanSquaredError: 0, latent: nil)
      return RoundRecord(
        round: round, testAccuracy: round == rounds - 1 ? accuracy : 0.99, testLoss: 0, bytesUp: 0, bytesDown: 0,
        uploads: [upload])
    }
    result.clients = [ClientRecord(indices: [0], labelHistogram: [Int](repeating: 0, count: 10))]
    for _ in 0..<2 * rounds {
      result.ledger.count(.model, .down, bodyBytes: 4 * sizes.model, headerBytes: 8)
      result.ledger.count(.update, .up, bodyBytes: 4 * sizes.latent, headerBytes: 8)
    }
    if sizes.decoder > 0 {
      for _ in 0..<2 { result.ledger.count(.decoder, .up, bodyBytes: 4 * sizes.decoder, headerBytes: 8) }
    }
    return try RunSummary(RunFileLayout.tree(result, RunIdentity(cell.spec, cell.id)))
  }
}
