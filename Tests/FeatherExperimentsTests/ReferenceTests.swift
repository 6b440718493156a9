import FeatherExperiments
import Foundation
import Testing

@Suite struct ReferenceTests {
  @Test("SpecReference.md holds the reference of every key, as the schema gives it")
  func pageHoldsReference() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = root.appending(path: "Sources/featherweight/Featherweight.docc/SpecReference.md")
    var text = try String(contentsOf: page, encoding: .utf8)
    if ProcessInfo.processInfo.environment["FEATHERWEIGHT_WRITE_REFERENCE"] != nil {
      let table = try #require(text.range(of: #"\| key \|.*\n(\|.*\n)*"#, options: .regularExpression))
      text.replaceSubrange(table, with: RunSpec.reference)
      try text.write(to: page, atomically: true, encoding: .utf8)
    }
    #expect(
      text.contains(RunSpec.reference),
      "its table is not the schema's; FEATHERWEIGHT_WRITE_REFERENCE=1 make test writes it anew")
  }
}
