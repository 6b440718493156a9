import FeatherDatasets
public import FeatherExperiments
import FeatherResults
import FoundationEssentials
import Glibc

/// What a sweep was started with: the command, the code and the data.
///
/// It is found out once, by whoever starts the workers, and given to each of them.
public struct Provenance: Codable, Sendable {
  /// Featherweight's version.
  public var version: String
  /// The command line.
  public var command: [String]
  /// The code around the working directory.
  public var git = GitState(summary: "not asked")
  /// This program's file; nil where nothing was to be computed.
  public var program: ProgramFile?
  /// The files of each data set that is not built in, by the data set's name.
  public var data: [String: [DataFile]] = [:]

  /// A command of which nothing else is known yet.
  public init(version: String, command: [String]) {
    self.version = version
    self.command = command
  }

  /// Finds out about everything that cells will be computed with.
  ///
  /// - Parameters:
  ///   - dataFolder: the folder given as `--data`, if any.
  ///   - again: whether cells that have a result may be computed too, not only the missing ones.
  public static func current(
    version: String, command: [String], cells: [Cell], in folder: SweepFolder, dataFolder: String?, again: Bool
  ) async -> Provenance {
    var provenance = Provenance(version: version, command: command)
    provenance.git = await GitState.current(apartFrom: folder.path)
    let cells = cells.filter { again || !AtomicFile.exists(folder.resultPath($0.id)) }
    guard !cells.isEmpty else { return provenance }
    provenance.program = ProgramFile.current
    let locations = DataLocations(commandLine: dataFolder, environment: ProcessEnvironment.current)
    for name in Set(cells.map(\.spec.dataset.name.rawValue)) {
      provenance.data[name] = DataFile.files(of: name, in: locations)
    }
    return provenance
  }

  /// Refuses code of which the commit does not tell everything.
  ///
  /// - Throws: `RunnerError` where the working tree has changes, or there is no commit.
  public func requireClean() throws {
    guard git.dirty != false else { return }
    let advice = "or leave --require-clean out; nothing was run"
    guard git.dirty == true, git.commit != nil else {
      throw RunnerError(
        "--require-clean needs a commit that tells the code, and here is none: \(git.summary); commit, \(advice)")
    }
    let shown = git.changedFiles.prefix(5).joined(separator: ", ")
    let more = git.changedFiles.count > 5 ? " and \(git.changedFiles.count - 5) more" : ""
    throw RunnerError(
      "--require-clean, but the working tree differs from its commit: \(shown)\(more); commit or stash, \(advice)")
  }
}

extension Provenance {
  /// The value as one argument of a worker.
  ///
  /// Linux takes 128 KiB in one argument, and a byte may become six in JSON: what can be long is cut.
  var argument: String {
    var shortened = self
    shortened.command = command.leading(bytes: 12_000)
    let left = command.count - shortened.command.count
    if left > 0 { shortened.command.append("… and \(left) more") }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = try? encoder.encode(shortened)
    return json.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Reads what `argument` wrote; nil for anything else.
  init?(argument: String) {
    guard let value = try? JSONDecoder().decode(Provenance.self, from: Data(argument.utf8)) else { return nil }
    self = value
  }
}

extension [String] {
  /// As many leading texts as take `bytes` bytes together.
  func leading(bytes: Int) -> [String] {
    var left = bytes
    return Array(
      prefix { text in
        left -= text.utf8.count
        return left >= 0
      })
  }
}

/// A file that samples were read from, as it lay on disk.
public struct DataFile: Codable, Sendable {
  /// The name that the data set's publisher gave it.
  public let name: String
  /// Where it lies.
  public let path: String
  /// Its size.
  public let bytes: Int
  /// Its digest.
  public let sha256: String

  /// The files of a data set; none of one that is built in.
  static func files(of name: String, in locations: DataLocations) -> [DataFile] {
    guard let entry = try? DatasetCatalogue.entry(named: name) else { return [] }
    return entry.located(in: locations).compactMap { located in
      // A file that is missing or unreadable is refused, in words, by whoever needs its content.
      guard let path = located.path, let file = try? FileHash(path) else { return nil }
      return DataFile(name: located.file.name, path: path, bytes: file.bytes, sha256: file.sha256)
    }
  }
}
