public import FeatherExperiments
internal import Glibc

/// How much memory and disk a run takes, counted from its spec before anything is allocated.
public struct ResourceEstimate: Hashable, Sendable {
  /// Peak resident memory of the run's process, bytes.
  public let peakBytes: Int
  /// Size of the result file before compression, bytes: an upper bound.
  public let diskBytes: Int

  /// Memory of this machine, bytes.
  public static var physicalMemory: Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }

  /// Counts the arrays that a run holds at its widest moment.
  public init(of spec: RunSpec) {
    let sizes = ModelSizes(of: spec)
    let clients = spec.partition.clients
    let samples = spec.dataset.train + spec.dataset.test
    // Images as floats, the labels, and the partition's indices and permutation.
    let data = samples * (spec.dataset.shape.inputs * 4 + 1) + spec.dataset.train * 8
    let classifier = sizes.model * 4 * 8
    var snapshots = 0
    var fit = 0
    var codecs = 0
    if case .autoencoder(let autoencoder) = spec.codec {
      let perClient = Self.snapshotCount(spec)
      snapshots = clients * perClient * sizes.model * 4
      let fitted = autoencoder.scope == .shared ? clients * perClient : perClient
      let moments = autoencoder.optimizer == .adam ? 2 : autoencoder.momentum > 0 ? 1 : 0
      // Weights, gradients and moments; the flattened snapshots; a batch through the widest layers; halves and their payloads.
      fit = sizes.autoencoder * 4 * (2 + moments) + fitted * sizes.model * 4
        + 4 * min(autoencoder.batch, fitted) * sizes.model * 4 + sizes.autoencoder * 4 * 3
      codecs = sizes.autoencoder * 4 * (autoencoder.scope == .shared ? 1 : clients)
    }
    let uploads = max(1, Int(Double(clients) * spec.federation.participation)) * sizes.model * 4 * 3
    let latents = spec.federation.rounds * clients * sizes.latent * 4 * (spec.codec == .identity ? 0 : 1)
    // The process itself with its libraries, then whatever is largest at a time.
    peakBytes = 40_000_000 + data + classifier + snapshots + codecs + max(fit, uploads + latents)
    diskBytes = Self.disk(spec, sizes, latents: latents, snapshots: snapshots)
  }

  private static func disk(_ spec: RunSpec, _ sizes: ModelSizes, latents: Int, snapshots: Int) -> Int {
    let checkpoints =
      switch spec.store.weights {
      case .none: 0
      case .final: 1
      case .all: spec.federation.rounds + 1
      }
    let codecs =
      switch spec.codec {
      case .identity: 0
      case .autoencoder(let autoencoder): autoencoder.scope == .shared ? 1 : spec.partition.clients
      }
    return 60_000 + checkpoints * sizes.model * 4 + (spec.store.latents == .all ? latents : 0)
      + (spec.store.snapshots ? snapshots : 0) + (spec.store.codec ? codecs * sizes.autoencoder * 4 : 0)
      + spec.dataset.train * 4 + spec.federation.rounds * spec.partition.clients * 33
  }

  /// Snapshots of one client of average size.
  private static func snapshotCount(_ spec: RunSpec) -> Int {
    let samples = max(1, spec.dataset.train / spec.partition.clients)
    let steps = (samples + spec.training.batch - 1) / spec.training.batch * spec.prepass.epochs
    switch spec.prepass.snapshotEvery {
    case .steps(let cadence): return (steps + cadence - 1) / cadence
    case .epoch: return spec.prepass.epochs
    }
  }
}
