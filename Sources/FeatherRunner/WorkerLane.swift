import FeatherExperiments
import FeatherResults
import FeatherTensors
import Glibc
import Subprocess
import SystemPackage

/// One of the workers of a sweep: a process that computes one cell after another.
///
/// Whatever happens to that process, only the cell that it was computing is concerned; the next one gets a new process.
struct WorkerLane {
  let number: Int
  let threads: Int
  let runner: SweepRunner
  let queue: CellQueue
  let reporter: ProgressReporter

  /// Computes cells until none is left.
  func run() async -> [CellRun.Result] {
    var results: [CellRun.Result] = []
    var next = await queue.next()
    while let turn = next {
      let (ended, lost) = await turn.refusal == nil ? serve(turn) : (refuse(turn), nil)
      results += ended
      next = if let lost { lost } else { await queue.next() }
    }
    return results
  }

  /// What became of the cells that one process was given.
  private struct Served {
    var ended: [CellRun.Result] = []
    /// The one under way when the process ended.
    var open: CellRun?
    /// One that it could not be given any more.
    var lost: Turn?
    var watch: WorkerWatch?
  }

  /// Fails a cell that there is no room for.
  private func refuse(_ turn: Turn) async -> [CellRun.Result] {
    let run = CellRun(turn, worker: number, runner: runner)
    await run.begin(reporter)
    return await finish(run, run.keep(turn.refusal ?? "", getpid()))
  }

  private var environment: Environment {
    .inherit.updating(
      ComputeEnvironment.variables.reduce(into: [:]) { $0[Environment.Key(stringLiteral: $1.key)] = $1.value })
  }

  /// Starts a process that computes `first` and the cells after it.
  ///
  /// - Returns: what ended, and a cell that is still to be computed.
  private func serve(_ first: Turn) async -> (ended: [CellRun.Result], lost: Turn?) {
    let arguments = WorkerCommand.arguments(
      folder: runner.folder, data: runner.options.dataFolder, threads: threads,
      checkpointEvery: runner.options.checkpointEvery, keepsCheckpoints: runner.options.keepsCheckpoints,
      provenance: runner.provenance)
    guard WorkerProcesses.begin(lane: number) else {
      await WorkerProcesses.waitForOwnEnd()
      return ([], first)
    }
    do {
      // This very binary, even if its file is replaced while the sweep runs.
      let result = try await Subprocess.run(
        .path("/proc/self/exe"), arguments: Arguments(arguments),
        environment: environment,
        input: .inputWriter, output: .sequence, error: .discarded
      ) { execution in
        let process = execution.processIdentifier.value
        WorkerProcesses.began(process, lane: number)
        let watch = WorkerWatch(process, runner.options)
        // The watch ends with the conversation.
        async let _ = watch.run(execution.standardInputWriter)
        defer { watch.end() }
        return await converse(first, execution.standardInputWriter, execution.standardOutput, watch)
      }
      var served = result.closureResult
      if let open = served.open {
        let process = result.processIdentifier.value
        served.ended += await finish(open, await open.ending(result.terminationStatus, of: process, served.watch))
      }
      return (served.ended, served.lost)
    } catch {
      WorkerProcesses.began(nil, lane: number)
      await WorkerProcesses.waitForOwnEnd()
      let run = CellRun(first, worker: number, runner: runner)
      await run.begin(reporter)
      return (await finish(run, run.keep("the worker process failed: \(error)", getpid())), nil)
    }
  }

  /// Gives the process a cell, hears it to the last word, and so on until the cells or the process end.
  private func converse(
    _ first: Turn, _ input: StandardInputWriter, _ output: SubprocessOutputSequence, _ watch: WorkerWatch
  ) async -> Served {
    var served = Served()
    served.watch = watch
    var lines = output.strings().makeAsyncIterator()
    var next: Turn? = first
    var isFirst = true
    while let turn = next {
      let run = CellRun(turn, worker: number, runner: runner)
      let order = CellOrder.line(turn.cell, replaces: turn.replaces != nil)
      let isGiven = (try? await input.write(order)) != nil
      guard isGiven || isFirst else {
        served.lost = turn
        return served
      }
      isFirst = false
      watch.cellBegins()
      await run.begin(reporter)
      var ending: CellRun.Result.Ending?
      while ending == nil, let line = try? await lines.next() {
        if let message = WorkerMessage(line: line) { ending = await run.hear(message, reporter) }
      }
      guard let ending else {
        served.open = run
        return served
      }
      watch.cellEnds()
      served.ended += await finish(run, ending)
      // One that was asked to stop would stop at the next cell again.
      if case .interrupted = ending { return served }
      // A process without a cell would only hold memory: when there is room for none now, it ends.
      next = await queue.nextAtOnce()
    }
    return served
  }

  /// Says how a cell ended, or gives it back to the queue.
  private func finish(_ run: CellRun, _ ending: CellRun.Result.Ending) async -> [CellRun.Result] {
    let id = run.turn.cell.id.hex
    await queue.heed()
    switch ending {
    case .elsewhere(let owner):
      await reporter.report(.cellDeferred(worker: number, id: id))
      await queue.put(off: run.turn, by: owner)
      return []
    case .failed(let reason, refused: false)
    where run.turn.tries < runner.options.retries && run.turn.refusal == nil && !StopRequest.isRequested:
      await reporter.report(
        .cellRetried(
          worker: number, id: id, label: runner.label(of: run.turn.cell), reason: reason, attempt: run.turn.tries + 2,
          of: runner.options.retries + 1))
      await queue.retry(run.turn)
      return []
    default:
      let result = await run.end(ending, reporter)
      if result.isFailure && runner.options.failFast { await queue.close() }
      await queue.finish(run.turn)
      return [result]
    }
  }
}
