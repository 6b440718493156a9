extension SpecNode {
  /// Reads what is JSON, many times as fast as YAML; nil where it is not, or where a mapping has a key twice: `parse` then says what is
  /// wrong, or takes what is YAML all the same.
  static func parse(json text: String, file: String, limits: SpecLimits) -> SpecNode? {
    var text = text
    return text.withUTF8 { bytes in
      guard bytes.count <= limits.bytes else { return nil }
      var reader = JSONReader(bytes: bytes, file: file, limits: limits)
      guard let node = reader.value() else { return nil }
      return reader.isAtEnd() ? node : nil
    }
  }
}

/// Reads JSON from UTF-8 that is known to be valid, byte by byte.
private struct JSONReader {
  let bytes: UnsafeBufferPointer<UInt8>
  let file: String
  private var depthLeft: Int
  private var nodesLeft: Int
  private var next = 0
  private var line = 1
  /// Where the line begins, and how many bytes of it are not the first of their character.
  private var lineStart = 0
  private var continuations = 0

  init(bytes: UnsafeBufferPointer<UInt8>, file: String, limits: SpecLimits) {
    self.bytes = bytes
    self.file = file
    depthLeft = limits.depth
    nodesLeft = limits.nodes
  }

  mutating func isAtEnd() -> Bool { peek() == nil }

  /// The next value; nil where none is.
  mutating func value() -> SpecNode? {
    guard let first = peek(), nodesLeft > 0 else { return nil }
    nodesLeft -= 1
    let mark = SpecMark(file: file, line: line, column: next - lineStart - continuations + 1)
    let content: SpecNode.Content?
    switch first {
    case UInt8(ascii: "{"): content = nested { $0.mapping() }
    case UInt8(ascii: "["): content = nested { $0.sequence() }
    case UInt8(ascii: "\""): content = string().map { .scalar($0, plain: false) }
    default: content = word().map { .scalar($0, plain: true) }
    }
    return content.map { SpecNode(content: $0, mark: mark) }
  }

  private mutating func nested(_ read: (inout JSONReader) -> SpecNode.Content?) -> SpecNode.Content? {
    guard depthLeft > 0 else { return nil }
    depthLeft -= 1
    defer { depthLeft += 1 }
    next += 1
    return read(&self)
  }

  private mutating func mapping() -> SpecNode.Content? {
    var entries: [SpecNode.Entry] = []
    guard !take("}") else { return .mapping(entries) }
    repeat {
      guard peek() == UInt8(ascii: "\"") else { return nil }
      let mark = SpecMark(file: file, line: line, column: next - lineStart - continuations + 1)
      guard let key = string(), entries.count < SpecLimits.keys, !entries.contains(where: { $0.key == key }),
        take(":"), let value = value()
      else { return nil }
      entries.append(SpecNode.Entry(key: key, mark: mark, value: value))
    } while take(",")
    return take("}") ? .mapping(entries) : nil
  }

  private mutating func sequence() -> SpecNode.Content? {
    var items: [SpecNode] = []
    guard !take("]") else { return .sequence(items) }
    repeat {
      guard let item = value() else { return nil }
      items.append(item)
    } while take(",")
    return take("]") ? .sequence(items) : nil
  }

  /// A number, `true`, `false` or `null`.
  private mutating func word() -> String? {
    let start = next
    while next < bytes.count, Self.isOfWord(bytes[next]) { next += 1 }
    return start == next ? nil : String(decoding: bytes[start..<next], as: UTF8.self)
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  /// A text in quotes; nil where it does not end or has an escape that `JSONText` does not write.
  private mutating func string() -> String? {
    next += 1
    let start = next
    while next < bytes.count, bytes[next] != UInt8(ascii: "\""), bytes[next] != UInt8(ascii: "\\"), bytes[next] >= 0x20
    {
      step()
    }
    var text = String(decoding: bytes[start..<next], as: UTF8.self)
    while next < bytes.count, bytes[next] != UInt8(ascii: "\"") {
      guard bytes[next] >= 0x20 else { return nil }
      if bytes[next] == UInt8(ascii: "\\") {
        guard let scalar = escaped() else { return nil }
        text.unicodeScalars.append(scalar)
        continue
      }
      let start = next
      repeat { step() } while next < bytes.count && bytes[next] & 0xC0 == 0x80
      text += String(decoding: bytes[start..<next], as: UTF8.self)
    }
    guard next < bytes.count else { return nil }
    next += 1
    return text
  }

  private mutating func step() {
    if bytes[next] & 0xC0 == 0x80 { continuations += 1 }
    next += 1
  }

  private mutating func escaped() -> Unicode.Scalar? {
    guard next + 1 < bytes.count else { return nil }
    let letter = bytes[next + 1]
    next += 2
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return Unicode.Scalar(letter)
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "u"):
      guard next + 4 <= bytes.count else { return nil }
      let digits = String(decoding: bytes[next..<next + 4], as: UTF8.self)
      next += 4
      return UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
    default: return nil
    }
  }

  /// Passes over white space and then over `byte`, if that comes next.
  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: byte) else { return false }
    next += 1
    return true
  }

  /// The next byte that is no white space.
  private mutating func peek() -> UInt8? {
    while next < bytes.count {
      switch bytes[next] {
      case UInt8(ascii: "\n"):
        next += 1
        line += 1
        lineStart = next
        continuations = 0
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): next += 1
      default: return bytes[next]
      }
    }
    return nil
  }
}
