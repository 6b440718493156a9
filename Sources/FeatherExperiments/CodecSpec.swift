/// How an update is turned into bytes.
public enum CodecSpec: Hashable, Sendable {
  /// The float32 weights themselves.
  case identity
  /// A latent of an autoencoder fitted on the pre-pass snapshots (arXiv:2108.05670).
  case autoencoder(AutoencoderSpec)

  /// The name in a spec.
  public var name: String {
    switch self {
    case .identity: "identity"
    case .autoencoder: "autoencoder"
    }
  }
}

/// A fully connected autoencoder of weight vectors and how it is fitted.
public struct AutoencoderSpec: Hashable, Sendable {
  /// What is encoded.
  public enum Input: String, CaseIterable, Sendable {
    /// The client's weights after local training.
    case weights
    /// Their difference, local minus global; the fit uses snapshot minus initial weights.
    case difference
  }

  /// Whose snapshots an autoencoder is fitted on, and how many autoencoders there are.
  public enum Scope: String, CaseIterable, Sendable {
    /// Each client fits its own on its own snapshots and ships its own decoder.
    case perClient
    /// Client 0 fits one on the snapshots of all, ships one decoder, and every other client receives the encoder.
    case shared
  }

  /// Widths of the hidden layers between input and latent; the decoder mirrors them.
  public var hidden: [Int] = []
  /// Width of the latent, K; floats per upload.
  public var latent = 32
  /// The activation after each hidden layer and the latent; the output is linear.
  public var activation = ActivationName.relu
  /// How the weights are drawn at first.
  ///
  /// Kaiming's draws for a decoder of few latents are so large that a short fit does not recover from them.
  public var initialisation = InitialisationName.glorotUniform
  /// Whether the mean of the snapshots is subtracted before encoding and added after; folded into biases, it costs no bytes.
  public var centre = true
  /// What is encoded.
  public var input = Input.weights
  /// One autoencoder per client or one for all.
  public var scope = Scope.perClient
  /// Passes over the snapshots.
  public var epochs = 200
  /// Snapshots per step.
  public var batch = 16
  /// The step rule.
  public var optimizer = OptimizerName.adam
  /// The step size.
  public var learningRate = 0.001
  /// Heavy-ball momentum of `sgd`, in 0..<1; must be 0 for `adam`.
  public var momentum = 0.0

  /// The layout of arXiv:2108.05670 for MNIST: one linear layer to 32 latents and back.
  public init() {}
}

/// How coarsely a codec's floats are sent; an add-on to any codec.
public struct QuantiseSpec: Hashable, Sendable {
  /// Bits per float.
  public enum Bits: Int, CaseIterable, Sendable {
    /// Sixteen levels between a payload's own bounds.
    case four = 4
    /// 256 levels between a payload's own bounds.
    case eight = 8
    /// IEEE float16.
    case sixteen = 16
  }

  /// Bits per float.
  public var bits: Bits

  /// An add-on that sends so many bits per float.
  public init(bits: Bits) { self.bits = bits }
}
