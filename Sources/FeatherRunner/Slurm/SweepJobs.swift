public import FeatherExperiments
import FeatherResults

/// A sweep's jobs in Slurm: its submissions joined with the queue.
public struct SweepJobs: Sendable {
  /// A cell's task.
  private struct Task {
    let job: SlurmJob
    let log: String
  }
  private let submissions: [Submission]
  private let jobs: [SlurmJob]
  private var tasks: [RunID: Task] = [:]
  private let folder: SweepFolder

  /// Whether any of a sweep's cells was ever submitted.
  public static func exist(of folder: SweepFolder) -> Bool { AtomicFile.exists("\(folder.path)/slurm") }

  /// Asks Slurm.
  ///
  /// - Parameter unfinished: the cells for which jobs that ended long ago are looked for too.
  /// - Throws: `RunnerError` when Slurm does not answer.
  public init(of folder: SweepFolder, unfinished: [RunID] = []) async throws(RunnerError) {
    self.init(of: folder, try await SlurmQueue.jobs())
    let names = submissions.flatMap { own in (1...own.parts).map(own.jobName) }
    guard let first = submissions.first, unfinished.contains(where: { tasks[$0] == nil }) else { return }
    let ended = await SlurmQueue.ended(named: names, since: first.created)
    for job in ended { note(job) }
  }

  init(of folder: SweepFolder, _ jobs: [SlurmJob]) {
    self.folder = folder
    self.jobs = jobs
    submissions = Submission.all(in: folder)
    for job in jobs { note(job) }
  }

  /// Notes a job for its cells, unless a live one is known; of several that ended, the last submission's.
  private mutating func note(_ job: SlurmJob) {
    guard let index = job.index else { return }
    for submission in submissions {
      guard let (part, cells) = submission.cells(jobName: job.name, index: index) else { continue }
      let task = Task(job: job, log: submission.log(of: part, index: "\(index)"))
      for cell in cells where tasks[cell]?.job.isLive != true { tasks[cell] = task }
    }
  }

  /// Whether a cell waits in the queue, or is a running job's.
  func isLive(_ id: RunID) -> Bool { tasks[id]?.job.isLive ?? false }

  /// Jobs of this sweep that are in the queue or at work, arrays once each; the numbers by which Slurm knows them.
  var live: [String] { jobs.filter { $0.isLive && isOwn($0) }.map(\.job).uniqued }

  /// How many cells live jobs have.
  var liveCells: Int { tasks.values.count { $0.job.isLive } }

  /// How many cells have jobs that are about to end, with or without a result.
  var endingCells: Int { tasks.values.count { $0.job.state == "COMPLETING" } }

  private func isOwn(_ job: SlurmJob) -> Bool {
    submissions.contains { own in
      own.checkName == job.name || (1...own.parts).contains { own.jobName(of: $0) == job.name }
    }
  }

  /// Where a cell stands: a word and what else there is to say, files and queue together.
  ///
  /// What its files say of an end, or of work under way, holds; else its job says whether it waits, runs, or ended without a word.
  public func standing(of cell: Cell, _ state: CellState) -> (word: String, note: String) {
    let said = folder.explanation(of: cell, state)
    guard let task = tasks[cell.id] else { return (state.word, said) }
    let job = task.job
    func with(_ more: String) -> String { said.isEmpty ? more : "\(said); \(more)" }
    switch state {
    case .complete, .diverged, .damaged: return (state.word, said)
    // A process that was killed on another node, or goes on without its job: its claim tells within a minute.
    case .running: return (state.word, job.isLive ? said : with("but \(job.words)"))
    case .failed: return (state.word, job.isLive ? with(job.words) : said)
    case .pending, .interrupted:
      if job.isLive { return (job.isRunning ? state.word : "queued", with(job.words)) }
      // One that never came to a node has no log.
      return (state.word, with(job.words + (job.node.isEmpty ? "" : Self.lastWords(task.log))))
    }
  }

  /// What is to be said of the last submission where its check has not come back.
  public var warning: String? {
    guard let submission = submissions.last else { return nil }
    let check = jobs.last { $0.name == submission.checkName }
    guard !submission.isChecked(by: check) else { return nil }
    if let check, check.isLive { return "submission \(submission.number) waits for its check: \(check.words)" }
    return "submission \(submission.number) did not start: " + Self.failure(of: check, submission)
  }

  /// Why a check failed, in words.
  static func failure(of check: SlurmJob?, _ submission: Submission) -> String {
    let ending = check?.words ?? "its check is not in the queue any more"
    return ending + lastWords(submission.checkLog)
  }

  /// The last line of a job's log, introduced; where there is no log, what that means.
  private static func lastWords(_ log: String) -> String {
    guard AtomicFile.exists(log) else {
      return "; it could not write \(log): do the nodes see that folder, and is there room in it?"
    }
    let text = (try? AtomicFile.read(log)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let last = text.split(whereSeparator: \.isNewline).last.map(String.init) ?? "nothing"
    return "; \(log) ends: \(last)"
  }
}
