import FeatherTensors
import Synchronization
import Testing

@Suite("Thread teams")
struct ThreadTeamTests {
  @Test("every piece is done once, whatever the number of threads", arguments: [1, 2, 3, 8])
  func everyPieceOnce(threads: Int) {
    let team = ThreadTeam(threads: threads)
    for count in [0, 1, 2, 7, 100, 1000] {
      let done = UnsafeMutablePointer<Int>.allocate(capacity: max(count, 1))
      done.initialize(repeating: 0, count: max(count, 1))
      defer { done.deallocate() }
      team.forEach(count) { done[$0] += 1 }
      #expect((0..<count).allSatisfy { done[$0] == 1 })
    }
  }

  @Test("many short jobs in a row end, each before the next begins")
  func manyJobs() {
    let team = ThreadTeam(threads: 2)
    let sum = Atomic(0)
    for job in 1...20_000 {
      team.forEach(3) { sum.add($0, ordering: .relaxed) }
      guard sum.load(ordering: .relaxed) == 3 * job else {
        Issue.record("job \(job) left pieces undone")
        return
      }
    }
  }

  @Test("a job within a job is done by the thread that asks for it")
  func nestedJobs() {
    let team = ThreadTeam(threads: 2)
    let sum = Atomic(0)
    team.forEach(10) { _ in team.forEach(10) { _ in sum.add(1, ordering: .relaxed) } }
    #expect(sum.load(ordering: .relaxed) == 100)
  }
}
