/// A codec with its add-ons: how vectors are turned into bytes in one direction.
public struct CodecChain: Hashable, Sendable {
  /// How a vector is turned into bytes.
  public var codec = CodecSpec.identity
  /// How coarsely the codec's floats are sent; nil for float32 as they are.
  public var quantise: QuantiseSpec?
  /// What is wrapped around the codec.
  public var addOns = AddOnSpec()

  /// The float32 values themselves.
  public init() {}
}

extension RunSpec {
  /// How an update is turned into bytes.
  public var codec: CodecSpec {
    get { uplink.codec }
    set { uplink.codec = newValue }
  }

  /// How coarsely the codec's floats are sent; nil for float32 as they are.
  public var quantise: QuantiseSpec? {
    get { uplink.quantise }
    set { uplink.quantise = newValue }
  }

  /// What is wrapped around the codec.
  public var addOns: AddOnSpec {
    get { uplink.addOns }
    set { uplink.addOns = newValue }
  }

  /// Whether the global model crosses as differences through a codec; without one it is sent in full in every round.
  public var compressesDownlink: Bool { downlink != CodecChain() }
}
