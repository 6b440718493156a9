import Testing

@testable import FeatherDatasets

@Suite struct AvailabilityTests {
  static let bad: [(String, String)] = [
    ("", "line 1: expected client,from,to"),
    ("client,from\n", "line 1: expected client,from,to"),
    ("client,from,to\n1,2\n", "line 2: 2 columns; expected 3, client,from,to"),
    ("client,from,to\n0,0,1\n\n", "line 3: '' is no whole number from 0"),
    ("client,from,to\n0,0,1\n-1,0,1\n", "line 3: '-1' is no whole number from 0"),
    ("client,from,to\n0,0,99999999999999999999\n", "line 2: '99999999999999999999' is no whole number from 0"),
    ("client,from,to\n6,0,1\n", "line 2: client 6; there are 6, numbered from 0"),
    (
      "client,from,to\n5,3,3\n",
      "line 2: from round 3 up to, not including, 3 there is none; expected from < to"
    ),
  ]

  @Test("what is no trace is refused by its line", arguments: bad)
  func refused(text: String, message: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(Array(text.utf8), to: "trace.csv")
    let error = #expect(throws: DatasetError.self) { try Availability.fromCSV(path, clients: 6) }
    #expect(error?.description == "\(path), \(message)")
  }

  @Test("lines come in any order, may overlap, and end as on any system")
  func lines() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Array("client,from,to\r\n5,2,4\r\n1,0,3\r\n5,1,3".utf8), to: "trace.csv")
    let trace = try Availability.fromCSV(path, clients: 6)
    #expect((0..<5).map(trace.clients) == [[1], [1, 5], [1, 5], [5], []])
  }
}
