/// Gives the text of a configuration's value its type in a file.
enum TypedText {
  /// An i8 for a whole number, an f8 for another number, a u1 for `true` and `false`, text for the rest.
  ///
  /// A whole number beyond i8 stays text, so that no digit is lost.
  static func value(_ text: String) -> ResultAttribute.Value {
    if text == "true" || text == "false" { return .byte(text == "true" ? 1 : 0) }
    if let integer = Int64(text) { return .integer(integer) }
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
    guard let first = digits.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
      !digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), !text.contains("x"),
      let number = Double(text)
    else { return .text(text) }
    return .real(number)
  }
}
