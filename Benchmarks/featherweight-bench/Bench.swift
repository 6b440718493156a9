import ArgumentParser
import FeatherTensors
import FoundationEssentials
import Glibc

/// The command: runs workloads and prints a table, or does one workload on request for a comparison.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "featherweight-bench",
    abstract: "Measures Featherweight against what this machine can do.",
    discussion: "Workloads:\n" + Catalogue.entries.map { "  \($0.name): \($0.about)" }.joined(separator: "\n"))

  @Option(help: "Folder with mnist/; without it, synthetic digits are drawn.")
  var data: String?

  @Option(parsing: .upToNextOption, help: "Measure only these workloads.")
  var only: [String] = []

  @Option(help: "Seconds to measure each workload for; at least three repetitions are made.")
  var seconds = 3.0

  @Option(help: "Threads of the workloads that use several.")
  var threads = 2

  @Flag(help: "Print JSON instead of a table.")
  var json = false

  @Option(help: "Write the inputs of the workloads as .npy files to this folder, for others to do the same work.")
  var dump: String?

  @Flag(help: "Do one workload, measured anew for each line on standard input; answer in JSON lines.")
  var serve = false

  static func main() {
    useComputeEnvironment()
    main(nil)
  }

  /// Starts this process anew in the environment of a worker of a sweep, unless it has that already.
  private static func useComputeEnvironment() {
    let missing = ComputeEnvironment.variables.filter { name, value in
      getenv(name).map { String(cString: $0) } != value
    }
    if missing.isEmpty { return }
    for (name, value) in missing { setenv(name, value, 1) }
    execv("/proc/self/exe", CommandLine.unsafeArgv)
    // Not replaced: go on; figures are worse.
  }

  func validate() throws {
    for name in only where !Catalogue.entries.contains(where: { $0.name == name }) {
      let names = Catalogue.entries.map(\.name).joined(separator: ", ")
      throw ValidationError("there is no workload '\(name)'; there are \(names)")
    }
    guard threads > 0, seconds > 0 else { throw ValidationError("--threads and --seconds must be positive") }
    guard !serve || only.count == 1 else { throw ValidationError("--serve needs one workload: --only NAME") }
  }

  func run() throws {
    let setting = Setting(data: data, threads: threads)
    let entries = Catalogue.entries.filter { only.isEmpty ? !$0.isNamed : only.contains($0.name) }
    if let dump { return try entries.forEach { try $0.make(setting).dump(to: DumpFolder(dump)) } }
    if serve { return try Server(entry: entries[0], setting: setting, seconds: seconds).run() }
    try measure(entries, setting)
  }

  private func measure(_ entries: [Entry], _ setting: Setting) throws {
    let ceilings = try Ceilings(team: setting.team)
    var report = Report(ceilings: ceilings, threads: threads, data: setting.dataName)
    for entry in entries {
      if let reason = entry.missing {
        report.skipped.append(.init(workload: entry.name, reason: reason))
        continue
      }
      if !json { say("measuring \(entry.name)…") }
      report.rows.append(try row(entry, setting, ceilings))
    }
    print(json ? try report.json() : report.table)
  }

  private func row(_ entry: Entry, _ setting: Setting, _ ceilings: Ceilings) throws -> Report.Row {
    Memory.resetPeak()
    let workload = try entry.make(setting)
    let warmUp = try workload.repetition()
    let repetitions = try Measurement.repeat(for: seconds, atLeast: 3) { try workload.repetition() }
    return Report.Row(
      entry, threads: entry.usesTeam ? threads : 1, repetitions, check: warmUp.check, ceilings: ceilings,
      peak: Memory.peak)
  }

  /// Progress goes to standard error, so that the table alone can be redirected.
  private func say(_ text: String) {
    let bytes = Array("\(text)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}

/// Does one workload on request, so that a comparison can alternate it with others' work without starting it anew.
struct Server {
  /// What is said once ready, then for every request.
  struct Answer: Codable {
    /// Units per second, the median over the repetitions; nil in the first answer.
    var rate: Double?
    /// Losses or accuracies that others must reach too.
    var check: [Double]
    /// Peak resident bytes so far.
    var peak: Int
  }

  let entry: Entry
  let setting: Setting
  let seconds: Double

  func run() throws {
    let workload = try entry.make(setting)
    // The first repetition warms up, and begins at the same weights as the others' first.
    try answer(Answer(check: try workload.repetition().check, peak: Memory.peak))
    while readLine() != nil {
      let repetitions = try Measurement.repeat(for: seconds, atLeast: 1) { try workload.repetition() }
      let rates = Spread(repetitions.map { $0.units / $0.seconds })
      try answer(Answer(rate: rates.median, check: repetitions[0].check, peak: Memory.peak))
    }
  }

  private func answer(_ answer: Answer) throws {
    print(String(decoding: try JSONEncoder().encode(answer), as: UTF8.self))
    fflush(nil)
  }
}
