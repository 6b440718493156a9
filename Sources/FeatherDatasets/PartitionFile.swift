extension Partition {
  /// The largest CSV file that is read.
  private static let largestFile = 1 << 28

  /// A partition that was made elsewhere; it may leave samples unused.
  ///
  /// - Parameters:
  ///   - lists: the sample indices of each client, in any order, each in 0..<`count`.
  ///   - count: the number of training samples.
  ///   - source: where the lists are from, for messages.
  /// - Throws: `DatasetError` when an index is out of range or used twice, or a client has none.
  public static func fromLists(_ lists: [[Int]], count: Int, source: String = "partition") throws -> Partition {
    try checked(lists, count: count, source) { "\(source), client \($0), entry \($1)" }
  }

  /// Reads a partition from a CSV file, plain or gzip.
  ///
  /// Either a header `client,index` and one sample per line, clients numbered from 0; or a header `user,index`, where users
  /// are names without commas and become clients in the order in which they first appear (as LEAF divides by user, Caldas et
  /// al. 2018, arXiv:1812.01097); or one line per client with its sample indices, separated by commas. The partition may leave
  /// samples unused.
  /// - Parameters:
  ///   - path: the file.
  ///   - count: the number of training samples.
  /// - Throws: `DatasetError` with the line where something is no number, an index is out of range or used twice, or a client
  ///   has no samples.
  public static func fromCSV(_ path: String, count: Int) throws -> Partition {
    var file = try DecompressedFile(path)
    let bytes = try file.read(count: largestFile + 1)
    guard bytes.count <= largestFile else {
      throw DatasetError("\(path): a partition file has at most \(largestFile) bytes")
    }
    // Each sample is named once, in a line or between commas; what has far more of these would only fill the memory.
    let separators = bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: ",") }
    guard separators <= 2 * count + 1024 else {
      throw DatasetError("\(path): \(separators) lines and commas, but there are only \(count) samples to divide")
    }
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return switch lines.first.map({ String(decoding: $0, as: UTF8.self) }) {
    case "client,index": try table(lines, path, count: count)
    case "user,index": try users(lines, path, count: count)
    default: try rows(lines, path, count: count)
    }
  }

  private static func rows(_ lines: [ArraySlice<UInt8>], _ path: String, count: Int) throws -> Partition {
    let lists = try lines.enumerated().map { line, text in
      text.isEmpty ? [] : try numbers(text, path, line: line + 1)
    }
    return try checked(lists, count: count, path) { client, _ in "\(path), line \(client + 1)" }
  }

  private static func table(_ lines: [ArraySlice<UInt8>], _ path: String, count: Int) throws -> Partition {
    var lists: [[Int]] = []
    var places: [[Int]] = []
    for (i, text) in lines.enumerated().dropFirst() {
      let row = try numbers(text, path, line: i + 1)
      guard row.count == 2 else {
        throw DatasetError("\(path), line \(i + 1): \(row.count) columns; expected 2, client and index")
      }
      // With a client for each sample there would be this many.
      guard row[0] < count else {
        throw DatasetError(
          "\(path), line \(i + 1): client \(row[0]); clients are numbered from 0, and \(count) samples serve at most "
            + "\(count) of them")
      }
      while lists.count <= row[0] {
        lists.append([])
        places.append([])
      }
      lists[row[0]].append(row[1])
      places[row[0]].append(i + 1)
    }
    return try checked(lists, count: count, path) { "\(path), line \(places[$0][$1])" }
  }

  private static func users(_ lines: [ArraySlice<UInt8>], _ path: String, count: Int) throws -> Partition {
    var names: [String] = []
    var numbersOfUsers: [String: Int] = [:]
    var lists: [[Int]] = []
    var places: [[Int]] = []
    for (i, text) in lines.enumerated().dropFirst() {
      let columns = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      let user = columns.first.map { trimmed($0) } ?? ""
      guard columns.count == 2, !user.isEmpty else {
        throw DatasetError(
          "\(path), line \(i + 1): expected 2 columns, a user's name without commas and the index of a sample")
      }
      let index = try numbers(columns[1], "\(path), user '\(user.prefix(40))'", line: i + 1)[0]
      let client = numbersOfUsers[user] ?? names.count
      if client == names.count {
        numbersOfUsers[user] = client
        names.append(user)
        lists.append([])
        places.append([])
      }
      lists[client].append(index)
      places[client].append(i + 1)
    }
    return try checked(lists, count: count, path) {
      "\(path), line \(places[$0][$1]), user '\(names[$0].prefix(40))'"
    }
  }

  private static func trimmed(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field, as: UTF8.self).split(separator: " ").joined(separator: " ")
  }

  /// Whole numbers that are not negative, separated by commas, with blanks around them at most.
  private static func numbers(_ text: ArraySlice<UInt8>, _ path: String, line: Int) throws -> [Int] {
    try text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { field in
      let word = trimmed(field)
      guard word.utf8.allSatisfy({ (48..<58).contains($0) }), let number = Int(word) else {
        throw DatasetError(
          "\(path), line \(line): '\(word.prefix(40))' is no sample's index; expected a whole number from 0")
      }
      return number
    }
  }

  /// Refuses what is no partition; `place` names entry j of client i.
  private static func checked(
    _ lists: [[Int]], count: Int, _ source: String, place: (Int, Int) -> String
  ) throws -> Partition {
    guard !lists.isEmpty else { throw DatasetError("\(source): there is no client in it") }
    guard (1...Int(Int32.max)).contains(count) else {
      throw DatasetError("a partition divides 1 to \(Int32.max) samples, not \(count)")
    }
    var owner = [(client: Int, entry: Int)?](repeating: nil, count: count)
    for (client, list) in lists.enumerated() {
      guard !list.isEmpty else { throw DatasetError("\(source): client \(client) has no samples") }
      for (entry, index) in list.enumerated() {
        guard (0..<count).contains(index) else {
          throw DatasetError(
            "\(place(client, entry)): index \(index) is out of range; the \(count) training samples are "
              + "0...\(count - 1)")
        }
        if let first = owner[index] {
          throw DatasetError(
            "\(place(client, entry)): sample \(index) of client \(client) is used twice; the first time it is client "
              + "\(first.client)'s at \(place(first.client, first.entry))")
        }
        owner[index] = (client, entry)
      }
    }
    return Partition(lists.map { $0.map(Int32.init) })
  }
}
