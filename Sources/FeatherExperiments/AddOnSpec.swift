/// How coarsely a codec's floats are sent; an add-on to codecs that send floats.
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

/// The add-ons around a codec other than `quantise`; each has a place of its own, so their order in a spec says nothing.
///
/// From the outside in: prediction, error feedback, deflate, residual, transform, codec.
public struct AddOnSpec: Hashable, Sendable {
  /// How the largest elements of a residual are sent.
  public enum ResidualForm: String, CaseIterable, Sendable {
    /// Their signs and one magnitude.
    case stc
    /// Their values.
    case topk
  }

  /// In which basis a codec without a fit encodes updates.
  public enum Transform: String, CaseIterable, Sendable {
    /// The weights themselves.
    case none
    /// The cosine transform, where weights lie on images.
    case cosine
    /// The directions in which the broadcast model has changed most, which both sides find on their own.
    case trajectory
    /// The second within the first.
    case cosineTrajectory = "cosine-trajectory"
  }

  /// In which basis updates are encoded.
  public var transform = Transform.none
  /// Share of elements of what the codec left over that are sent behind it; 0 for none.
  public var residual = 0.0
  /// How they are sent.
  public var residualForm = ResidualForm.stc
  /// Share of what did not cross that is added to the client's next update; 0 for none.
  ///
  /// Source: Seide et al. (2014); Karimireddy et al. (2019), arXiv:1901.09847.
  public var errorFeedback = 0.0
  /// Share of the client's last decoded update that is taken off before encoding and added after; 0 for none.
  public var predict = 0.0
  /// Whether the bytes are compressed by deflate (RFC 1951).
  public var deflate = false
  /// When a fitted codec is fitted anew.
  public var refresh = RefreshSpec()

  /// None.
  public init() {}

  /// Forgets the settings of what is off, so that equal ways to encode are equal configurations.
  mutating func resolve() {
    if residual == 0 { residualForm = AddOnSpec().residualForm }
    if !refresh.isOn { refresh = RefreshSpec() }
  }
}

/// When a fitted codec is fitted anew on what clients trained in recent rounds, and shipped again.
public struct RefreshSpec: Hashable, Sendable {
  /// After every so many rounds; 0 for never.
  public var every = 0
  /// After a round in which the mean relative error of a group's decoded uploads was above this; 0 for never.
  public var above = 0.0
  /// The most snapshots of a client that are fitted: the latest ones, taken within rounds as in the pre-pass.
  public var window = 50
  /// Whether an autoencoder goes on from its weights instead of fresh ones.
  public var isWarm = true

  /// Never.
  public init() {}

  /// Whether there is any.
  public var isOn: Bool { every > 0 || above > 0 }
}
