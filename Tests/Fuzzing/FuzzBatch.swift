import Foundation

/// What a child process tells its parent: in memory that both have, so that it is still there after a crash.
struct FuzzTally {
  /// The input that is being read, or the number after the last.
  var number = 0
  var accepted = 0
  var refused = 0
  /// The slowest input's processor time, in nanoseconds.
  var slowest = 0
  var slowestNumber = 0
  var peakBytes = 0
}

/// A range of inputs, read in a process of its own.
struct FuzzBatch {
  /// Processor seconds for one input, before the process is killed.
  private static let secondsAllowed = 1
  /// A second's limit of processor time does not end a wait; the machine may be busy, so this one is generous.
  private static let secondsOfWaiting = 120
  /// Bytes that may be taken on top of what a process has before its first input.
  private static let memoryAllowed = 1 << 30

  let reader: FuzzReader
  let tally: UnsafeMutablePointer<FuzzTally>

  /// Opens the tally in a file of the parent's.
  static func tally(at path: String) throws -> UnsafeMutablePointer<FuzzTally> {
    let size = MemoryLayout<FuzzTally>.stride
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0, ftruncate(file, off_t(size)) == 0,
      let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), memory != MAP_FAILED
    else { throw FuzzError("cannot share \(path): \(String(cString: strerror(errno)))") }
    close(file)
    return memory.bindMemory(to: FuzzTally.self, capacity: 1)
  }

  /// Reads the inputs; a crash, a hang or too much memory ends the process.
  func run(_ numbers: Range<Int>) throws {
    try Self.limitMemory()
    for number in numbers {
      tally.pointee.number = number
      try read(Damage.file(number, reader), isSeed: number < reader.seeds.count)
      if number % 1024 == 0 { notePeak() }
    }
    tally.pointee.number = numbers.upperBound
    notePeak()
  }

  /// Reads one input, under a limit of time.
  func read(_ bytes: [UInt8], isSeed: Bool = false) throws {
    Self.setAlarms(Self.secondsAllowed)
    let start = Self.processorTime()
    do {
      try reader.read(bytes)
      tally.pointee.accepted += 1
    } catch {
      guard !isSeed else { throw FuzzError("a sound file is refused: \(error)") }
      let text = "\(error)"
      let isClean = !text.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" }
      guard isClean else {
        throw FuzzError("an error has control characters, which could steer a terminal: \(text.debugDescription)")
      }
      guard reader.refuses(error) else { throw FuzzError("an error of another kind: \(type(of: error)): \(text)") }
      tally.pointee.refused += 1
    }
    Self.setAlarms(0)
    let time = Self.processorTime() - start
    if time > tally.pointee.slowest {
      (tally.pointee.slowest, tally.pointee.slowestNumber) = (time, tally.pointee.number)
    }
  }

  private func notePeak() {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    tally.pointee.peakBytes = max(tally.pointee.peakBytes, usage.ru_maxrss * 1024)
  }

  private static func setAlarms(_ seconds: Int) {
    var timer = itimerval()
    timer.it_value.tv_sec = seconds
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
    timer.it_value.tv_sec = seconds == 0 ? 0 : secondsOfWaiting
    setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
  }

  private static func processorTime() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  private static func limitMemory() throws {
    let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ").first.flatMap {
      Int($0)
    }
    guard let pages else { throw FuzzError("/proc/self/statm cannot be read") }
    let most = rlim_t(pages * sysconf(Int32(_SC_PAGESIZE)) + memoryAllowed)
    var limit = rlimit(rlim_cur: most, rlim_max: most)
    guard setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else {
      throw FuzzError("memory cannot be limited")
    }
  }
}

/// Why an input failed, or the harness.
struct FuzzError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
