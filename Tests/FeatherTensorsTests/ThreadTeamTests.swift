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

  @Test("results come by number, and the lowest number that fails is the last", arguments: [1, 2, 5])
  func results(threads: Int) throws {
    struct Failure: Error, Equatable { let number: Int }
    let team = ThreadTeam(threads: threads)
    #expect(try team.map(100) { $0 * $0 } == (0..<100).map { $0 * $0 })
    for _ in 0..<100 {
      let results = team.results(50) { number in
        if number % 20 == 13 { throw Failure(number: number) }
        return number
      }
      #expect(results.count == 14)
      #expect(results.compactMap { try? $0.get() } == Array(0..<13))
      #expect(throws: Failure(number: 13)) { try results.last?.get() }
    }
    #expect(team.results(0) { $0 }.isEmpty)
  }

  @Test("blocks cover everything once, whatever is left for the last", arguments: [0, 1, 9, 10, 11, 35])
  func blocks(count: Int) {
    let done = (0..<count).map { _ in Counter() }
    ThreadTeam(threads: 2).forEachBlock(of: count, size: 10) { block in
      #expect(block.count == 10 || block.upperBound == count)
      for i in block { done[i].value.add(1, ordering: .relaxed) }
    }
    #expect(done.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
  }

  @Test("a pool makes as many as are in use at once, and a thing that cannot be made is an error at once")
  func pool() throws {
    struct Failure: Error {}
    var made = 0
    let pool = try Pool { () -> Int in
      made += 1
      guard made < 4 else { throw Failure() }
      return made
    }
    #expect(made == 1)
    for _ in 0..<3 { #expect(try pool.use { $0 } == 1) }
    let sum = try pool.use { a in try pool.use { b in try pool.use { c in a + b + c } } }
    #expect(sum == 6 && made == 3)
    #expect(throws: Failure.self) {
      try pool.use { _ in try pool.use { _ in try pool.use { _ in try pool.use { $0 } } } }
    }
    #expect(throws: Failure.self) { try Pool<Int> { throw Failure() } }
  }
}

private final class Counter: Sendable {
  let value = Atomic(0)
}
