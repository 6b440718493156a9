/// Memory of a job in Slurm's unit, MiB.
public struct SlurmMemory: Sendable, Equatable {
  /// How many MiB; 0 asks for all that a node has.
  public let mebibytes: Int

  init(mebibytes: Int) {
    self.mebibytes = mebibytes
  }

  /// Reads what `sbatch --mem` takes (`4G`, `500M`, `500`, with powers of 1024), or a size such as `4GB` or `512MiB`.
  public init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let factors: [String: Double] = ["": 1, "M": 1, "K": 1 / 1024, "G": 1024, "T": 1024 * 1024]
    let unit = String(text.dropFirst(digits.count))
    if let number = Double(digits), number < 1e12, let factor = factors[unit] {
      self.init(mebibytes: Int((number * factor).rounded(.up)))
    } else if let size = MemorySize(text) {
      self.init(bytes: size.bytes)
    } else {
      return nil
    }
  }

  /// As much as holds so many bytes.
  init(bytes: Int) {
    mebibytes = bytes / (1 << 20) + (bytes % (1 << 20) == 0 ? 0 : 1)
  }

  var bytes: Int { mebibytes << 20 }
}

/// The time that a job may take, as Slurm writes it.
public struct SlurmTime: Sendable, Equatable {
  /// How long that is; nil for one without a limit.
  public let seconds: Int?
  /// What `sbatch --time` takes.
  public let text: String

  /// Reads what `sbatch --time` takes (`90` minutes, `30:00`, `2:00:00`, `1-12`, `1-12:30:00`, `UNLIMITED`), or `90s`, `10m`, `2h`, `1d`.
  public init?(_ text: String) {
    if let limit = TimeLimit(text) {
      // Slurm counts whole minutes; it takes seconds, and rounds them up.
      let seconds = Int(limit.seconds.rounded(.up))
      self.seconds = seconds
      self.text = "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
      return
    }
    self.text = text
    if ["UNLIMITED", "INFINITE"].contains(text.uppercased()) {
      seconds = nil
      return
    }
    let halves = text.split(separator: "-", omittingEmptySubsequences: false)
    let days = halves.count == 2 ? Self.number(halves[0]) : 0
    let parts = halves[halves.count - 1].split(separator: ":", omittingEmptySubsequences: false).map(Self.number)
    guard let days, halves.count <= 2, parts.count <= 3, !parts.contains(nil) else { return nil }
    let numbers = parts.compactMap { $0 }
    // With days hours come first; else minutes, unless there are three numbers.
    let units = halves.count == 2 || numbers.count == 3 ? [3600, 60, 1] : [60, 1]
    let total = days * 86_400 + zip(numbers, units).reduce(0) { $0 + $1.0 * $1.1 }
    guard total > 0 else { return nil }
    seconds = total
  }

  private static func number(_ text: Substring) -> Int? {
    guard (1...9).contains(text.count), text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return Int(text)
  }
}
