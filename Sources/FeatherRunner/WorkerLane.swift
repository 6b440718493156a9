import FeatherExperiments
import FeatherResults
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
    while let cell = next {
      let (ended, lost) = await serve(cell)
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
    var lost: Cell?
  }

  /// Starts a process that computes `first` and the cells after it.
  ///
  /// - Returns: what ended, and a cell that is still to be computed.
  private func serve(_ first: Cell) async -> (ended: [CellRun.Result], lost: Cell?) {
    let arguments = WorkerCommand.arguments(
      folder: runner.folder, data: runner.options.dataFolder, threads: threads,
      checkpointEvery: runner.options.checkpointEvery, provenance: runner.provenance)
    do {
      // This very binary, even if its file is replaced while the sweep runs. One OpenMP thread for each thread of ours: we divide the
      // work ourselves, and a number that is fixed keeps results the same to the bit.
      let result = try await Subprocess.run(
        .path("/proc/self/exe"), arguments: Arguments(arguments),
        environment: .inherit.updating(["OMP_NUM_THREADS": "1"]),
        input: .inputWriter, output: .sequence, error: .discarded
      ) { execution in
        await converse(first, execution.standardInputWriter, execution.standardOutput)
      }
      var served = result.closureResult
      if let open = served.open {
        served.ended.append(await finish(open, await open.ending(result.terminationStatus)))
      }
      return (served.ended, served.lost)
    } catch {
      let run = CellRun(cell: first, worker: number, runner: runner)
      await run.begin(reporter)
      return ([await finish(run, .failed(reason: "the worker process failed: \(error)", refused: false))], nil)
    }
  }

  /// Gives the process a cell, hears it to the last word, and so on until the cells or the process end.
  private func converse(
    _ first: Cell, _ input: StandardInputWriter, _ output: SubprocessOutputSequence
  ) async -> Served {
    var served = Served()
    var lines = output.strings().makeAsyncIterator()
    var next: Cell? = first
    while let cell = next {
      let run = CellRun(cell: cell, worker: number, runner: runner)
      run.removeLog()
      let isGiven = (try? await input.write(cell.json + "\n")) != nil
      guard isGiven || served.ended.isEmpty else {
        served.lost = cell
        return served
      }
      await run.begin(reporter)
      var ending: CellRun.Result.Ending?
      while ending == nil, let line = try? await lines.next() {
        if let message = WorkerMessage(line: line) { ending = await run.hear(message, reporter) }
      }
      guard let ending else {
        served.open = run
        return served
      }
      served.ended.append(await finish(run, ending))
      next = await queue.next()
    }
    return served
  }

  private func finish(_ run: CellRun, _ ending: CellRun.Result.Ending) async -> CellRun.Result {
    let result = await run.end(ending, reporter)
    if result.isFailure && runner.options.failFast { await queue.close() }
    return result
  }
}
