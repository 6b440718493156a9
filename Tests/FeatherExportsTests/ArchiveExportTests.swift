import FeatherResults
import Testing

@testable import FeatherExports

@Suite("Exports to npz")
struct ArchiveExportTests {
  /// What Python's `zipfile.ZipFile(…).writestr(ZipInfo("a", (1980, 1, 1, 0, 0, 0)), b"123456789")` writes, its flag for UTF-8 set:
  /// `create_system` 3, `external_attr` 0o100644 << 16.
  private static let archive: [UInt8] = [
    0x50, 0x4B, 3, 4, 20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0, 0x26, 0x39, 0xF4, 0xCB, 9, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0,
    0x61,
    0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39,
    0x50, 0x4B, 1, 2, 20, 3, 20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0, 0x26, 0x39, 0xF4, 0xCB, 9, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0,
    0,
    0, 0, 0, 0, 0, 0, 0, 0, 0xA4, 0x81, 0, 0, 0, 0, 0x61,
    0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0, 47, 0, 0, 0, 40, 0, 0, 0, 0, 0,
  ]

  @Test("an archive of one entry has the bytes that Python's zipfile gives it")
  func zip() throws {
    let fixture = try ExportsFixture(without: [0, 1, 2, 3])
    let stream = try AtomicStream(to: fixture.path + "/a.zip")
    var writer = ZipWriter(stream)
    try writer.add(.init(name: "a", pieces: [Array("12345".utf8), Array("6789".utf8)]))
    try writer.finish()
    try stream.finish()
    #expect(try fixture.bytes("a.zip") == Self.archive)
  }

  @Test("a header says type and shape as NumPy does, and ends at a multiple of 64 bytes")
  func header() throws {
    func text(_ shape: [Int], _ data: ResultData) throws -> (text: String, bytes: [UInt8], name: String) {
      let array = try #require(NPYArray(ResultArray("/group/name", [], shape, data, longName: "")))
      #expect(array.header.count % 64 == 0 && array.header.prefix(8) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
      #expect(Int(array.header[8]) + Int(array.header[9]) << 8 == array.header.count - 10 && array.header.last == 10)
      #expect(array.byteCount == array.header.count + array.bytes().count)
      return (String(decoding: array.header[10...].filter { $0 != 10 }, as: UTF8.self), array.bytes(), array.name)
    }
    let matrix = try text([2, 1], .float32([1, 2]))
    #expect(matrix.text.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), } "))
    #expect(matrix.bytes == [0, 0, 128, 63, 0, 0, 0, 64] && matrix.name == "group/name.npy")
    #expect(try text([1], .int64([-2])).text.contains("'<i8', 'fortran_order': False, 'shape': (1,), }"))
    #expect(try text([], .float64([0.5])).text.contains("'<f8', 'fortran_order': False, 'shape': (), }"))
    #expect(try text([3], .uint8([1, 0, 1])).text.contains("'|u1'"))
    let words = try text([2], .text(["a", "é😀"]))
    #expect(words.text.contains("'<U2'") && words.bytes == [0x61, 0, 0, 0, 0, 0, 0, 0, 0xE9, 0, 0, 0, 0, 0xF6, 1, 0])
    #expect(NPYArray(ResultArray("/parameter", ["parameter"], [3], .dimension, longName: "")) == nil)
  }

  @Test("every run is an archive, with every array of its file under its path")
  func archives() throws {
    let fixture = try ExportsFixture()
    let report = try fixture.export(.npz)
    #expect(report.paths.map { $0.split(separator: "/").last } == (0..<4).map { "\(fixture.id($0)).npz" })
    let run = try RunFile.open("\(fixture.folder)/\(fixture.id(2)).h5")
    let text = String(decoding: try fixture.bytes("out/\(fixture.id(2)).npz"), as: Unicode.ASCII.self)
    for array in run.tree.arrays {
      guard case .dimension = array.data else {
        // Once before its content and once in the directory.
        #expect(text.ranges(of: "\(array.path.dropFirst()).npy").count >= 2, "\(array.path)")
        continue
      }
    }
  }
}
