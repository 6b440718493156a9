import FeatherExperiments
import SwiftProtobuf
import Testing

@testable import FeatherExports

@Suite struct TensorBoardTests {
  private static let known: [(bytes: [UInt8], check: UInt32)] = [
    ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
    ([UInt8](0..<32), 0x46DD_794E), ((0..<32).reversed(), 0x113F_DB5C), ([UInt8]("123456789".utf8), 0xE306_9283),
  ]

  @Test("CRC-32C has the values of RFC 3720, appendix B.4", arguments: known)
  func checksum(bytes: [UInt8], expected: UInt32) {
    #expect(CRC32C.checksum(bytes) == expected)
  }

  @Test("a file begins with the record of its version, as TensorFlow writes it")
  func version() throws {
    let bytes = try TensorBoardFile().bytes
    // Length 15 and its check; file_version is field 3; wall_time and step, both 0, are left out.
    #expect(Array(bytes[..<8]) == [15, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[12..<27]) == [0x1A, 13] + Array("brain.Event:2".utf8))
    #expect(bytes.count == 31)
  }

  @Test("curves, curves of clients that took part, and hparams are all that a file has, and twice the same bytes")
  func events() throws {
    let made = try ExportsFixture()
    let report = try made.export(.tensorboard)
    #expect(report.runs == 4 && report.notes.isEmpty)
    _ = try made.export(.tensorboard, to: "again")
    let name = "\(made.id(2))/\(TensorBoardExport.fileName)"
    let bytes = try made.bytes("out/\(name)")
    #expect(try made.bytes("again/\(name)") == bytes)
    let events = try Self.events(bytes)
    let points = events.flatMap { event in event.summary.value.map { (event.step, $0) } }
    let accuracy = points.filter { $0.1.tag == "metrics/test_accuracy" }
    #expect(accuracy.map(\.0) == [0, 1] && accuracy.map(\.1.simpleValue) == [0.1, 0.3])
    // Client 1 sits out the second round.
    let errors = points.filter { $0.1.tag == "clients/relative_error/01" }
    #expect(errors.map(\.0) == [0] && errors.map(\.1.simpleValue) == [2e-5])
    #expect(events.allSatisfy { $0.wallTime == Double($0.step) })
    let start = try #require(points.first { $0.1.tag == "_hparams_/session_start_info" })
    let data = try Tensorboard_Hparams_HParamsPluginData(serializedBytes: start.1.metadata.pluginData.content)
    #expect(data.sessionStartInfo.hparams["codec.name"]?.stringValue == "autoencoder")
    #expect(data.sessionStartInfo.hparams["codec.latent"]?.numberValue == 2)
    #expect(data.sessionStartInfo.hparams["codec.centre"]?.boolValue == true)
  }

  @Test("beyond 32 clients there are no curves for each, and a note says so")
  func manyClients() throws {
    let made = try ExportsFixture(without: [1, 2, 3]) { result in
      result.clients += [ClientRecord](repeating: result.clients[0], count: 31)
    }
    let report = try made.export(.tensorboard)
    #expect(report.notes.contains { $0.contains("more than 32 clients") })
    let events = try Self.events(made.bytes("out/\(made.id(0))/\(TensorBoardExport.fileName)"))
    let tags = Set(events.flatMap { $0.summary.value.map(\.tag) })
    #expect(!tags.contains { $0.hasPrefix("clients/") } && tags.contains("metrics/test_loss"))
  }

  /// The events of a file, whose frames are checked on the way.
  private static func events(_ bytes: [UInt8]) throws -> [Tensorboard_Event] {
    var events: [Tensorboard_Event] = []
    var rest = bytes[...]
    func take(_ count: Int) -> [UInt8] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    func number(_ bytes: [UInt8]) -> Int { bytes.reversed().reduce(0) { $0 << 8 | Int($1) } }
    while !rest.isEmpty {
      let length = take(8)
      #expect(number(take(4)) == Int(CRC32C.masked(length)))
      let content = take(number(length))
      #expect(number(take(4)) == Int(CRC32C.masked(content)))
      events.append(try Tensorboard_Event(serializedBytes: content))
    }
    return events
  }
}
