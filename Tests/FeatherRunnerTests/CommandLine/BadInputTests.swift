import Foundation
import Testing

@Suite("Bad input on the command line")
struct BadInputTests {
  /// The text without what differs between machines.
  private func generic(_ text: String, _ sandbox: Sandbox) -> String {
    sandbox.generic(text).replacing(sandbox.home, with: "HOME").replacing(/\d+ MB/, with: "N MB")
      .replacing(/after \d+ ms: [^\n]*/, with: "after 0s")
      .replacing(/\d+ of \d+ bytes/, with: "N of N bytes")
      .replacing(/byte \d+(?= in the middle|: incorrect)/, with: "byte N")
  }

  @Test(
    "every bad input gives one clear error, its exit status, and leaves nothing half-written",
    arguments: BadInput.specs + BadInput.options + BadInput.data + BadInput.results)
  func refused(input: BadInput) throws {
    let sandbox = try Sandbox()
    try input.prepare(sandbox)
    let before = sandbox.snapshot()
    let ended = try sandbox.run(input.arguments)
    let after = sandbox.snapshot()
    let stderr = generic(ended.stderr, sandbox)
    #expect(ended.status == input.status)
    if input.status == 64 {
      #expect(stderr.prefix { $0 != "\n" } + "\n" == input.stderr)
    } else {
      #expect(stderr == input.stderr)
    }
    #expect(generic(ended.stdout, sandbox) == input.stdout)
    let changed = after.filter { before[$0.key] != $0.value }.keys.map(sandbox.generic).sorted()
    #expect(changed == input.leaves.sorted())
    #expect(before.keys.allSatisfy { after[$0] != nil }, "nothing that was there is removed")
  }
}
