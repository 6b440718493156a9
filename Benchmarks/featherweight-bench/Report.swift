import FeatherNetworks
import FoundationEssentials

/// What was measured, as a table or JSON.
struct Report: Codable {
  /// A workload that this machine cannot do.
  struct Skipped: Codable {
    let workload: String
    let reason: String
  }

  /// One workload.
  struct Row: Codable {
    let workload: String
    let about: String
    let threads: Int
    let unit: String
    /// Seconds per unit.
    let seconds: Spread
    let repetitions: Int
    /// Which ceiling it is held against; nil for none.
    let ceiling: String?
    /// The median's share of the ceiling of as many threads.
    let share: Double?
    /// Losses or accuracies of one repetition.
    let check: [Double]
    /// Peak resident bytes, making ready included.
    let peakMemory: Int
  }

  let ceilings: Ceilings
  let threads: Int
  let data: String
  var instructionSet = OneDNN.instructionSet
  var rows: [Row] = []
  var skipped: [Skipped] = []

  init(ceilings: Ceilings, threads: Int, data: String) {
    self.ceilings = ceilings
    self.threads = threads
    self.data = data
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// A Markdown table under a line on the ceilings.
  var table: String {
    let head = """
      Ceilings here, 1 / \(threads) threads: sgemm 2048³ \(Text.number(ceilings.arithmetic.one / 1e9)) / \
      \(Text.number(ceilings.arithmetic.team / 1e9)) GFLOP/s, triad \(Text.number(ceilings.memory.one / 1e9)) / \
      \(Text.number(ceilings.memory.team / 1e9)) GB/s (\(instructionSet), digits: \(data)).

      | workload | threads | time, median (range) | rate | of ceiling | peak memory |
      |---|--:|--:|--:|--:|--:|
      """
    let lines = rows.map(\.line) + skipped.map { "| \($0.workload) | | skipped: \($0.reason) | | | |" }
    return ([head] + lines).joined(separator: "\n")
  }
}

extension Report.Row {
  init(
    _ entry: Entry, threads: Int, _ repetitions: [Repetition], check: [Double], ceilings: Ceilings, peak: Int
  ) {
    workload = entry.name
    about = entry.about
    self.threads = threads
    unit = entry.unit
    seconds = Spread(repetitions.map { $0.seconds / $0.units })
    self.repetitions = repetitions.count
    self.check = check
    peakMemory = peak
    switch entry.bound {
    case .arithmetic(let operations):
      ceiling = "sgemm"
      share = operations / seconds.median / (threads == 1 ? ceilings.arithmetic.one : ceilings.arithmetic.team)
    case .memory(let bytes):
      ceiling = "triad"
      share = bytes / seconds.median / (threads == 1 ? ceilings.memory.one : ceilings.memory.team)
    case .none:
      ceiling = nil
      share = nil
    }
  }

  fileprivate var line: String {
    let isBytes = unit == "bytes"
    // A gigabyte is what a time is given for where bytes are counted.
    let times = [seconds.median, seconds.lowest, seconds.highest].map { Text.time(isBytes ? 1e9 * $0 : $0) }
    let time = "\(times[0]) (\(times[1])–\(times[2]))\(isBytes ? " per GB" : "")"
    var rate = isBytes ? "\(Text.number(1e-9 / seconds.median)) GB/s" : "\(Text.number(1 / seconds.median)) \(unit)/s"
    if let last = check.last { rate += ", \(check.count > 1 ? "accuracy" : "loss") \(Text.number(last))" }
    var held = ""
    if let share, let ceiling { held = "\(Text.number(100 * share)) % of \(ceiling)" }
    return "| \(workload) | \(threads) | \(time) | \(rate) | \(held) | \(Text.number(Double(peakMemory) / 1e6)) MB |"
  }
}

/// Numbers for readers.
enum Text {
  /// Three digits, or all digits before the point.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    guard abs(value) < 1000 else { return grouped(Int(value.rounded())) }
    var digits = value == 0 ? 0 : 2
    var size = abs(value)
    while size >= 10 && digits > 0 {
      size /= 10
      digits -= 1
    }
    while size > 0 && size < 1 && digits < 6 {
      size *= 10
      digits += 1
    }
    return value.formatted(digits: digits)
  }

  /// Seconds in a fitting unit.
  static func time(_ seconds: Double) -> String {
    if seconds < 1e-3 { return "\(number(seconds * 1e6)) µs" }
    if seconds < 1 { return "\(number(seconds * 1e3)) ms" }
    return "\(number(seconds)) s"
  }

  private static func grouped(_ value: Int) -> String {
    let digits = String(abs(value))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return (value < 0 ? "-" : "") + text
  }
}

extension Double {
  /// With so many digits after the point.
  fileprivate func formatted(digits: Int) -> String {
    guard digits > 0 else { return String(Int(rounded())) }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let whole = Int((magnitude * scale).rounded())
    let fraction = String(whole % Int(scale))
    let padding = String(repeating: "0", count: digits - fraction.count)
    return "\(self < 0 ? "-" : "")\(whole / Int(scale)).\(padding)\(fraction)"
  }
}
