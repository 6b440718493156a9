import Testing

@testable import FeatherDatasets

@Suite struct PartitionFileTests {
  private static func read(_ text: String, count: Int = 10) throws -> Partition {
    let scratch = try Scratch()
    return try Partition.fromCSV(try scratch.write(Array(text.utf8), to: "p.csv"), count: count)
  }

  @Test(
    "both forms give the same clients, sorted, with either line ending, and may leave samples unused",
    arguments: [
      "client,index\n1,4\n0,9\n0,2\n1,0\n", "client,index\r\n0,2\r\n0,9\r\n1,0\r\n1,4", "9,2\n0,4\n",
      "9, 2\r\n4 ,0\r\n\r\n", "user,index\nf0000_14,9\nAda B.,4\nf0000_14, 2\nAda B. ,0\n",
    ])
  func reads(text: String) throws {
    let partition = try Self.read(text)
    #expect(partition.clients == [[2, 9], [0, 4]] && partition.views.isEmpty)
  }

  @Test("lists are taken as they are")
  func lists() throws {
    #expect(try Partition.fromLists([[3, 1], [0]], count: 4).clients == [[1, 3], [0]])
  }

  @Test(
    "a file that is no partition is refused with the line and what was expected",
    arguments: [
      ("client,index\n0,1\n1,10\n", ", line 3: index 10 is out of range; the 10 training samples are 0...9"),
      ("1,2\n3,12\n", ", line 2: index 12 is out of range; the 10 training samples are 0...9"),
      (
        "client,index\n0,1\n1,2\n1,1\n",
        ", line 4: sample 1 of client 1 is used twice; the first time it is client 0's at PATH, line 2"
      ),
      ("1,2\n3,4,3\n", ", line 2: sample 3 of client 1 is used twice; the first time it is client 1's at PATH, line 2"),
      ("client,index\n0,1\n2,2\n", ": client 1 has no samples"),
      ("1,2\n\n3\n", ": client 1 has no samples"),
      ("client,index\n0,1,2\n", ", line 2: 3 columns; expected 2, client and index"),
      ("client,index\n0\n", ", line 2: 1 columns; expected 2, client and index"),
      (
        "client,index\n999999999999,1\n",
        ", line 2: client 999999999999; clients are numbered from 0, and 10 samples serve at most 10 of them"
      ),
      ("user,index\nada,1,2\n", ", line 2: expected 2 columns, a user's name without commas and the index of a sample"),
      ("user,index\nada,1\n ,2\n", ", line 3: expected 2 columns, a user's name without commas"),
      ("user,index\nada\n", ", line 2: expected 2 columns, a user's name without commas"),
      ("user,index\nada,x\n", ", user 'ada', line 2: 'x' is no sample's index; expected a whole number from 0"),
      ("user,index\nada,10\n", ", line 2, user 'ada': index 10 is out of range; the 10 training samples are 0...9"),
      (
        "user,index\nada,1\nbob,1\n",
        ", line 3, user 'bob': sample 1 of client 1 is used twice; the first time it is client 0's at PATH, line 2, user 'ada'"
      ),
      ("user,index\n", ": there is no client in it"),
      ("index,client\n1,0\n", ", line 1: 'index' is no sample's index; expected a whole number from 0"),
      ("1,-2\n", ", line 1: '-2' is no sample's index; expected a whole number from 0"),
      ("1,,2\n", ", line 1: '' is no sample's index; expected a whole number from 0"),
      ("1,+2\n", ", line 1: '+2' is no sample's index; expected a whole number from 0"),
      ("1,2.5\n", ", line 1: '2.5' is no sample's index; expected a whole number from 0"),
      ("1,99999999999999999999\n", ", line 1: '99999999999999999999' is no sample's index"),
      ("", ": there is no client in it"),
      ("client,index\n", ": there is no client in it"),
    ])
  func refusal(text: String, message: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(Array(text.utf8), to: "p.csv")
    let error = #expect(throws: DatasetError.self) { try Partition.fromCSV(path, count: 10) }
    #expect(error?.message.replacing(path, with: "PATH").hasPrefix("PATH" + message) == true, "\(error?.message ?? "")")
  }

  @Test("a file of nothing but lines or commas is refused before it fills the memory", arguments: ["\n", ","])
  func separators(text: String) throws {
    let error = #expect(throws: DatasetError.self) { try Self.read(String(repeating: text, count: 1_045)) }
    #expect(error?.message.hasSuffix("1045 lines and commas, but there are only 10 samples to divide") == true)
  }

  @Test("what a file says cannot steer the terminal that shows why it is refused")
  func escapes() {
    let error = #expect(throws: DatasetError.self) { try Self.read("0,\u{1B}[2J1\n") }
    #expect(error?.message.contains("'␤[2J1' is no sample's index") == true)
  }

  @Test("lists are refused with the client and the entry")
  func badLists() {
    let range = #expect(throws: DatasetError.self) { try Partition.fromLists([[0], [1, -1]], count: 4) }
    #expect(
      range?.message
        == "partition, client 1, entry 1: index -1 is out of range; the 4 training samples are 0...3")
    let twice = #expect(throws: DatasetError.self) {
      try Partition.fromLists([[0, 2], [1, 2]], count: 4, source: "a.h5")
    }
    #expect(
      twice?.message
        == "a.h5, client 1, entry 1: sample 2 of client 1 is used twice; the first time it is client 0's at "
        + "a.h5, client 0, entry 1")
  }
}
