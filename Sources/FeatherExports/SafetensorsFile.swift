import FeatherExperiments
import FeatherResults

/// Named float32 arrays in one file, as safetensors has them.
///
/// Eight bytes with the header's length, little-endian; the header, JSON filled up with spaces to a multiple of eight bytes; the arrays
/// one after another, row-major, little-endian. Source: https://github.com/huggingface/safetensors, section Format.
struct SafetensorsFile {
  private var metadata: [(name: String, text: String)]
  private var tensors: [(name: String, tensor: StoredCodec.Tensor)] = []

  /// A file without arrays.
  init(metadata: [(name: String, text: String)]) { self.metadata = metadata }

  var isEmpty: Bool { tensors.isEmpty }

  /// Adds an array; its name is new.
  mutating func add(_ name: String, _ tensor: StoredCodec.Tensor) { tensors.append((name, tensor)) }

  /// Adds a text about the arrays.
  mutating func add(metadata name: String, _ text: String) { metadata.append((name, text)) }

  /// Everything before the arrays.
  var header: [UInt8] {
    let texts = metadata.map { "\(JSONText.quoted($0.name)):\(JSONText.quoted($0.text))" }
    var members = ["\"__metadata__\":{\(texts.joined(separator: ","))}"]
    var offset = 0
    for (name, tensor) in tensors {
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      let end = offset + 4 * tensor.values.count
      members.append(
        "\(JSONText.quoted(name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    text += [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
  }

  /// Writes all of it.
  func write(to stream: AtomicStream) throws(ResultsError) {
    try stream.append(header)
    for (_, tensor) in tensors { try stream.append(tensor.values) }
  }
}
