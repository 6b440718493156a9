import FeatherExperiments
import FeatherFederation
import FeatherResults
import Glibc

/// Submits the missing cells of a sweep to Slurm.
public struct SlurmSubmitter: Sendable {
  private let runner: SweepRunner
  private let request: SlurmRequest
  /// This program's file.
  private let program: String
  private let say: @Sendable (String) -> Void

  private var folder: SweepFolder { runner.folder }

  /// A submitter of the cells that `runner` would run.
  ///
  /// - Parameter say: is told what was done, a line at a time.
  public init(_ runner: SweepRunner, _ request: SlurmRequest, say: @escaping @Sendable (String) -> Void) throws {
    self.runner = runner
    self.request = request
    self.say = say
    program = try Self.resolved("/proc/self/exe")
    try request.check()
  }

  /// The batch script, as it would be submitted; writes and submits nothing.
  public func script() throws -> String {
    let chosen = try chosen()
    return script(
      at: "slurm/N", folder: Self.absolute(folder.path), memory: try memory(for: chosen.isEmpty ? runner.cells : chosen)
    ).text
  }

  /// Freezes the plan and submits what is neither done nor in the queue.
  ///
  /// - Throws: `RunnerError` when Slurm refuses, `SpecError` when a cell cannot fit.
  public func submit() async throws {
    try runner.checkData()
    let chosen = try chosen()
    let jobs = try await SweepJobs(of: folder)
    let missing = chosen.filter { !jobs.isLive($0.id) }
    let inQueue = chosen.count - missing.count
    if inQueue > 0 { say("\(Self.counted(inQueue, "cell")) in the queue already") }
    if jobs.endingCells > 0 {
      say(
        "jobs of \(Self.counted(jobs.endingCells, "cell")) are ending: 'submit' again in a minute, should they be left")
    }
    guard !missing.isEmpty else {
      return say(inQueue > 0 ? "nothing else is missing" : "nothing is missing: no job was submitted")
    }
    let memory = try memory(for: missing)
    if let refusal = SlurmCluster.refusal(request, memory, try await SlurmCluster.nodes(of: request.partition)) {
      throw SpecError(file: runner.plan.name, message: refusal)
    }
    let most = try await SlurmCluster.largestArray()
    let isNew = !folder.exists
    try folder.create()
    do {
      try runner.freeze()
      let path = try Self.resolved(folder.path)
      let submission = try Submission.create(
        in: folder, sweep: runner.plan.name, tasks: missing.map(\.id).divided(into: request.cellsPerJob), partSize: most
      ) { script(at: $0, folder: path, memory: memory).text }
      try await submit(submission)
    } catch {
      // What Slurm did not take leaves no sweep that was begun.
      if isNew { folder.removeUnlessBegun() }
      throw error
    }
  }

  /// The cells that are to be computed, be they in the queue or not.
  private func chosen() throws -> [Cell] {
    try runner.standing().filter { runner.options.isChosen($0.state) }.map(\.cell)
  }

  /// Submits the check and the arrays that wait for it.
  private func submit(_ submission: Submission) async throws {
    let check: String
    do {
      check = try await sbatch(
        submission, name: submission.checkName, log: submission.checkLog,
        options: ["--mem=64M", "--cpus-per-task=1", "--time=5"], argument: "check")
    } catch {
      submission.remove()
      throw error
    }
    var before: String?
    for part in 1...submission.parts {
      do {
        before = try await submit(part, of: submission, after: check, before)
      } catch {
        guard part > 1 else {
          _ = try? await SlurmProgram.run("scancel", [check])
          submission.remove()
          throw error
        }
        let done = submission.offset(of: part)
        throw RunnerError(
          "\(error.description)\nThe first \(done) of \(submission.tasks.count) tasks are submitted; 'submit' again, later, submits the rest."
        )
      }
    }
    let cells = submission.tasks.reduce(0) { $0 + $1.count }
    say(
      "submitted \(Self.counted(cells, "cell")) as \(Self.counted(submission.tasks.count, "task")) of "
        + "\(Self.counted(submission.parts, "job array")) (\(submission.name)-…), after a check of the nodes (job \(check))"
    )
    try await awaitCheck(submission)
  }

  /// Submits an array; where tasks at a time are limited, it waits for the one before.
  private func submit(_ part: Int, of submission: Submission, after check: String, _ before: String?)
    async throws(RunnerError)
    -> String
  {
    let limit = request.arrayLimit.map { "%\($0)" } ?? ""
    let after = request.arrayLimit == nil ? nil : before
    return try await sbatch(
      submission, name: submission.jobName(of: part), log: submission.log(of: part),
      options: [
        "--array=1-\(submission.count(of: part))\(limit)", "--kill-on-invalid-dep=yes",
        "--dependency=afterok:\(check)" + (after.map { ",afterany:\($0)" } ?? ""),
      ], argument: "\(submission.offset(of: part))")
  }

  /// Submits the script; gives the job's number.
  private func sbatch(
    _ submission: Submission, name: String, log: String, options: [String], argument: String
  ) async throws(RunnerError) -> String {
    // Slurm replaces what follows a percent sign in a log's path.
    let folder = log.split(separator: "/").dropLast().contains { $0.contains("%") }
    guard !folder else {
      throw RunnerError(
        "\(self.folder.path): Slurm cannot write logs below a folder with % in its name; choose another with --out")
    }
    let printed = try await SlurmProgram.run(
      "sbatch",
      ["--parsable", "--job-name=\(name)", "--output=\(Self.absolute(log))"] + options + [
        submission.scriptPath, argument,
      ])
    // The number, and the cluster's name where there are several.
    guard let number = printed.split(whereSeparator: { $0 == ";" || $0.isWhitespace }).first, Int(number) != nil else {
      throw RunnerError("sbatch submitted a job but did not say its number: '\(printed)'")
    }
    return String(number)
  }

  /// Gives a check that starts at once the time to end, so that what is wrong is said here.
  private func awaitCheck(_ submission: Submission) async throws {
    for _ in 0..<20 {
      let jobs = try await SlurmQueue.jobs()
      let check = jobs.last { $0.name == submission.checkName }
      if submission.isChecked(by: check) {
        return say("a node sees the sweep: the tasks can start; 'status' shows where they are")
      }
      guard check?.isLive ?? false else {
        let own = jobs.filter { $0.isLive && $0.name.hasPrefix(submission.name) }.map(\.job).uniqued
        if !own.isEmpty { _ = try? await SlurmProgram.run("scancel", own) }
        throw RunnerError(
          "the check of the nodes failed, and nothing was started: " + SweepJobs.failure(of: check, submission))
      }
      try await Task.sleep(for: .milliseconds(500))
    }
    say("the check waits for a node; the tasks start after it, and 'status' shows where they are")
  }

  private func script(at place: String, folder: String, memory: SlurmMemory) -> SlurmScript {
    var options = ["--checkpoint-every", runner.options.checkpointEvery.description]
    // The data that were found here, whatever a task's environment is.
    let data = runner.options.dataFolder ?? ProcessEnvironment.current["FEATHERWEIGHT_DATA"] ?? ""
    if !data.isEmpty { options += ["--data", Self.absolute(data)] }
    if runner.options.only == .diverged { options += ["--only", "diverged"] }
    return SlurmScript(
      sweep: runner.plan.name, folder: folder, place: place, program: program, request: request, memory: memory,
      options: options)
  }

  /// The memory of a task: as asked for where the cells fit, else what they are estimated to need.
  private func memory(for cells: [Cell]) throws -> SlurmMemory {
    let needs = cells.map { (cell: $0, bytes: ResourceEstimate(of: $0.spec, threads: request.processors).peakBytes) }
    guard let largest = needs.max(by: { $0.bytes < $1.bytes }) else {
      return SlurmMemory(mebibytes: SlurmRequest.reserve)
    }
    guard largest.bytes < 1 << 50 else {
      throw SpecError(file: runner.plan.name, message: "cell \(largest.cell.id) needs more memory than any machine has")
    }
    let estimate = SlurmMemory(bytes: largest.bytes).mebibytes
    let need = SlurmMemory(mebibytes: estimate + SlurmRequest.reserve)
    guard let asked = request.memory, asked.mebibytes > 0 else {
      // An estimate may be some megabytes low, and a task that takes more than it asked for is ended.
      return request.memory ?? SlurmMemory(mebibytes: need.mebibytes + estimate / 8 + SlurmRequest.slack)
    }
    guard asked.mebibytes >= need.mebibytes else {
      throw SpecError(
        file: runner.plan.name,
        message:
          "--mem of \(asked.mebibytes) MiB is too little: cell \(largest.cell.id) with \(Self.counted(request.processors, "thread")) "
          + "needs about \(need.mebibytes) MiB, of which \(SlurmRequest.reserve) are for the processes around it; ask for --mem "
          + "\(need.mebibytes)M or more, or leave --mem out")
    }
    return asked
  }

  private static func counted(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }

  /// A path that is valid in every working directory.
  private static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    return String(cString: current) + "/" + path
  }

  /// The path of a file or folder that is there, without links.
  private static func resolved(_ path: String) throws -> String {
    guard let resolved = realpath(path, nil) else {
      throw RunnerError("cannot find \(path): \(String(cString: strerror(errno)))")
    }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

extension SweepJobs {
  /// Cancels the jobs of this sweep that are in the queue or at work, and no other.
  ///
  /// - Returns: what was done, in words.
  public func cancel() async throws(RunnerError) -> String {
    let jobs = live
    guard !jobs.isEmpty else { return "no job of this sweep is in the queue" }
    let cells = liveCells
    _ = try await SlurmProgram.run("scancel", jobs)
    return
      "cancelled \(jobs.count == 1 ? "job" : "jobs") \(jobs.joined(separator: ", ")) with \(cells) cell\(cells == 1 ? "" : "s"); "
      + "what is done and checkpoints are kept, and 'submit' goes on from there"
  }
}

extension Array {
  /// The elements, so many at a time.
  fileprivate func divided(into size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
