import FeatherTensors
import Foundation
import Testing

@testable import FeatherCodecs

@Suite("The codec of the documentation") struct EveryNthTests {
  @Test("the page shows the code that is tested here, whole")
  func page() throws {
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let source = try String(contentsOf: here.appending(path: "EveryNthCodec.swift"), encoding: .utf8)
    let catalogue = here.appending(path: "../../Sources/featherweight/Featherweight.docc")
    let page = try String(contentsOf: catalogue.appending(path: "AddingACodec.md"), encoding: .utf8)
    let code = try #require(source.range(of: "/// Every n-th weight"))
    #expect(
      page.contains("```swift\n\(source[code.lowerBound...])```\n"),
      "AddingACodec.md must show EveryNthCodec.swift from its first documentation comment to its end")
  }

  @Test("what is sent comes back as it was, all else is 0, and n rounds send everything", arguments: updateLengths)
  func roundTrip(length: Int) throws {
    let codec = EveryNthCodec(parameters: length, step: 8)
    let update = sampleUpdate(length)
    var sum = [Float](repeating: 0, count: length)
    for round in 0..<8 {
      let decoded = try codec.roundTrip(update, at: Occasion(seed: 1, client: 0, round: round))
      #expect(decoded.indices.allSatisfy { decoded[$0] == ($0 % 8 == round ? update[$0] : 0) })
      sum = zip(sum, decoded).map { $0 + $1 }
    }
    #expect(sum == update)
  }

  @Test("an upload has 4 bytes per value, at most as many as were said", arguments: updateLengths)
  func bytes(length: Int) throws {
    let codec = EveryNthCodec(parameters: length, step: 8)
    let update = sampleUpdate(length)
    let counts = try (0..<8).map { try codec.body(update, at: Occasion(seed: 1, client: 0, round: $0)).count }
    #expect(counts.reduce(0, +) == 4 * length && counts.max() == codec.expectedByteCount)
  }

  @Test("wrong updates are refused, damaged bodies are refused or finite")
  func damage() throws {
    let codec = EveryNthCodec(parameters: 33, step: 8)
    checkRefusals(codec, length: 33)
    try checkDamage(codec, length: 33)
    try checkClientsApart(codec, length: 33)
  }
}
