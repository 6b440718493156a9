import FeatherExperiments
import FeatherFederation
import FeatherResults

/// Sets a run down in its partial folder, and takes it up again.
final class RunCheckpoints {
  private var files: CheckpointFiles
  private var schedule: CheckpointSchedule
  private let mayWrite: () throws -> Void

  /// - Parameters:
  ///   - folder: the run's partial folder.
  ///   - key: the run and the program that computes it, in one line.
  ///   - mayWrite: throws when the run is not this process's any more.
  init(in folder: String, key: String, every cadence: CheckpointCadence, mayWrite: @escaping () throws -> Void) {
    files = CheckpointFiles(in: folder, key: key)
    schedule = CheckpointSchedule(cadence)
    self.mayWrite = mayWrite
  }

  /// Takes a run up where it was set down.
  ///
  /// A checkpoint that cannot be used costs time, not results: the log says why, and the run begins anew.
  ///
  /// - Returns: how far it was; nil where it begins.
  func resume(_ federation: inout Federation) -> Checkpoint.Position? {
    do {
      guard let checkpoint = try files.read() else { return nil }
      try federation.resume(from: checkpoint)
      return checkpoint.position
    } catch {
      StandardError.write("\(error): the run begins anew\n")
      return nil
    }
  }

  /// When and how the run is set down.
  var checkpointing: Checkpointing {
    Checkpointing(
      action: { [self] position in StopRequest.isRequested ? .saveAndStop : schedule.action(at: position) },
      save: { [self] checkpoint in
        try mayWrite()
        do {
          return try schedule.timing { try files.write(checkpoint) }
        } catch {
          // The checkpoint before is still there, and results do not need any.
          StandardError.write(
            "no checkpoint after \(checkpoint.position.stage) \(checkpoint.position.done): \(error)\n")
          return checkpoint.parts
        }
      })
  }
}
