import SwiftProtobuf

/// The bytes of an event file of TensorBoard.
///
/// Records follow each other: the event's length, 64 bits; the masked CRC-32C of that; the event; its masked CRC-32C. All numbers are
/// little-endian.
struct TensorBoardFile {
  private(set) var bytes: [UInt8] = []

  /// A file with the record that every file begins with.
  init() throws {
    var event = Tensorboard_Event()
    event.fileVersion = "brain.Event:2"
    try append(event)
  }

  /// Adds the values of a round.
  ///
  /// Nothing about an event may depend on when it is written, so a round is a second after the one before, from 0.
  mutating func append(_ values: [Tensorboard_Summary.Value], round: Int) throws {
    guard !values.isEmpty else { return }
    var event = Tensorboard_Event()
    event.wallTime = Double(round)
    event.step = Int64(round)
    event.summary.value = values
    try append(event)
  }

  private mutating func append(_ event: Tensorboard_Event) throws {
    let content: [UInt8] = try event.serializedBytes()
    let length = Self.littleEndian(UInt64(content.count))
    bytes += length + Self.littleEndian(CRC32C.masked(length))
    bytes += content + Self.littleEndian(CRC32C.masked(content))
  }

  private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}

extension Tensorboard_Summary.Value {
  /// A point of a curve.
  init(_ tag: String, _ value: Double) {
    self.init()
    self.tag = tag
    simpleValue = Float(value)
  }

  /// What the hparams plugin reads under a tag of its own.
  init(_ tag: String, hparams data: Tensorboard_Hparams_HParamsPluginData) throws {
    self.init()
    self.tag = tag
    metadata.pluginData.pluginName = "hparams"
    // Maps have no order of their own.
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    metadata.pluginData.content = try data.serializedBytes(options: options)
  }
}
