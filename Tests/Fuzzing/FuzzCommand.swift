import ArgumentParser
import Foundation

/// Damages small sound files in a reproducible way and has every reader of files from strangers read them.
///
/// Each must refuse an input with its own kind of error, or read it: without a crash, within a second and a gigabyte. Inputs are read in
/// child processes, so that a crash tells its input and the rest goes on. `Corpus/<reader>` holds inputs that once failed.
@main
struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "featherweight-fuzz", abstract: "Feed damaged files to every reader of files.")

  @Option(help: "Inputs per reader.")
  var inputs = 20_000
  @Option(help: "The only reader to feed.")
  var only: String?
  @Option(help: "Number of the first input.")
  var from = 0
  @Option(help: "Write the input of this number of the reader --only to --file, and read it in this process.")
  var replay: Int?
  @Option(help: "Where --replay writes its input; without --replay, a file to read with the reader --only.")
  var file: String?
  /// Where a child process keeps its files and tells what it has done.
  @Option(help: .hidden)
  var folder: String?
  @Flag(help: .hidden)
  var isBatch = false

  private static let batch = 50_000
  /// So many failing inputs of a reader are enough to look at.
  private static let mostFailures = 10

  func run() throws {
    // A child's memory is limited, which is no place for a report with source code.
    setenv("SWIFT_BACKTRACE", "enable=no", 1)
    let folder = try self.folder ?? Self.scratch()
    // A child that crashes cannot remove it, so its parent does.
    defer { if self.folder == nil { try? FileManager.default.removeItem(atPath: folder) } }
    let tally = try FuzzBatch.tally(at: "\(folder)/tally")
    let readers = try FuzzReader.all(in: folder).filter { only == nil || $0.name == only }
    guard let first = readers.first else { throw ValidationError("there is no reader '\(only ?? "")'") }
    if isBatch {
      try FuzzBatch(reader: first, tally: tally).run(from..<from + inputs)
    } else if replay != nil || file != nil {
      try read(first, FuzzBatch(reader: first, tally: tally))
    } else {
      Self.say("reader            inputs  accepted   refused  slowest ms (input)    peak MB")
      let failures = try readers.map { try feed($0, tally, in: folder) }
      guard failures.allSatisfy({ $0 == 0 }) else { throw ExitCode.failure }
    }
  }

  private func read(_ reader: FuzzReader, _ batch: FuzzBatch) throws {
    var bytes = try file.map { replay == nil ? Array(try Data(contentsOf: URL(filePath: $0))) : [] } ?? []
    if let replay { bytes = Damage.file(replay, reader) }
    if replay != nil, let file { try Data(bytes).write(to: URL(filePath: file)) }
    do { try reader.read(bytes) } catch { Self.say("refused: \(error)") }
    try batch.read(bytes)
  }

  /// Feeds one reader, first what once failed; tells how many inputs failed.
  private func feed(_ reader: FuzzReader, _ tally: UnsafeMutablePointer<FuzzTally>, in folder: String) throws -> Int {
    var failures = 0
    for known in try Self.corpus(reader.name) {
      guard let reason = try child(["--folder", folder, "--only", reader.name, "--file", known]) else { continue }
      Self.say("\(reader.name): \(known): \(reason)")
      failures += 1
    }
    tally.pointee = FuzzTally()
    var next = from
    let end = from + inputs
    while next < end, failures < Self.mostFailures {
      let count = min(Self.batch, end - next)
      let reason = try child(
        ["--is-batch", "--folder", folder, "--only", reader.name, "--from", "\(next)", "--inputs", "\(count)"])
      next += count
      guard let reason else { continue }
      Self.say("\(reader.name): input \(tally.pointee.number): \(reason)")
      failures += 1
      next = tally.pointee.number + 1
    }
    let sum = tally.pointee
    let slowest = String(format: "%8.1f (%lld)", Double(sum.slowest) / 1e6, Int64(sum.slowestNumber))
    Self.say(
      reader.name.padding(toLength: 14, withPad: " ", startingAt: 0)
        + String(format: "%10lld%10lld%10lld  ", Int64(next - from), Int64(sum.accepted), Int64(sum.refused))
        + slowest.padding(toLength: 20, withPad: " ", startingAt: 0)
        + String(format: "%9.0f", Double(sum.peakBytes) / 1e6))
    return failures
  }

  /// Runs this program again; tells why it failed, if it did.
  private func child(_ arguments: [String]) throws -> String? {
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    let pipe = Pipe()
    process.standardError = pipe
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let said = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationReason == .uncaughtSignal || process.terminationStatus != 0 else { return nil }
    let signal = process.terminationReason == .uncaughtSignal ? "signal \(process.terminationStatus) " : ""
    let meaning = process.terminationStatus == SIGPROF ? "(more than a second) " : ""
    return signal + meaning + said.split(separator: "\n").prefix(3).joined(separator: " | ")
  }

  /// Writes a line at once, so that a file that a long campaign writes to can be watched.
  private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  private static func corpus(_ reader: String) throws -> [String] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus/\(reader)").path
    // A reader that never failed has no folder.
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { "\(folder)/\($0)" }
  }

  /// A folder in memory where there is one: an input is a file, and a million of them would wear a disk.
  private static func scratch() throws -> String {
    let root =
      FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : FileManager.default.temporaryDirectory.path
    let folder = "\(root)/featherweight-fuzz-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }
}
