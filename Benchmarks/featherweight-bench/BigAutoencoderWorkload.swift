import FeatherNetworks
import FeatherTensors

/// Steps of the autoencoder of the `vgg3` classifier's weights, 550570-320-550570: all of it is bound by memory.
///
/// It goes on from where the last repetition left it: starting anew would take longer than the steps.
final class BigAutoencoderWorkload: Workload {
  static let latent = 320
  private static let rows = 16
  private static let steps = 2
  private let samples: [Float]
  private let parameters: Int
  private var trainer: AutoencoderTrainer
  private var isFresh = true

  init(_ setting: Setting) throws {
    let model = try Models.vgg3()
    parameters = model.parameterCount
    samples = Models.snapshots(Self.rows, of: model)
    trainer = AutoencoderTrainer(
      Models.autoencoder(of: parameters, latent: Self.latent), rule: .adam(learningRate: 0.001), batch: Self.rows,
      team: setting.team)
    var stream = RandomStream(seed: 1, purpose: .codecWeights)
    trainer.restart(.glorotUniform, stream: &stream)
  }

  func repetition() throws -> Repetition {
    var loss = Double.nan
    let seconds = Measurement.seconds {
      for _ in 0..<Self.steps {
        var stream = RandomStream(seed: 1, purpose: .codecFit)
        loss = trainer.epoch(over: samples, stream: &stream)
      }
    }
    defer { isFresh = false }
    return Repetition(seconds: seconds, units: Double(Self.steps), check: isFresh ? [loss] : [])
  }

  func dump(to folder: DumpFolder) throws {
    let own = try folder.folder("big-ae")
    try own.write("samples", samples, shape: [Self.rows, parameters])
    let start = trainer.parameters
    try own.write("start", type: "<f4", [start.count], UnsafeRawBufferPointer(start))
  }
}
