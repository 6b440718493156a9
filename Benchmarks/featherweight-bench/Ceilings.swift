internal import CBenchmarks
import FeatherTensors

/// What this machine can do, measured in this process just before the workloads.
struct Ceilings: Codable {
  /// A rate of one thread and of the team.
  struct Rate: Codable {
    let one: Double
    let team: Double
  }

  /// Floating-point operations per second of a 2048³ matrix product, one for each thread.
  let arithmetic: Rate
  /// Bytes per second of a triad over arrays that no cache holds, divided among the threads.
  let memory: Rate

  private static let side = 2048
  /// Floats of one array of the triad: 256 MiB.
  private static let length = 1 << 26
  /// Floats between the end of one array and the next: arrays a power of two apart would share the same sets of the caches.
  private static let gap = 1040
  /// The best of so many tries is the ceiling.
  private static let tries = 8

  /// Measures for one thread and for `team`.
  init(team: ThreadTeam) throws {
    arithmetic = Rate(one: try Self.products(1, team), team: try Self.products(team.threads, team))
    memory = try Self.triads(team)
  }

  private static func products(_ count: Int, _ team: ThreadTeam) throws -> Double {
    let size = side * side
    return try withFloats(3 * size * count) { matrices in
      for i in 0..<3 * size * count { matrices[i] = Float(i % 13) * 0.1 }
      let seconds = best {
        team.forEach(count) { number in
          let a = matrices + 3 * size * number
          _ = fw_bench_sgemm(a, a + size, a + 2 * size, side)
        }
      }
      return 2 * Double(size * side * count) / seconds
    }
  }

  private static func triads(_ team: ThreadTeam) throws -> Rate {
    let distance = length + gap
    return try withFloats(3 * distance) { arrays in
      for i in 0..<3 * distance { arrays[i] = 1 }
      func rate(_ parts: Int) -> Double {
        let part = length / parts
        let seconds = best {
          team.forEach(parts) { number in
            let a = arrays + number * part
            fw_bench_triad(a, a + distance, a + 2 * distance, 0.5, part)
          }
        }
        return 12 * Double(parts * part) / seconds
      }
      return Rate(one: rate(1), team: rate(team.threads))
    }
  }

  private static func best(_ body: () -> Void) -> Double {
    (0..<tries).map { _ in Measurement.seconds(body) }.min() ?? .nan
  }

  /// Floats in huge pages while `body` runs.
  private static func withFloats<Value>(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Value) throws -> Value {
    guard let floats = fw_bench_allocate(count) else { throw BenchError("there is no memory for \(count) floats") }
    defer { fw_bench_free(floats, count) }
    return body(floats)
  }
}
