internal import FeatherTensors

/// The difference to a prediction that both sides can make: a share of what the client's last upload was decoded to.
///
/// With p the last decoded update (zero at first) and f the factor, u − f p is encoded, and f p + decoded(u − f p) is the new decoded
/// update, which both sides remember under `prediction`, shape [P]: they hold the same bits, since both form it from the same bytes.
///
/// Wire format: the base's. Source: differential (predictive) coding.
public struct PredictedCodec: EchoCodec {
  let base: any UpdateCodec
  private let factor: Float

  /// The difference to `factor` times the last decoded update, encoded by `base`.
  public init(_ base: any UpdateCodec, factor: Float) {
    self.base = base
    self.factor = factor
  }

  func encoder(_ base: any UpdateEncoder, echo: any UpdateDecoder) throws -> any UpdateEncoder {
    PredictingEncoder(base: base, echo: PredictingDecoder(base: echo, factor: factor), factor: factor)
  }

  func decoder(_ base: any UpdateDecoder) throws -> any UpdateDecoder {
    PredictingDecoder(base: base, factor: factor)
  }
}

private struct PredictingEncoder: UpdateEncoder {
  var base: any UpdateEncoder
  var echo: PredictingDecoder
  let factor: Float

  mutating func follow(_ broadcast: Broadcast) {
    base.follow(broadcast)
    echo.follow(broadcast)
  }

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    let factor = factor
    let surprise = memory.vectors["prediction"].map { Elementwise.combined(update, $0) { $0 - factor * $1 } } ?? update
    let encoding = try base.encode(surprise, &memory, at: occasion)
    _ = try echo.decode(encoding.body[...], &memory, at: occasion)
    return encoding
  }
}

private struct PredictingDecoder: UpdateDecoder {
  var base: any UpdateDecoder
  let factor: Float

  var knowledge: CommonKnowledge? { base.knowledge }

  mutating func follow(_ broadcast: Broadcast) {
    base.follow(broadcast)
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    let factor = factor
    // Decoders within remember nothing, and must not see the client's memory where this is the client's echo.
    var nothing = CodecMemory()
    let surprise = try base.decode(body, &nothing, at: occasion)
    let decoded =
      memory.vectors["prediction"].map { Elementwise.combined(surprise, $0) { $0 + factor * $1 } } ?? surprise
    memory.vectors["prediction"] = decoded
    return decoded
  }
}
