/// What is wrong with a spec, where, and what was expected instead.
public struct SpecError: Error, CustomStringConvertible, Hashable, Sendable {
  /// The file, or the override such as `--set codec.latent=64`.
  public var file: String
  /// The line, from 1; 0 where there is none, as in an override.
  public var line: Int
  /// The column, from 1, counted in Unicode scalars.
  public var column: Int
  /// What is wrong and what to write instead, in one line.
  public var message: String

  /// An error at a place in a file.
  public init(file: String, line: Int = 0, column: Int = 0, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  init(_ mark: SpecMark, _ message: String) {
    self.init(file: mark.file, line: mark.line, column: mark.column, message: Self.oneLine(message))
  }

  /// The text without line breaks and other controls, which a file may have put there to steer a terminal, and not endless.
  public static func oneLine(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(1000) {
      let isControl = scalar.properties.generalCategory == .control || scalar == "\u{2028}" || scalar == "\u{2029}"
      line.append(contentsOf: isControl ? "␤".unicodeScalars : String(scalar).unicodeScalars)
    }
    return String(line) + (text.unicodeScalars.count > 1000 ? "…" : "")
  }

  /// The error as compilers write it: `file.yaml:LINE:COLUMN: message`.
  public var description: String {
    line > 0 ? "\(file):\(line):\(column): \(message)" : "\(file): \(message)"
  }
}

/// A place in a spec; line 0 for an override on the command line.
struct SpecMark: Hashable, Sendable {
  var file: String
  var line = 0
  var column = 0
}

/// Nearest names, for the question 'did you mean'.
package enum Spelling {
  /// The number of insertions, deletions, substitutions and swaps of neighbours between two words (Damerau-Levenshtein,
  /// optimal string alignment).
  static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.unicodeScalars), Array(b.unicodeScalars))
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var older = [Int](repeating: 0, count: b.count + 1)
    var previous = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + [Int](repeating: 0, count: b.count)
      for j in 1...b.count {
        row[j] = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], older[j - 2] + 1) }
      }
      (older, previous) = (previous, row)
    }
    return previous[b.count]
  }

  /// The candidate nearest to a word, if it is near enough to be meant: at most a third of its letters differ.
  package static func nearest(to word: String, among candidates: [String]) -> String? {
    guard word.utf8.count <= 100 else { return nil }
    let ranked = candidates.map { (distance(word.lowercased(), $0.lowercased()), $0) }
    guard let best = ranked.min(by: { $0.0 < $1.0 }), best.0 <= max(1, best.1.count / 3) else { return nil }
    return best.1
  }

  /// `; did you mean 'x'?`, or what there is when nothing is near.
  package static func hint(_ word: String, among candidates: [String]) -> String {
    guard let match = nearest(to: word, among: candidates) else {
      return "; expected one of: " + candidates.joined(separator: ", ")
    }
    return "; did you mean '\(match)'?"
  }
}
