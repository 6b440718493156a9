import FeatherExperiments
import FeatherResults
import FoundationEssentials
import Glibc

/// One `submit` of a sweep's cells, as the sweep's folder remembers it in `slurm/<number>/`.
///
/// Jobs are known by their names: Slurm's numbers begin anew when its state is lost, and another user's job may then have one of ours.
struct Submission: Sendable {
  /// What `submission.json` holds.
  private struct Record: Codable {
    let name: String
    let created: Date
    /// Array tasks of each part but the last.
    let part_size: Int
  }

  let number: Int
  /// How the names of its jobs begin; no other submission has the same.
  let name: String
  let created: Date
  /// The cells of each array task, over all parts.
  let tasks: [[RunID]]
  /// Array tasks of each part but the last, whose indices begin at 1.
  let partSize: Int
  /// The sweep's folder.
  private let sweep: String

  /// Where it is within the sweep's folder.
  var place: String { "slurm/\(number)" }
  private var path: String { "\(sweep)/\(place)" }
  var scriptPath: String { "\(path)/job.sh" }
  /// The log of the job that checks whether nodes see the folder.
  var checkLog: String { "\(path)/check.log" }
  var checkName: String { "\(name)-check" }
  /// Whether a node has seen the folder: its mark is there, or the check is known to have succeeded and a network file system shows the
  /// mark later.
  func isChecked(by check: SlurmJob?) -> Bool { AtomicFile.exists("\(path)/checked") || check?.state == "COMPLETED" }

  /// How many arrays there are.
  var parts: Int { (tasks.count + partSize - 1) / partSize }
  /// How many tasks are before a part, which counts from 1.
  func offset(of part: Int) -> Int { (part - 1) * partSize }
  /// How many tasks a part has.
  func count(of part: Int) -> Int { min(partSize, tasks.count - offset(of: part)) }
  func jobName(of part: Int) -> String { "\(name)-\(part)" }

  /// Where the logs of a part are, which is a folder of its own: Slurm puts the array's index for `%a`.
  func log(of part: Int, index: String = "%a") -> String { "\(path)/logs/\(part)/\(index).log" }

  /// The cells of an array task; nil where the job is none of this submission's arrays.
  func cells(jobName: String, index: Int) -> (part: Int, cells: [RunID])? {
    guard jobName.hasPrefix(name + "-"), let part = Int(jobName.dropFirst(name.count + 1)), (1...parts).contains(part),
      index >= 1, index <= count(of: part)
    else { return nil }
    return (part, tasks[offset(of: part) + index - 1])
  }

  /// Makes the folder of a new submission, with its script and its lists of cells.
  ///
  /// - Parameter script: gives the script's text for a place such as `slurm/1`.
  static func create(
    in folder: SweepFolder, sweep: String, tasks: [[RunID]], partSize: Int, script: (String) -> String
  ) throws -> Submission {
    try SweepFolder.createFolder("\(folder.path)/slurm")
    var number = (numbers(in: folder).max() ?? 0) + 1
    // Of two that submit at the same time each gets a number of its own.
    while mkdir("\(folder.path)/slurm/\(number)", 0o755) != 0 {
      guard errno == EEXIST else {
        throw RunnerError("cannot create \(folder.path)/slurm/\(number): \(String(cString: strerror(errno)))")
      }
      number += 1
    }
    var generator = SystemRandomNumberGenerator()
    let token = String(UInt64(generator.next(upperBound: UInt64(1) << 32)) + (1 << 32), radix: 16).dropFirst()
    let submission = Submission(
      number: number, name: "\(sweep)-\(number)-\(token)", created: Date(), tasks: tasks, partSize: partSize,
      sweep: folder.path)
    try submission.write(script: script(submission.place))
    return submission
  }

  private func write(script: String) throws {
    let lines = tasks.map { $0.map(\.hex).joined(separator: ",") + "\n" }.joined()
    try AtomicFile.write(Array(lines.utf8), to: "\(path)/cells")
    try AtomicFile.write(Array(script.utf8), to: scriptPath)
    for part in 1...parts { try SweepFolder.createFolder("\(path)/logs/\(part)") }
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = try encoder.encode(Record(name: name, created: created, part_size: partSize))
    try AtomicFile.write(Array(json) + [UInt8(ascii: "\n")], to: "\(path)/submission.json")
  }

  /// Removes its folder: nothing of it was submitted.
  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// The submissions that a sweep's folder remembers, in order; one that was cut short while it was written has no jobs.
  static func all(in folder: SweepFolder) -> [Submission] {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return numbers(in: folder).sorted().compactMap { number in
      let path = "\(folder.path)/slurm/\(number)"
      guard let json = try? AtomicFile.read("\(path)/submission.json"),
        let record = try? decoder.decode(Record.self, from: Data(json)), record.part_size > 0,
        let lines = try? AtomicFile.read("\(path)/cells")
      else { return nil }
      let tasks = String(decoding: lines, as: UTF8.self).split(separator: "\n").map { line in
        line.split(separator: ",").compactMap { RunID(String($0)) }
      }
      return Submission(
        number: number, name: record.name, created: record.created, tasks: tasks, partSize: record.part_size,
        sweep: folder.path)
    }
  }

  private static func numbers(in folder: SweepFolder) -> [Int] {
    SweepFolder.names(in: "\(folder.path)/slurm").compactMap { Int($0) }
  }
}
