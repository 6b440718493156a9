import FeatherNetworks
import FeatherTensors

/// Steps of the autoencoder of the classifier's weights, 15910-32-15910: of one, or of several side by side, a thread each.
final class AutoencoderWorkload: Workload {
  private static let count = 48
  private static let batch = 16
  private static let epochs = 10
  private let samples = Models.snapshots(count, of: Models.mlp)
  private let architecture = Models.autoencoder(of: Models.mlp.parameterCount, latent: 32)
  private let start: [Float]
  private let lanes: [Lane]
  private let team: ThreadTeam

  init(copies: Int, _ setting: Setting) {
    team = setting.team
    var stream = RandomStream(seed: 1, purpose: .initialWeights)
    start = architecture.initialParameters(.glorotUniform, stream: &stream)
    lanes = (0..<copies).map { [architecture] _ in Lane(architecture, batch: Self.batch) }
  }

  func repetition() -> Repetition {
    lanes.forEach { $0.restart(from: start) }
    let seconds = Measurement.seconds {
      team.forEach(lanes.count) { lanes[$0].train(samples, epochs: Self.epochs) }
    }
    let steps = Self.count / Self.batch * Self.epochs * lanes.count
    return Repetition(seconds: seconds, units: Double(steps), check: [lanes[0].loss])
  }

  func dump(to folder: DumpFolder) throws {
    let own = try folder.folder("ae")
    try own.write("samples", samples, shape: [Self.count, Models.mlp.parameterCount])
    try own.write("start", start, shape: [start.count])
    let orders = (0..<Self.epochs).flatMap { epoch in
      var stream = Lane.stream(epoch)
      return stream.permutation(Self.count)
    }
    try own.write("order", orders, shape: [Self.epochs, Self.count])
  }

  /// One autoencoder and its training.
  private final class Lane {
    private var trainer: AutoencoderTrainer
    /// Mean loss of the last epoch.
    private(set) var loss = Double.nan

    init(_ architecture: Architecture, batch: Int) {
      trainer = AutoencoderTrainer(architecture, rule: .adam(learningRate: 0.001), batch: batch)
    }

    func restart(from start: [Float]) { trainer.restart(from: start) }

    func train(_ samples: [Float], epochs: Int) {
      for epoch in 0..<epochs {
        var stream = Self.stream(epoch)
        loss = trainer.epoch(over: samples, stream: &stream)
      }
    }

    static func stream(_ epoch: Int) -> RandomStream { RandomStream(seed: 1, purpose: .codecFit, lane: epoch) }
  }
}
