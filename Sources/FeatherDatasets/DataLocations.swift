/// The folders in which data is looked for, in order.
///
/// The `--data` folder, then `$FEATHERWEIGHT_DATA`, then the user's cache folder: `$XDG_CACHE_HOME/featherweight` or
/// `~/.cache/featherweight`.
public struct DataLocations: Sendable {
  /// The folders, most important first; they need not exist.
  public let folders: [String]

  /// Derives the folders from what the user said.
  ///
  /// - Parameters:
  ///   - commandLine: the value of `--data`, if given.
  ///   - environment: the process's environment; empty values count as absent.
  public init(commandLine: String?, environment: [String: String]) {
    func value(_ key: String) -> String? { environment[key].flatMap { $0.isEmpty ? nil : $0 } }
    var folders: [String] = []
    if let commandLine, !commandLine.isEmpty { folders.append(commandLine) }
    if let folder = value("FEATHERWEIGHT_DATA") { folders.append(folder) }
    // The XDG base directory specification has relative paths ignored.
    if let cache = value("XDG_CACHE_HOME"), cache.hasPrefix("/") {
      folders.append(cache + "/featherweight")
    } else if let home = value("HOME") {
      folders.append(home + "/.cache/featherweight")
    }
    self.folders = folders
  }

  /// The folder that `data fetch` writes to: the first one.
  ///
  /// - Throws: `DatasetError` when there is no folder at all.
  public func destination() throws -> String {
    guard let first = folders.first else {
      throw DatasetError("no folder for data: neither --data nor FEATHERWEIGHT_DATA nor HOME is set; give --data DIR")
    }
    return first
  }

  /// The path of a data file, compressed or raw, in the first folder that has it.
  ///
  /// In one folder `NAME.gz` comes before `NAME`, since it is what `data fetch` writes.
  /// - Parameter name: the path below a data folder without `.gz`, such as `mnist/train-images-idx3-ubyte`.
  public func path(of name: String) -> String? {
    for folder in folders {
      for path in ["\(folder)/\(name).gz", "\(folder)/\(name)"] where FilePath.isFile(path) {
        return path
      }
    }
    return nil
  }

  /// The same, or an error that names the folders searched and the command that gets the data.
  func require(_ name: String, of dataset: String) throws -> String {
    guard let path = path(of: name) else { throw missing("\(name)[.gz]", of: dataset) }
    return path
  }

  /// The error for data that is in none of the folders.
  func missing(_ sought: String, of dataset: String) -> DatasetError {
    let searched = folders.isEmpty ? "no folder at all" : folders.joined(separator: ", ")
    return DatasetError(
      "\(dataset): no \(sought) in \(searched); "
        + "get it with 'featherweight data fetch \(dataset)' or give --data DIR")
  }
}
