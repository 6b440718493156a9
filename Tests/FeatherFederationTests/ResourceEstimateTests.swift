import FeatherExperiments
import Testing

@testable import FeatherFederation

@Suite("Resource estimate")
struct ResourceEstimateTests {
  /// 784-444-444-10 has the 550,570 parameters of the CIFAR-10 model in arXiv:2108.05670.
  private static func large(_ change: (inout AutoencoderSpec) -> Void = { _ in }) -> RunSpec {
    var codec = AutoencoderSpec()
    codec.latent = 320
    change(&codec)
    var spec = RunSpec()
    spec.model.hidden = [444, 444]
    spec.codec = .autoencoder(codec)
    return spec
  }

  private static func peak(_ spec: RunSpec, _ change: (inout RunSpec) -> Void = { _ in }) -> Int {
    var changed = spec
    change(&changed)
    return ResourceEstimate(of: changed).peakBytes
  }

  @Test("the 550570-320 autoencoder needs at least its weights and Adam's two moments, and no gradients")
  func closedForm() {
    let spec = Self.large()
    #expect(ModelSizes(of: spec) == ModelSizes(model: 550_570, encoder: 176_182_720, decoder: 176_732_970, latent: 320))
    #expect(Self.peak(spec) > 352_915_690 * 12)
    #expect(Self.peak(spec) < 6_000_000_000)
    // With momentum one of Adam's moments is not there. Without, what follows the fit is largest: two clients' halves, and a pair's bytes.
    let momentum = Self.large {
      $0.optimizer = .sgd
      $0.momentum = 0.9
    }
    #expect(Self.peak(momentum) > 352_915_690 * 12)
  }

  @Test("it grows with the data, the clients, the snapshots, the batch and the autoencoder")
  func grows() {
    let spec = Self.large()
    let base = Self.peak(spec)
    // 784 pixels of four bytes.
    #expect(Self.peak(spec) { $0.dataset.train = 1_060_000 } - base >= 1_000_000 * 784 * 4)
    #expect(Self.peak(spec) { $0.dataset.test = 110_000 } - base >= 100_000 * 784 * 4)
    // Each further client keeps a codec of its own; with two, the fit is still larger.
    let three = Self.peak(spec) { $0.partition.clients = 3 }
    #expect(Self.peak(spec) { $0.partition.clients = 4 } - three >= 352_915_690 * 4 - 100_000_000)
    #expect(Self.peak(spec) { $0.prepass.snapshotEvery = .steps(1) } > base)
    #expect(Self.peak(Self.large { $0.latent = 640 }) > base + 352_000_000 * 12)
    var identity = spec
    identity.codec = .identity
    #expect(Self.peak(identity) < 600_000_000)
    #expect(Self.peak(identity) { $0.training.batch = 30_032 } - Self.peak(identity) >= 30_000 * 784 * 4)
  }

  @Test("moments of the server's step and the control variates of those who take part are counted")
  func algorithms() {
    var spec = Self.large()
    (spec.codec, spec.partition.clients) = (.direct(DirectCodecSpec(.topk)), 10)
    let base = Self.peak(spec)
    let vector = 4 * 550_570
    // Set down beside what is in memory.
    #expect(Self.peak(spec) { $0.federation.algorithm = .fedavgm } - base == 2 * 2 * vector)
    #expect(Self.peak(spec) { $0.federation.algorithm = .fedyogi } - base == 2 * 4 * vector)
    #expect(Self.peak(spec) { $0.federation.algorithm = .scaffold } - base == 2 * 13 * vector)
    spec.addOns.errorFeedback = 1
    let compressed = Self.peak(spec) { ($0.federation.algorithm, $0.federation.compressVariates) = (.scaffold, true) }
    #expect(compressed - Self.peak(spec) == 2 * 23 * vector)
  }

  @Test("what is kept until the end is counted in memory and on disk")
  func kept() {
    let spec = Self.large()
    let base = ResourceEstimate(of: spec)
    var keeping = spec
    keeping.store.codec = true
    let codec = ResourceEstimate(of: keeping)
    #expect(codec.diskBytes - base.diskBytes == 2 * 352_915_690 * 4)
    #expect(codec.peakBytes - base.peakBytes >= 2 * 352_915_690 * 4)
    // Of codecs that are fitted anew every third of twelve rounds, those before rounds 3, 6 and 9 come on top.
    var refitted = keeping
    (refitted.federation.rounds, refitted.addOns.refresh.every) = (12, 3)
    keeping.federation.rounds = 12
    let (once, often) = (ResourceEstimate(of: keeping), ResourceEstimate(of: refitted))
    #expect(often.diskBytes - once.diskBytes == 3 * 2 * 352_915_690 * 4)
    #expect(often.peakBytes - once.peakBytes >= 3 * 2 * 352_915_690 * 4 * 4)
    keeping = spec
    keeping.store.weights = .all
    let weights = ResourceEstimate(of: keeping)
    #expect(weights.diskBytes - base.diskBytes == 40 * 550_570 * 4)
    #expect(weights.peakBytes - base.peakBytes >= 40 * 550_570 * 4)
    keeping = spec
    keeping.store.weights = .none
    #expect(base.diskBytes - ResourceEstimate(of: keeping).diskBytes == 550_570 * 4)
  }

  @Test("a legal configuration beyond any machine is counted and not a crash")
  func absurd() throws {
    var spec = Self.large { $0.latent = 1_500 }
    spec.dataset.train = 10_000_000
    spec.partition.clients = 10_000_000
    spec.training.batch = 1
    spec.prepass.epochs = 1_000_000
    spec.prepass.snapshotEvery = .steps(1)
    spec.federation.rounds = 1_000_000_000
    spec.store.weights = .all
    spec.store.codec = true
    spec.store.snapshots = true
    try spec.validate()
    let estimate = ResourceEstimate(of: spec)
    #expect(estimate.peakBytes > 1 << 60)
    #expect(estimate.diskBytes > 1 << 60)
  }
}
