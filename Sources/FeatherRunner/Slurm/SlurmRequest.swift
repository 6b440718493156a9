/// What `submit` asks Slurm for.
public struct SlurmRequest: Sendable {
  /// The most array tasks that run at a time, at least 1; nil leaves it to Slurm.
  public var arrayLimit: Int?
  /// Cells that one array task computes one after another, at least 1.
  public var cellsPerJob = 1
  /// How long a task may take; nil takes the partition's default.
  public var time: SlurmTime?
  /// Memory of a task; nil takes what the cells are estimated to need.
  public var memory: SlurmMemory?
  /// Processors, and threads, of a task, at least 1.
  public var processors = 1
  /// The partition, or several with commas between them; nil takes Slurm's default.
  public var partition: String?
  /// Further options of `sbatch`, each word as on a command line.
  public var further: [String] = []

  /// One processor for each cell.
  public init() {}

  /// Memory for the process that watches the one that computes, and for the script around both, MiB.
  public static let reserve = 96
  /// What is asked for beyond an eighth more than the estimate, where the user does not say how much, MiB.
  static let slack = 64

  /// The options of `sbatch` that decide whether a sweep can be continued, or are ours: by their names, long and short.
  private static let taken = [
    "array": "a", "job-name": "J", "output": "o", "error": "e", "open-mode": "", "dependency": "d", "wrap": "",
    "signal": "", "requeue": "", "no-requeue": "", "kill-on-invalid-dep": "", "parsable": "", "nodes": "N",
    "ntasks": "n", "wait": "W", "test-only": "",
  ]
  /// Those that `submit` has itself.
  private static let own = ["time": "t", "mem": "", "cpus-per-task": "c", "partition": "p"]

  /// Refuses further options that a sweep's script has itself.
  ///
  /// - Throws: `RunnerError` that names the option.
  public func check() throws {
    if let first = further.first, !first.hasPrefix("-") {
      throw RunnerError("'\(first)' is no option of sbatch: after -- there are options, such as -- --account=NAME")
    }
    for word in further {
      guard !word.contains(where: \.isNewline) else {
        throw RunnerError("an option of sbatch must be on one line, but there is a line break in '\(word)'")
      }
      if let name = Self.name(word, of: Self.own) {
        throw RunnerError("give --\(name) to submit itself, before the --")
      }
      if let name = Self.name(word, of: Self.taken) {
        throw RunnerError("submit decides on sbatch's --\(name) itself, so that a sweep can be continued: leave it out")
      }
    }
  }

  /// Which of some options a word is.
  private static func name(_ word: String, of options: [String: String]) -> String? {
    guard word.hasPrefix("-") else { return nil }
    if word.hasPrefix("--") {
      let name = String(word.dropFirst(2).prefix { $0 != "=" })
      return options.keys.contains(name) ? name : nil
    }
    let letter = String(word.dropFirst().prefix(1))
    return options.first { $0.value == letter && !letter.isEmpty }?.key
  }

  /// The further options, one to a line: words that do not begin with a dash belong to the option before them.
  var furtherLines: [String] {
    further.reduce(into: []) { lines, word in
      if word.hasPrefix("-") || lines.isEmpty {
        lines.append(word.shellWord)
      } else {
        lines[lines.count - 1] += " " + word.shellWord
      }
    }
  }

  /// How many seconds before the time limit a task is told to stop.
  var warning: Int { time?.seconds.map { min(120, max(5, $0 / 4)) } ?? 120 }
}
