import Foundation
import Glibc
import Testing

/// One after the other: what these tests wait for comes in time only where the machine is not busy with itself.
@Suite("A sweep that is disturbed", .serialized)
struct InterruptionTests {
  private let sandbox: Sandbox
  /// Absolute, so that this sandbox's processes are known by it.
  private let folder: String
  private let run: [String]

  init() throws {
    sandbox = try Sandbox()
    try sandbox.write(TinySweep.slow, to: "spec.yaml")
    folder = sandbox.path + "/r"
    run = ["run", "spec.yaml", "--jobs", "2", "--out", folder]
  }

  /// The files of the same sweep, left in peace.
  private static let undisturbed = Result {
    let sandbox = try Sandbox()
    try sandbox.write(TinySweep.slow, to: "spec.yaml")
    let ended = try sandbox.run(["run", "spec.yaml", "--jobs", "1", "--out", "r"])
    guard ended.status == 0 else { throw SandboxError(description: ended.stderr) }
    return sandbox.snapshot("r")
  }

  private var workers: [pid_t] { processes(naming: "worker\0" + folder) }

  private var folders: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }

  /// Starts the sweep and returns when it has finished one run and both workers are at others.
  private func startAndWait() throws -> Started {
    let started = try sandbox.start(run)
    let isUnderWay = eventually {
      guard !sandbox.results("r").isEmpty, workers.count == 2 else { return false }
      return folders.filter { $0.hasSuffix(".partial") }.count == 2
    }
    try #require(isUnderWay, "the sweep did not get under way: \(sandbox.snapshot("r").keys.sorted())")
    return started
  }

  /// Both workers, stopped while each is at a cell without a result.
  private func stoppedAtWork() throws -> [pid_t] {
    var stopped: [pid_t] = []
    let isCaught = eventually {
      stopped = workers
      stopped.forEach { kill($0, SIGSTOP) }
      let cells = folders.filter { $0.hasSuffix(".partial") }.map { $0.replacing(".partial", with: ".h5") }
      if stopped.count == 2, cells.count == 2, !cells.contains(where: folders.contains) { return true }
      stopped.forEach { kill($0, SIGCONT) }
      return false
    }
    try #require(isCaught, "the workers were never both at work")
    return stopped
  }

  /// Runs the sweep again and compares with one that nobody disturbed.
  private func expectSameAsUndisturbed() throws {
    #expect(eventually(within: 2) { processes(naming: folder).isEmpty }, "a process outlived the sweep")
    let again = try sandbox.run(run)
    #expect(again.status == 0 && again.stderr.contains("done earlier"), "\(again.stderr)")
    let undisturbed = try Self.undisturbed.get()
    #expect(sandbox.sealed("r").count == 7 && sandbox.sealed("r") == undisturbed.filter { $0.key.hasSuffix(".h5") })
    #expect(Set(sandbox.snapshot("r").keys) == Set(undisturbed.keys), "no stray files")
    #expect(!folders.contains { $0.hasSuffix(".partial") })
  }

  @Test("kill -9 in the middle, then run again: the same bytes, no stray files, no process left")
  func killed() throws {
    let started = try startAndWait()
    let stopped = try stoppedAtWork()
    started.signal(SIGKILL)
    #expect(try started.wait().status == 137)
    stopped.forEach { kill($0, SIGCONT) }
    #expect(eventually(within: 2) { processes(naming: folder).isEmpty }, "workers end with their parent")
    #expect(try sandbox.run(["status", "r"]).stdout.contains(" interrupted"))
    // As a process of another machine leaves it that is killed while it writes.
    try sandbox.write("half", to: "r/.sweep.h5.tmp-1")
    try sandbox.age("r/.sweep.h5.tmp-1", by: 3700)
    try expectSameAsUndisturbed()
  }

  @Test(
    "Ctrl-C and SIGTERM end with status 130, fail no cell, and the next run finishes", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) throws {
    let started = try startAndWait()
    started.signal(signal)
    // As a terminal does it: every process of the group is signalled.
    workers.forEach { kill($0, signal) }
    let ended = try started.wait()
    #expect(ended.status == 130)
    #expect(
      ended.stderr.hasSuffix(
        "\ninterrupted: finished runs and checkpoints are kept; run the same command to continue\n"))
    // Workers may have heard a signal before the sweep did.
    let says = signal == SIGINT ? "stopping: each run ends its round and keeps a checkpoint; press Ctrl-C" : "stopping"
    #expect(ended.stderr.contains("] \(says)"))
    #expect(!ended.stderr.contains("failed"))
    #expect(try !sandbox.run(["status", "r"]).stdout.contains(" failed"))
    try expectSameAsUndisturbed()
  }

  @Test("a second Ctrl-C does not wait: workers that do not answer are gone at once, and the next run finishes")
  func interruptedTwice() throws {
    let started = try startAndWait()
    _ = try stoppedAtWork()
    started.signal(SIGINT)
    // As a wrapper sends it twice.
    started.signal(SIGINT)
    usleep(700_000)
    #expect(workers.count == 2, "the first one waits for them")
    started.signal(SIGINT)
    let ended = try started.wait()
    #expect(ended.status == 130)
    #expect(ended.stderr.hasSuffix("run the same command to continue\n") && !ended.stderr.contains("failed"))
    try expectSameAsUndisturbed()
  }

  @Test("one worker that is told to stop interrupts its cell, not the others; the exit status says so")
  func workerInterrupted() throws {
    let started = try startAndWait()
    let before = try stoppedAtWork()
    kill(before[0], SIGTERM)
    before.forEach { kill($0, SIGCONT) }
    let ended = try started.wait()
    #expect(ended.status == 130 && ended.stderr.contains("5 complete, 1 interrupted in"), "\(ended.stderr)")
    #expect(try sandbox.run(["status", "r"]).stdout.contains(" 1 interrupted"))
    try expectSameAsUndisturbed()
  }

  @Test("status says what is running while it runs")
  func running() throws {
    let started = try startAndWait()
    let stopped = try stoppedAtWork()
    let status = try sandbox.run(["status", "r"]).stdout
    #expect(status.contains(" 2 running") && !status.contains(" interrupted"), "\(status)")
    stopped.forEach { kill($0, SIGCONT) }
    #expect(try started.wait().status == 0 && sandbox.results("r").count == 6)
  }

  @Test(
    "a worker that is killed fails its cell alone, in plain words; another takes its place, and the next run completes")
  func workerKilled() throws {
    let started = try startAndWait()
    let before = try stoppedAtWork()
    kill(before[1], SIGKILL)
    kill(before[0], SIGCONT)
    let ended = try started.wait()
    #expect(ended.status == 1)
    let failures = ended.stderr.split(separator: "\n").filter { $0.contains("] failed ") }
    #expect(failures.count == 1 && ended.stderr.contains("5 complete, 1 failed"))
    let reason =
      /the worker was ended by SIGKILL \(Killed\) with up to [\d.]+ .B of memory; perhaps the system did that because memory ran out; it logged nothing/
    #expect(failures.first?.contains(reason) == true, "\(failures)")
    #expect(ended.stderr.contains("\nrun only these again with: ") && ended.stderr.hasSuffix(" --only failed\n"))
    let status = try sandbox.run(["status", "r"]).stdout
    #expect(status.contains("6 cells: 5 done, 1 failed\n") || status.contains("6 cells: 1 failed, 5 done\n"))
    #expect(status.contains(reason))
    try expectSameAsUndisturbed()
  }

  @Test("a reader of the progress that goes away ends nothing")
  func closedPipe() throws {
    let program = try Sandbox.program()
    let command = "'\(program)' run spec.yaml --jobs 2 --out r 2>&1 >/dev/null | head -n 1; wait; exit ${PIPESTATUS[0]}"
    _ = try sandbox.start(["-c", "set -o pipefail; " + command], program: "/bin/bash").wait()
    #expect(sandbox.results("r").count == 6)
  }

  @Test(
    "a full disk is one clear error, and nothing half-written is left",
    .enabled(if: mayMount, "needs the right to mount a small file system"))
  func fullDisk() throws {
    try sandbox.write(TinySweep.one, to: "spec.yaml")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let mounted = mount("none", folder, "tmpfs", 0, "size=32k")
    try #require(mounted == 0)
    defer { umount(folder) }
    let ended = try sandbox.run(["run", "spec.yaml", "--out", "r", "--quiet"])
    #expect(ended.status == 1)
    let refusal = /needs up to \d+ kB of disk, and \d+ kB are free in r; free some space or choose another folder/
    #expect(ended.stderr.contains(refusal), "\(ended.stderr)")
    #expect(sandbox.results("r").isEmpty && !sandbox.snapshot("r").keys.contains { $0.contains(".tmp-") })
    #expect(mount("none", folder, "tmpfs", UInt(MS_REMOUNT), "size=1m") == 0)
    #expect(try sandbox.run(["run", "spec.yaml", "--out", "r", "--quiet"]).status == 0)
    #expect(sandbox.results("r").count == 1 && !sandbox.snapshot("r").keys.contains { $0.contains("partial") })
  }

  private static let mayMount: Bool = {
    guard let sandbox = try? Sandbox(), mount("none", sandbox.path, "tmpfs", 0, "size=32k") == 0 else { return false }
    return umount(sandbox.path) == 0
  }()
}
