import FoundationEssentials

/// A job, or a task of a job array, as Slurm tells of it.
struct SlurmJob: Sendable, Equatable {
  /// The job's number; of an array's task, that of the array.
  let job: String
  /// The task's index in its array; nil for a job of its own.
  let index: Int?
  /// Such as `PENDING`, `RUNNING` or `TIMEOUT`.
  let state: String
  /// Where it runs or ran; empty where it did not yet.
  let node: String
  /// Why it waits, or ended; empty or `None` where Slurm does not say.
  let reason: String
  let name: String

  /// As Slurm writes it, such as `12_3`.
  var id: String { index.map { "\(job)_\($0)" } ?? job }

  /// Whether it is in the queue or at work.
  var isLive: Bool { !Self.ended.contains(state) }

  /// Whether it is at work.
  var isRunning: Bool { isLive && !node.isEmpty && state != "PENDING" }

  private static let ended: Set = [
    "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "REVOKED",
    "TIMEOUT",
  ]

  /// What it does, in words.
  var words: String {
    if isRunning { return state == "RUNNING" ? "job \(id) runs on \(node)" : "job \(id) is \(state) on \(node)" }
    if isLive { return "job \(id) waits" + (hasReason ? ": \(reason)" : "") }
    return "job \(id) ended: \(state)" + (hasReason ? " (\(reason))" : "") + (node.isEmpty ? "" : " on \(node)")
  }

  private var hasReason: Bool { !reason.isEmpty && reason != "None" }
}

/// What Slurm knows of this user's jobs.
enum SlurmQueue {
  /// The jobs in the queue, and those that ended minutes ago.
  static func jobs() async throws(RunnerError) -> [SlurmJob] {
    let text = try await SlurmProgram.run(
      "squeue", ["--me", "--noheader", "--array", "--states=all", "--format=%F|%K|%T|%N|%r|%j"])
    return jobs(squeue: text)
  }

  /// Reads what `squeue` prints.
  static func jobs(squeue text: String) -> [SlurmJob] {
    text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "|", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 6 else { return nil }
      return SlurmJob(
        job: fields[0], index: Int(fields[1]), state: fields[2], node: fields[3], reason: fields[4], name: fields[5])
    }
  }

  /// Jobs of given names that ended earlier, where the cluster keeps accounts; none where it does not.
  static func ended(named names: [String], since date: Date) async -> [SlurmJob] {
    // Slurm takes local time; a day more does no harm.
    let day = String((date - 86_400).ISO8601Format().prefix(10))
    let text = try? await SlurmProgram.run(
      "sacct",
      [
        "--noheader", "--parsable2", "--allocations", "--starttime=\(day)", "--name=\(names.joined(separator: ","))",
        "--format=JobID,State,NodeList,JobName",
      ])
    return jobs(sacct: text ?? "")
  }

  /// Reads what `sacct` prints.
  static func jobs(sacct text: String) -> [SlurmJob] {
    text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 4 else { return nil }
      let id = fields[0].split(separator: "_", maxSplits: 1)
      // 'CANCELLED by 1000': who did it.
      let state = fields[1].split(separator: " ", maxSplits: 1)
      return SlurmJob(
        job: String(id.first ?? ""), index: id.count == 2 ? Int(id[1]) : nil, state: String(state.first ?? ""),
        node: fields[2] == "None assigned" ? "" : fields[2], reason: state.count == 2 ? String(state[1]) : "",
        name: fields[3])
    }
  }
}
