import Foundation
import Glibc
import Testing

/// One after the other: what these tests wait for comes in time only where the machine is not busy with itself.
@Suite("Cells that take too much", .serialized)
struct LimitTests {
  private let sandbox: Sandbox
  private let folder: String
  private let one: [String]

  init() throws {
    sandbox = try Sandbox()
    try sandbox.write(TinySweep.slow, to: "spec.yaml")
    folder = sandbox.path + "/r"
    one = ["run", "spec.yaml", "--out", folder, "--set", "codec.name=identity", "--set", "seed=1"]
  }

  private var workers: [pid_t] { processes(naming: "worker\0" + folder) }

  /// Waits until the one worker is at its cell.
  private func worker() throws -> pid_t {
    var found: [pid_t] = []
    let isAtWork = eventually {
      found = workers
      let files = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
      return found.count == 1 && files.contains { $0.hasSuffix("claim-1") }
    }
    try #require(isAtWork)
    return found[0]
  }

  @Test("--timeout ends a worker that does not answer any more, and its cell fails")
  func timeout() throws {
    let started = try sandbox.start(one + ["--timeout", "2s"])
    kill(try worker(), SIGSTOP)
    let ended = try started.wait()
    #expect(
      ended.status == 1 && ended.stderr.contains(": no end after 2s (--timeout); it logged nothing"), "\(ended.stderr)")
    #expect(workers.isEmpty)
    #expect(try sandbox.run(["status", "r"]).stdout.contains("1 cell: 1 failed\n"))
    #expect(try sandbox.run(one).status == 0)
    #expect(try sandbox.attempts("r") == [["failed: no end after 2s (--timeout); it logged nothing", "complete"]])
  }

  @Test("a worker that crashes is named with its signal, and --retry tries its cell again in another")
  func crash() throws {
    // Swift's own handler would report the signal and go on: it takes it for a fault that comes again.
    let started = try sandbox.start(one + ["--retry", "1"], environment: ["SWIFT_BACKTRACE": "enable=no"])
    kill(try worker(), SIGSEGV)
    let ended = try started.wait()
    #expect(
      ended.status == 0 && ended.stderr.contains(", attempt 2 of 2: the worker was ended by SIGSEGV ("),
      "\(ended.stderr)")
    let attempts = try sandbox.attempts("r")
    #expect(attempts.count == 1 && attempts[0].count == 2 && attempts[0][1] == "complete")
    #expect(attempts[0][0].hasPrefix("failed: the worker was ended by SIGSEGV (Segmentation fault)"))
  }

  @Test("data that are refused are not tried again")
  func refusal() throws {
    try sandbox.write(
      TinySweep.spec(
        TinySweep.base.replacing("synthetic-digits, train: 40, test: 20", with: "mnist, train: 20, test: 10")),
      to: "spec.yaml")
    try IDXFiles(label: { $0 == 7 ? 10 : 1 }).write(into: sandbox)
    let ended = try sandbox.run(["run", "spec.yaml", "--out", "r", "--data", "data", "--retry", "3"])
    #expect(ended.status == 2 && !ended.stderr.contains("] retry "))
  }

  @Test(
    "--memory ends a worker that takes more, whatever its estimate said; --retry gives the cell to another",
    .enabled(if: compiler != nil, "needs a C compiler"))
  func memory() throws {
    // A library that takes 400 MB in the first worker into which it is loaded.
    try sandbox.write(
      """
      #include <fcntl.h>
      #include <stdlib.h>
      #include <string.h>
      #include <unistd.h>
      __attribute__((constructor)) static void grow(void) {
        char line[4096];
        int file = open("/proc/self/cmdline", O_RDONLY);
        long count = read(file, line, sizeof line);
        close(file);
        if (!memmem(line, count, "\\0worker\\0", 8)) return;
        if (open(getenv("GROWN"), O_CREAT | O_EXCL, 0600) < 0) return;
        char *memory = malloc(400000000);
        for (long at = 0; at < 400000000; at += 4096) ((volatile char *)memory)[at] = 1;
        sleep(1);
      }

      """, to: "grow.c")
    let build = ["-D_GNU_SOURCE", "-shared", "-fPIC", "-o", "grow.so", "grow.c"]
    let built = try sandbox.start(build, program: Self.compiler).wait()
    try #require(built.status == 0, "\(built.stderr)")
    // By a relative path, since the list of libraries is divided at spaces.
    let ended = try sandbox.run(
      one + ["--memory", "300MB", "--retry", "1"],
      environment: ["LD_PRELOAD": "./grow.so", "GROWN": sandbox.path + "/grown"])
    #expect(ended.status == 0, "\(ended.stderr)")
    #expect(
      ended.stderr.contains(/attempt 2 of 2: took [34]\d\d MB of memory where --memory allows 300MB/), "\(ended.stderr)"
    )
  }

  private static let compiler: String? = {
    let named = ProcessInfo.processInfo.environment["CC"]
    return [named, "/usr/bin/cc", "/usr/bin/clang", "/opt/swift/usr/bin/clang"].compactMap { $0 }.first {
      access($0, X_OK) == 0
    }
  }()

  @Test("cells run together only while their memory fits", arguments: [("150MB", 2), ("80MB", 1)])
  func admission(memory: String, together: Int) throws {
    let ended = try sandbox.run([
      "run", "spec.yaml", "--out", "r", "--jobs", "2", "--memory", memory, "--log-format", "json", "--threads", "1",
    ])
    #expect(ended.status == 0, "\(ended.stderr)")
    var running: Set<String> = []
    var most = 0
    for line in ended.stderr.split(separator: "\n") {
      let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      guard let id = event?["id"] as? String else { continue }
      if event?["event"] as? String == "cell_started" { running.insert(id) }
      if event?["event"] as? String == "cell_finished" { running.remove(id) }
      most = max(most, running.count)
    }
    #expect(most == together && sandbox.results("r").count == 6)
  }
}
