internal import Glibc
internal import Synchronization

/// Threads that divide numbered pieces of work among themselves.
///
/// The work is divided by the problem, never by the team: callers number the pieces, give each its own place for its result, and
/// combine results in the order of the numbers. Which thread does which piece is left open, so results do not depend on how many
/// threads there are.
public final class ThreadTeam: Sendable {
  /// How many threads work, the caller's included.
  public let threads: Int
  private let shared: Shared

  /// A team of the caller's thread alone.
  public static let single = ThreadTeam(threads: 1)

  /// Starts `threads` − 1 threads, which wait for work.
  public init(threads: Int) {
    precondition(threads > 0, "a team has at least one thread")
    self.threads = threads
    shared = Shared()
    for _ in 1..<threads { Self.start(shared) }
  }

  deinit { shared.close() }

  /// Calls `piece` once with each number in 0..<count and returns when all calls have ended.
  ///
  /// Calls are made side by side, in no particular order. A call within a call does its pieces one after another in its own thread.
  public func forEach(_ count: Int, _ piece: (Int) -> Void) {
    guard threads > 1, count > 1, shared.isFree.exchange(false, ordering: .acquiringAndReleasing) else {
      for number in 0..<count { piece(number) }
      return
    }
    withoutActuallyEscaping(piece) { piece in
      withUnsafePointer(to: Job(count: count, piece: piece)) { job in
        shared.open(job)
        shared.finish(job)
      }
    }
    shared.isFree.store(true, ordering: .releasing)
  }

  private static func start(_ shared: Shared) {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(shared)
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Shared>.fromOpaque(argument).takeRetainedValue().serve()
        return nil
      }, argument.toOpaque())
    guard status == 0 else {
      // Fewer threads do the same work.
      argument.release()
      return
    }
    pthread_detach(thread)
  }
}

/// One call's pieces.
private struct Job {
  let count: Int
  let piece: (Int) -> Void
}

/// What a team's threads share.
///
/// Job and generation are written under the lock, before the threads are woken and after all have left.
private final class Shared: @unchecked Sendable {
  let isFree = Atomic(true)
  private let next = Atomic(0)
  /// Threads that are inside the job.
  private let inside = Atomic(0)
  private let generation = Atomic(0)
  private let lock: UnsafeMutablePointer<pthread_mutex_t> = .allocate(capacity: 1)
  private let wake: UnsafeMutablePointer<pthread_cond_t> = .allocate(capacity: 1)
  private var job: UnsafePointer<Job>?
  private var isClosed = false

  /// How often a waiting thread looks before it sleeps or steps back: some ten microseconds, as long as waking takes.
  private static let looks = 4000

  init() {
    pthread_mutex_init(lock, nil)
    pthread_cond_init(wake, nil)
  }

  deinit {
    pthread_cond_destroy(wake)
    pthread_mutex_destroy(lock)
    wake.deallocate()
    lock.deallocate()
  }

  /// Offers a job to all threads; it must stay where it is until `finish` returns.
  func open(_ job: UnsafePointer<Job>) {
    pthread_mutex_lock(lock)
    self.job = job
    next.store(0, ordering: .relaxed)
    generation.add(1, ordering: .releasing)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(lock)
  }

  /// Takes part in the open job and waits until every thread has left it.
  func finish(_ job: UnsafePointer<Job>) {
    work(on: job)
    // No thread enters any more.
    pthread_mutex_lock(lock)
    self.job = nil
    pthread_mutex_unlock(lock)
    var looks = 0
    while inside.load(ordering: .acquiring) > 0 {
      looks += 1
      // Whoever is still inside may be waiting for this very processor.
      if looks > Self.looks { sched_yield() }
    }
  }

  /// Ends the threads.
  func close() {
    pthread_mutex_lock(lock)
    isClosed = true
    generation.add(1, ordering: .releasing)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(lock)
  }

  /// A thread's life: wait for a job, take part, leave.
  func serve() {
    var seen = 0
    while true {
      var looks = 0
      while looks < Self.looks, generation.load(ordering: .acquiring) == seen { looks += 1 }
      pthread_mutex_lock(lock)
      while generation.load(ordering: .acquiring) == seen { pthread_cond_wait(wake, lock) }
      seen = generation.load(ordering: .acquiring)
      let current = job
      let ends = isClosed
      if current != nil { inside.add(1, ordering: .acquiringAndReleasing) }
      pthread_mutex_unlock(lock)
      if ends { return }
      guard let current else { continue }
      work(on: current)
      inside.subtract(1, ordering: .acquiringAndReleasing)
    }
  }

  /// Does pieces until all are taken.
  ///
  /// Never inlined: whatever it retains of the job's closure must be let go of before the thread says that it has left.
  @inline(never)
  private func work(on job: UnsafePointer<Job>) {
    while true {
      let number = next.add(1, ordering: .relaxed).oldValue
      guard number < job.pointee.count else { return }
      job.pointee.piece(number)
    }
  }
}
