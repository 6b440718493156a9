internal import FeatherCodecs
internal import FeatherExperiments

/// The only way between clients and aggregator: whatever crosses is a payload, and every payload is counted.
struct Wire {
  private(set) var ledger = Ledger()

  /// Carries a payload across.
  ///
  /// - Returns: the payload as the other side receives it: its bytes, nothing else.
  mutating func carry(_ payload: Payload, _ purpose: Ledger.Purpose, _ direction: Ledger.Direction) -> Payload {
    ledger.count(
      purpose, direction, bodyBytes: payload.contentByteCount, headerBytes: payload.overheadByteCount)
    return Payload(received: payload.bytes)
  }
}
