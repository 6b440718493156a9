@testable public import FeatherCodecs

// Below this line: the code of AddingACodec.md, as it would stand in Sources/FeatherCodecs; EveryNthTests holds the page to it.

/// Every n-th weight, other ones in each round: n rounds send each once.
///
/// Biased: elements that are not sent decode to 0.
///
/// Wire format: the values of elements i with i mod n = round mod n, in order, as float32, little-endian.
public struct EveryNthCodec: UpdateCodec {
  /// Length of the update, P.
  public let parameters: Int
  /// Of so many elements one is sent, n.
  public let step: Int
  /// What is encoded.
  public let input: UpdateInput
  /// Values in an upload, at most.
  public var latentSize: Int { (parameters + step - 1) / step }
  /// Bytes of an upload without its header, at most: 4 ⌈P / n⌉.
  public var expectedByteCount: Int { 4 * latentSize }
  /// Plain floats.
  public var kind: Payload.Kind { .floats }

  /// A codec for `parameters` floats that sends one of `step`, at least 1.
  public init(parameters: Int, step: Int, input: UpdateInput = .difference) {
    self.parameters = parameters
    self.step = step
    self.input = input
  }

  /// The client's half.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder { EveryNthCoder(self) }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder { EveryNthCoder(self) }
}

/// Both halves: they have no state, and the round that both know says which elements are meant.
struct EveryNthCoder: UpdateEncoder, UpdateDecoder {
  private let codec: EveryNthCodec

  init(_ codec: EveryNthCodec) { self.codec = codec }

  private func places(at occasion: Occasion) -> [Int] {
    Array(stride(from: occasion.round % codec.step, to: codec.parameters, by: codec.step))
  }

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: codec.parameters)
    let values = places(at: occasion).map { update[$0] }
    return Encoding(body: values.withUnsafeBytes { Array($0) })
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    let places = places(at: occasion)
    guard body.count == 4 * places.count else {
      throw CodecError("a payload holds \(body.count) bytes, expected \(4 * places.count) for \(places.count) values")
    }
    var update = [Float](repeating: 0, count: codec.parameters)
    for (place, value) in zip(places, try checkDecoded(body.floats)) { update[place] = value }
    return update
  }
}
