/// What `data fetch` did for one file.
public struct FetchedFile: Sendable {
  /// How the file came to be there.
  public enum Outcome: Equatable, Sendable {
    /// It was there already, and valid.
    case kept
    /// It was downloaded from this mirror.
    case downloaded(mirror: String)
  }

  /// The file.
  public let file: DatasetFile
  /// Where it lies now.
  public let path: String
  /// How it came to be there.
  public let outcome: Outcome
}

/// Downloads data sets from their mirrors (`data fetch`).
///
/// A file is downloaded to `NAME.gz.part`, verified, written to the disk and renamed, so that `NAME.gz` is whole or not
/// there; an interrupted download continues where it stopped.
public enum DatasetDownload {
  /// How often a broken connection to one mirror is continued.
  private static let continuations = 5

  /// Fetches every file of `entry` that is not there and valid.
  ///
  /// - Parameters:
  ///   - entry: the data set.
  ///   - folder: the data folder; files go to its subfolder of the data set's name.
  ///   - mirrors: addresses of folders with the files, tried in turn; nil for the catalogue's.
  ///   - log: takes one line for each thing done.
  /// - Returns: one record per file, in the catalogue's order.
  /// - Throws: `DatasetError` that lists every mirror with its reason when no mirror has a file.
  public static func fetch(
    _ entry: DatasetEntry, into folder: String, mirrors: [String]? = nil, log: (String) -> Void
  ) throws -> [FetchedFile] {
    try fetch(entry, into: folder, mirrors: mirrors ?? entry.mirrors, curl: Curl(), log: log)
  }

  static func fetch(
    _ entry: DatasetEntry, into folder: String, mirrors: [String], curl: Curl, log: (String) -> Void
  ) throws -> [FetchedFile] {
    guard !entry.isBuiltIn else {
      log("\(entry.name) is built in; there is nothing to fetch")
      return []
    }
    for mirror in mirrors where !mirror.hasPrefix("http://") && !mirror.hasPrefix("https://") {
      throw DatasetError("mirror '\(mirror)' is no address; it begins with http:// or https://")
    }
    let target = "\(folder)/\(entry.name)"
    try FilePath.makeFolder(target)
    let handle = try FileHandle(reading: target)
    guard handle.lock() else {
      throw DatasetError("another process is fetching into \(target); wait for it to end")
    }
    return try entry.files.map { file in
      let download = FileDownload(file: file, folder: target, curl: curl)
      return try download.fetch(from: mirrors, continuations: continuations, log: log)
    }
  }
}

/// The download of one file.
private struct FileDownload {
  let file: DatasetFile
  let folder: String
  let curl: Curl

  var path: String { "\(folder)/\(file.name).gz" }
  var part: String { path + ".part" }

  func fetch(from mirrors: [String], continuations: Int, log: (String) -> Void) throws -> FetchedFile {
    for present in [path, "\(folder)/\(file.name)"] where FilePath.isFile(present) {
      let state = DatasetCheck.state(of: present, file)
      if state == .valid {
        log("\(present): there already, digest valid")
        return FetchedFile(file: file, path: present, outcome: .kept)
      }
      log("\(present): \(state); fetching it again")
    }
    var reasons: [String] = []
    for mirror in mirrors {
      let url = mirror + (mirror.hasSuffix("/") ? "" : "/") + file.name + ".gz"
      log("\(file.name).gz: fetching \(url)")
      guard let reason = try attempt(url, continuations: continuations, log: log) else {
        try FilePath.publish(part, as: path, in: folder)
        log("\(path): digest valid")
        return FetchedFile(file: file, path: path, outcome: .downloaded(mirror: mirror))
      }
      log("\(url): \(reason)")
      reasons.append("\(url): \(reason)")
    }
    throw DatasetError(
      "no mirror gave \(file.name).gz; check the network or name another with --mirror URL"
        + reasons.map { "\n  " + $0 }.joined())
  }

  /// Leaves a verified part and returns nil, or returns why this mirror failed.
  private func attempt(_ url: String, continuations: Int, log: (String) -> Void) throws -> String? {
    var resumed = FilePath.size(part) > 0
    var retries = 0
    while true {
      let before = FilePath.size(part)
      if before > 0 { log("\(part): continuing after \(before) bytes") }
      // A compressed file can be a little larger than what it holds, but not more.
      let outcome = try curl.download(url, to: part, limit: file.byteCount + file.byteCount / 1000 + 1024)
      switch outcome {
      case .interrupted(let reason):
        retries += 1
        guard retries <= continuations, FilePath.size(part) > before else { return reason }
        log("\(url): \(reason)")
        continue
      case .failed(let reason): return reason
      case .done, .cannotResume:
        // A server that cannot continue may mean that the part is complete.
        let state = DatasetCheck.state(of: part, file)
        if state == .valid { return nil }
        try FilePath.remove(part)
        guard resumed else { return "\(state)" }
        log("\(part): \(state); starting from zero")
        resumed = false
      }
    }
  }
}
