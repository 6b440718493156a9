internal import FeatherCodecs
internal import FeatherExperiments

/// The only way between clients and aggregator: whatever crosses is a payload, and every payload is counted.
struct Wire {
  private(set) var ledger: Ledger

  init(ledger: Ledger = Ledger()) { self.ledger = ledger }

  /// A payload as the other side receives it: its bytes, nothing else.
  static func received(_ payload: Payload) -> Payload { Payload(received: payload.bytes) }

  /// Counts a payload that crosses.
  mutating func count(_ payload: Payload, _ purpose: Ledger.Purpose, _ direction: Ledger.Direction) {
    count(payload.size, purpose, direction)
  }

  /// Counts a payload of that size that crosses.
  mutating func count(_ size: Payload.Size, _ purpose: Ledger.Purpose, _ direction: Ledger.Direction) {
    ledger.count(purpose, direction, bodyBytes: size.content, headerBytes: size.overhead)
  }

  /// Carries a payload across.
  ///
  /// - Returns: the payload as the other side receives it.
  mutating func carry(_ payload: Payload, _ purpose: Ledger.Purpose, _ direction: Ledger.Direction) -> Payload {
    count(payload, purpose, direction)
    return Self.received(payload)
  }
}
