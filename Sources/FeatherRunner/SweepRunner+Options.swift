public import FeatherExperiments
import FeatherFederation

extension SweepRunner {
  /// How to run.
  public struct Options: Sendable {
    /// Worker processes at a time, at least 1.
    public var jobs = 1
    /// Threads of each worker, at least 1; nil divides the processors among the workers.
    public var threads: Int?
    /// The cells that may be run, by their ids; nil allows all of the plan.
    public var cells: Set<RunID>?
    /// Which of the missing cells; nil takes all.
    public var only: Selection?
    /// How often a failed cell is tried again; one whose spec or data were refused is not.
    public var retries = 0
    /// How long a cell may take.
    public var timeout: TimeLimit?
    /// How much memory all workers together may take; nil takes what this machine has.
    public var memory: MemorySize?
    /// Start no further cell after one failed.
    public var failFast = false
    /// Take the plan though it differs from the frozen one.
    public var refreeze = false
    /// How often a run is set down, so that it goes on from there when it is interrupted.
    public var checkpointEvery = CheckpointCadence.seconds(10)
    /// Keep the last checkpoint of a run that is done.
    public var keepsCheckpoints = false
    /// The folder given as `--data`, if any.
    public var dataFolder: String?

    /// One job at a time, everything that is missing.
    public init() {}
  }

  /// Cells of one kind.
  public enum Selection: String, CaseIterable, Sendable {
    /// Those whose last attempt failed.
    case failed
    /// Those that have neither ended nor failed.
    case pending
    /// Those whose result says that they diverged; they are computed again.
    case diverged
  }

  /// How a sweep ended.
  public struct Outcome: Sendable {
    /// A cell that failed.
    public struct Failure: Sendable {
      /// The cell's id.
      public let id: RunID
      /// The values of the keys that vary.
      public let label: String
      /// Why.
      public let reason: String
    }

    /// Cells of this session that ended well.
    public var complete = 0
    /// Cells of this session that diverged; each is a result.
    public var diverged = 0
    /// Cells that failed, and why.
    public var failed: [Failure] = []
    /// How many of the failed ones had their spec or data refused.
    public var refused = 0
    /// Cells that were done before.
    public var skipped = 0
    /// Cells that other runs finished meanwhile.
    public var elsewhere = 0
    /// Cells that were asked to stop, and have.
    public var interrupted = 0
    /// Whether the sweep was asked to stop before its last cell had ended.
    public var isStopped = false

    /// The exit status: 0, 1 when a run failed, 2 when what failed was refused for its spec or data, 130 when it was interrupted.
    public var exitStatus: Int32 {
      if isStopped || interrupted > 0 { return 130 }
      return failed.isEmpty ? 0 : failed.count == refused ? 2 : 1
    }
  }
}

extension SweepRunner.Options {
  /// How much memory all workers together may take, bytes.
  var memoryBytes: Int { memory?.bytes ?? ResourceEstimate.physicalMemory }

  /// Whether a cell in that state is to be run.
  func isChosen(_ state: CellState) -> Bool {
    switch state {
    case .complete, .damaged: false
    case .diverged: only == .diverged
    case .failed: only == nil || only == .failed
    case .running, .interrupted, .pending: only == nil || only == .pending
    }
  }
}

extension SweepRunner.Outcome {
  /// How many cells of this session came to an end.
  var ended: Int { complete + diverged + failed.count + elsewhere }

  mutating func count(_ result: CellRun.Result, _ label: String) {
    switch result.ending {
    case .failed(let reason, let wasRefused):
      failed.append(Failure(id: result.cell.id, label: label, reason: reason))
      refused += wasRefused ? 1 : 0
    case _ where result.isElsewhere: elsewhere += 1
    case .complete: complete += 1
    case .diverged: diverged += 1
    case .interrupted: interrupted += 1
    case .elsewhere: break
    }
  }
}
