import FeatherExperiments
import FeatherFederation
import FeatherResults
import FoundationEssentials
import Glibc

/// Writing one run's result file with weights, latents and codecs, until it is safe on the disk.
final class FileWorkload: Workload {
  private let result: RunResult
  private let identity: RunIdentity
  private let path: String

  init() throws {
    var codec = AutoencoderSpec()
    codec.epochs = 1
    var spec = RunSpec()
    spec.dataset.train = 200
    spec.dataset.test = 100
    spec.training.localEpochs = 1
    spec.prepass.epochs = 1
    spec.codec = .autoencoder(codec)
    spec.federation.rounds = 200
    spec.store.weights = .all
    spec.store.codec = true
    let data = try Setting(data: nil, threads: 1).images(spec.dataset)
    result = try Federation(spec, data: data).run()
    identity = RunIdentity(spec, RunID(spec))
    path = FileManager.default.currentDirectoryPath + "/.bench-\(getpid()).h5.tmp"
  }

  deinit { unlink(path) }

  func repetition() throws -> Repetition {
    let seconds = try Measurement.seconds { _ = try RunFile.write(result, identity: identity, to: path) }
    let size = try AtomicFile.read(path).count
    return Repetition(seconds: seconds, units: Double(size))
  }
}
