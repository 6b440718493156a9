/// In which rounds each client is there to take part.
public struct Availability: Sendable {
  /// A client and the rounds in which it is there.
  private struct Presence: Sendable {
    let client: Int
    let rounds: Range<Int>
  }

  /// The largest file that is read, bytes after decompression.
  private static let largestFile = 1 << 26
  private static let header = "client,from,to"

  /// By client, then by the first round.
  private let presences: [Presence]

  /// The clients that are there in a round, ascending; one that the trace never names is never there.
  public func clients(in round: Int) -> [Int] {
    var present: [Int] = []
    for presence in presences where presence.rounds.contains(round) && present.last != presence.client {
      present.append(presence.client)
    }
    return present
  }

  /// Reads a trace from a CSV file, plain or gzip: the header `client,from,to`, then a line for each stretch of rounds in which a
  /// client is there, from ≤ round < to, rounds and clients numbered from 0.
  ///
  /// A client may have several lines, in any order, also overlapping ones.
  /// - Parameter clients: the number of clients.
  /// - Throws: `DatasetError` with the line where something is no number, names no client, or ends before it begins.
  public static func fromCSV(_ path: String, clients: Int) throws -> Availability {
    var file = try DecompressedFile(path)
    let bytes = try file.read(count: largestFile + 1)
    guard bytes.count <= largestFile else {
      throw DatasetError("\(path): a trace of availability has at most \(largestFile) bytes")
    }
    var presences: [Presence] = []
    var rest = bytes[...]
    var number = 0
    while !rest.isEmpty || number == 0 {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      let line = rest[..<end].last == UInt8(ascii: "\r") ? rest[..<end].dropLast() : rest[..<end]
      rest = rest[end...].dropFirst()
      number += 1
      let place = "\(path), line \(number)"
      if number > 1 {
        presences.append(try presence(line, place, clients: clients))
      } else if !line.elementsEqual(header.utf8) {
        throw DatasetError("\(place): expected \(header)")
      }
    }
    return Availability(
      presences: presences.sorted { ($0.client, $0.rounds.lowerBound) < ($1.client, $1.rounds.lowerBound) })
  }

  private static func presence(_ line: ArraySlice<UInt8>, _ place: String, clients: Int) throws -> Presence {
    let numbers = try line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { field in
      let word = String(decoding: field, as: UTF8.self)
      guard !word.isEmpty, word.utf8.allSatisfy({ (48..<58).contains($0) }), let number = Int(word) else {
        throw DatasetError("\(place): '\(word.prefix(40))' is no whole number from 0")
      }
      return number
    }
    guard numbers.count == 3 else {
      throw DatasetError("\(place): \(numbers.count) columns; expected 3, \(header)")
    }
    guard numbers[0] < clients else {
      throw DatasetError("\(place): client \(numbers[0]); there are \(clients), numbered from 0")
    }
    guard numbers[1] < numbers[2] else {
      throw DatasetError(
        "\(place): from round \(numbers[1]) up to, not including, \(numbers[2]) there is none; expected from < to")
    }
    return Presence(client: numbers[0], rounds: numbers[1]..<numbers[2])
  }
}
