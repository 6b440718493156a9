import FeatherFederation
import FoundationEssentials

/// What a worker process tells the process that started it: one JSON object per line of its standard output.
enum WorkerMessage: Codable, Sendable {
  /// `done` of `of` parts of a stage are finished.
  case progress(stage: String, done: Int, of: Int)
  /// A round is finished, counted from 1.
  case round(Int, of: Int, accuracy: Double)
  /// The result file is in place.
  case complete(accuracy: Double)
  /// The result file is in place and says that the run diverged.
  case diverged(reason: String)
  /// The cell was begun by a process that is gone; in words who that was.
  case tookOver(from: String)
  /// The cell goes on from a checkpoint, at which `done` of `of` parts of a stage were finished.
  case resumed(stage: String, done: Int, of: Int)
  /// The run was asked to stop and has; a checkpoint keeps `done` of `of` parts of a stage.
  case interrupted(stage: String, done: Int, of: Int)
  /// Another process has the cell, or has finished it; who, empty when it is finished.
  case elsewhere(by: String)
  /// There is no result file; why. `refused` marks spec or data that cannot be used.
  case failed(reason: String, refused: Bool)

  /// The message as a line, with its end.
  var line: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let json = try? encoder.encode(self) else { return [] }
    return Array(json) + [UInt8(ascii: "\n")]
  }

  /// Reads a line; nil for one that is no message.
  init?(line: String) {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let message = try? decoder.decode(Self.self, from: Data(line.utf8)) else { return nil }
    self = message
  }
}
