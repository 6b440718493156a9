internal import FeatherTensors

/// Error feedback around any codec: what did not cross is kept and added to the client's next update.
///
/// With u the update and e the residual, v = u + e is encoded, and e ← κ (v − decoded(v)). With κ = 1, sent and decoded updates differ in
/// sum by the last residual alone: Σ decoded = Σ u − e. Where clients take many local steps a residual grows stale, and a smaller κ
/// forgets it. The residual is what the client remembers, under `residual`, shape [P].
/// Source: Seide et al. (2014), *1-bit stochastic gradient descent*; Karimireddy et al. (2019), arXiv:1901.09847, algorithm 2, with the
/// step size within the update.
///
/// Wire format: the base's.
public struct ErrorFeedbackCodec: EchoCodec {
  let base: any UpdateCodec
  private let kept: Float

  /// Error feedback around `base` that keeps the share `kept` of a residual, in 0 < kept ≤ 1.
  public init(_ base: any UpdateCodec, kept: Float = 1) {
    self.base = base
    self.kept = kept
  }

  func encoder(_ base: any UpdateEncoder, echo: any UpdateDecoder) throws -> any UpdateEncoder {
    ErrorFeedbackEncoder(base: base, echo: echo, kept: kept)
  }

  func decoder(_ base: any UpdateDecoder) throws -> any UpdateDecoder { base }
}

private struct ErrorFeedbackEncoder: UpdateEncoder {
  var base: any UpdateEncoder
  var echo: any UpdateDecoder
  let kept: Float

  mutating func follow(_ broadcast: Broadcast) {
    base.follow(broadcast)
    echo.follow(broadcast)
  }

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    let wanted = memory.vectors["residual"].map { Elementwise.combined(update, $0, +) } ?? update
    let encoding = try base.encode(wanted, &memory, at: occasion)
    // What the aggregator will decode depends on these bytes alone: decoders within remember nothing.
    var nothing = CodecMemory()
    let decoded = try echo.decode(encoding.body[...], &nothing, at: occasion)
    let kept = kept
    memory.vectors["residual"] = Elementwise.combined(wanted, decoded) { kept * ($0 - $1) }
    return encoding
  }
}
