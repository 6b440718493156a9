import FeatherExperiments
import Foundation
import Testing

@Suite struct ReferenceTests {
  @Test("experiments/README.md holds the reference of every key, as the schema gives it")
  func readmeHoldsReference() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "experiments/README.md"), encoding: .utf8)
    #expect(
      readme.contains(RunSpec.reference), "replace the table in experiments/README.md by:\n\(RunSpec.reference)")
  }
}
