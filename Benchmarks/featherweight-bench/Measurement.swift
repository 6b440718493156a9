internal import CBenchmarks
import Glibc

/// One repetition of a workload.
struct Repetition {
  /// The time that counts.
  var seconds: Double
  /// How much was done in it, in the workload's unit.
  var units: Double
  /// Losses or accuracies that whoever does the same work must reach too; the same in every repetition or empty.
  var check: [Double] = []
}

/// Timing.
enum Measurement {
  /// Calls `body` and returns the seconds that it took.
  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(body) / .seconds(1)
  }

  /// Repeats until `seconds` were counted, `least` times at least.
  static func `repeat`(
    for seconds: Double, atLeast least: Int, _ body: () throws -> Repetition
  ) rethrows -> [Repetition] {
    var repetitions: [Repetition] = []
    var counted = 0.0
    while counted < seconds || repetitions.count < least {
      repetitions.append(try body())
      counted += repetitions[repetitions.count - 1].seconds
    }
    return repetitions
  }
}

/// The middle and the ends of some numbers.
struct Spread: Codable {
  let median: Double
  let lowest: Double
  let highest: Double

  /// Of at least one number; of an even number of them, the median is the mean of the middle two.
  init(_ values: [Double]) {
    let sorted = values.sorted()
    let half = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    lowest = sorted[0]
    highest = sorted[sorted.count - 1]
  }
}

/// Memory of this process and machine.
enum Memory {
  /// Peak resident bytes since `resetPeak`.
  static var peak: Int {
    guard let status = try? String(contentsOfProc: "status"),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return kilobytes * 1024
  }

  /// Begins to count anew, from what is resident now.
  static func resetPeak() {
    // What earlier workloads freed would still be resident.
    fw_bench_trim()
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  /// Bytes of physical memory.
  static var physical: Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }
}

extension String {
  /// A small text of /proc/self.
  fileprivate init(contentsOfProc name: String) throws {
    guard let file = fopen("/proc/self/\(name)", "r") else { throw BenchError("cannot read /proc/self/\(name)") }
    defer { fclose(file) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      count = fread(buffer.baseAddress, 1, buffer.count, file)
    }
    self.init(decoding: bytes, as: UTF8.self)
  }
}

/// What went wrong, for the one who measures.
struct BenchError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
