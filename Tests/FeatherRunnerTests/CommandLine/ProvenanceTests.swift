import Foundation
import Testing

@testable import FeatherRunner

@Suite("What a sidecar tells of code, machine and data")
struct ProvenanceTests {
  private let sandbox: Sandbox
  private let repository: Repository

  init() throws {
    sandbox = try Sandbox()
    repository = Repository(sandbox: sandbox)
    try sandbox.write(TinySweep.four, to: "spec.yaml")
  }

  private func run(_ more: String..., environment: [String: String] = [:]) throws -> Ended {
    try sandbox.run(
      ["run", "spec.yaml", "--out", "r", "--quiet"] + more,
      environment: repository.surroundings.merging(environment) { $1 })
  }

  /// The part of every sidecar that is about the code; all must say the same, whatever the command was.
  private func code() throws -> [String: Any] {
    let parts = try repository.sidecars("r").values.map { sidecar in
      (sidecar["provenance"] as? [String: Any] ?? [:]).filter { $0.key != "command" }
    }
    #expect(parts.count == 4)
    let first = try #require(parts.first)
    for part in parts { #expect(part as NSDictionary == first as NSDictionary) }
    return first
  }

  private var keptChanges: [String] { sandbox.snapshot("r").keys.filter { $0.hasPrefix("changes-") } }

  @Test("a clean commit is named, and the sweep's own files do not make it dirty: --require-clean goes on after a stop")
  func clean() throws {
    let commit = try repository.commitAll()
    #expect(try run("--require-clean", "--set", "seed=1").status == 0)
    #expect(try run("--require-clean", "--refreeze").status == 0)
    let code = try code()
    #expect(code["commit"] as? String == commit && code["git"] as? String == "clean")
    #expect(code["dirty"] as? Bool == false && code["changes"] == nil && code["untracked"] == nil)
    #expect(keptChanges.isEmpty)
  }

  @Test("a change is kept once for all runs, and applied to a clean checkout it gives the same files")
  func changed() throws {
    try sandbox.write("one\ntwo\n", to: "notes/code.swift")
    try sandbox.write([0, 1, 2, 255, 0], to: "weights.bin")
    try sandbox.write("gone\n", to: "old.txt")
    let commit = try repository.commitAll()
    try sandbox.write("one\nthree", to: "notes/code.swift")
    try sandbox.write([9, 0, 200, 10], to: "weights.bin")
    try FileManager.default.removeItem(at: sandbox.url("old.txt"))
    try sandbox.write("new\n", to: "ünï code/a.txt")
    // Settings that would make a text which 'git apply' does not take.
    for (key, value) in [("diff.noprefix", "true"), ("color.ui", "always"), ("diff.external", "/bin/false")] {
      try repository.git("config", key, value)
    }
    #expect(try run("--jobs", "2").status == 0)
    let code = try code()
    #expect(code["commit"] as? String == commit && code["dirty"] as? Bool == true)
    #expect(code["git"] as? String == "changed" && code["untracked"] as? [String] == ["ünï code/a.txt"])
    let changes = try #require(code["changes"] as? [String: Any])
    let file = try #require(changes["file"] as? String)
    #expect(keptChanges == [file])
    #expect(try repository.sha256("r/\(file)") == changes["sha256"] as? String)
    #expect(try sandbox.bytes("r/\(file)").count == changes["bytes"] as? Int)

    try repository.git("clone", "--quiet", ".", "copy")
    try repository.git("-C", "copy", "apply", "--check", "../r/\(file)")
    try repository.git("-C", "copy", "apply", "../r/\(file)")
    for name in ["notes/code.swift", "weights.bin", "spec.yaml"] {
      #expect(try sandbox.bytes(name) == sandbox.bytes("copy/" + name), "\(name)")
    }
    #expect(!sandbox.exists("copy/old.txt"))
  }

  @Test("a change beyond four million bytes is known by size and digest alone")
  func hugeChange() throws {
    try sandbox.write("", to: "table.csv")
    _ = try repository.commitAll()
    try sandbox.write(String(repeating: "0123456789abcde\n", count: 300_000), to: "table.csv")
    #expect(try run().status == 0)
    let changes = try #require(try code()["changes"] as? [String: Any])
    #expect(changes["file"] == nil && changes["note"] as? String == "not kept: larger than 4000000 bytes")
    #expect(try #require(changes["bytes"] as? Int) > 4_000_000 && keptChanges.isEmpty)
    let diff = try repository.git("diff", "HEAD", "--binary", "--full-index") + "\n"
    try sandbox.write(diff, to: "diff")
    #expect(try repository.sha256("diff") == changes["sha256"] as? String)
  }

  /// Places without a commit: what is done to get there, and what the sidecar calls it.
  private static let places: [(how: String, summary: String)] = [
    ("outside", "not a repository"), ("without git", "git is not installed"),
    ("before the first commit", "a repository without commits"),
    ("another user's", "a repository of another user, which git does not read without safe.directory"),
    ("a git that breaks", "git refuses: fatal: the disk is on fire"),
  ]

  @Test("where git has no commit to tell, the sidecar says why, and --require-clean refuses", arguments: places)
  func nowhere(place: (how: String, summary: String)) throws {
    var environment: [String: String] = [:]
    func pretend(_ message: String) throws {
      try sandbox.write("#!/bin/sh\necho \"fatal: \(message)\" >&2\nexit 128\n", to: "bin/git")
      chmod(sandbox.path + "/bin/git", 0o755)
      environment["PATH"] = sandbox.path + "/bin"
    }
    switch place.how {
    case "without git": environment["PATH"] = sandbox.path + "/nowhere"
    case "before the first commit": try repository.git("init", "--quiet", ".")
    case "another user's": try pretend("detected dubious ownership in repository at '/x'")
    case "a git that breaks": try pretend("the disk is on fire")
    default: break
    }
    let refused = try run("--require-clean", environment: environment)
    #expect(refused.status == 1 && !sandbox.exists("r"))
    #expect(refused.stderr.contains("here is none: \(place.summary); commit, or leave"), "\(refused.stderr)")
    #expect(try run(environment: environment).status == 0)
    let code = try code()
    #expect(code["git"] as? String == place.summary && code["commit"] is NSNull)
    #expect(keptChanges.isEmpty)
  }

  @Test("--require-clean names what differs and starts nothing")
  func requireClean() throws {
    _ = try repository.commitAll()
    try sandbox.write(TinySweep.four + "\n", to: "spec.yaml")
    for number in 1...6 { try sandbox.write("", to: "new\(number)") }
    let refused = try run("--require-clean")
    #expect(refused.status == 1 && !sandbox.exists("r"))
    #expect(
      refused.stderr
        == "error: --require-clean, but the working tree differs from its commit: spec.yaml, new1, new2, new3, new4 and 2 "
        + "more; commit or stash, or leave --require-clean out; nothing was run\n")
  }

  @Test("of the environment only what a run can depend on is kept, and no secret is in any file")
  func environment() throws {
    let secret = "correct horse battery staple"
    let ended = try run(
      environment: [
        "AWS_SECRET_ACCESS_KEY": secret, "GITHUB_TOKEN": secret, "LANGUAGE": secret, "FEATHER": secret,
        "OMP_SCHEDULE": "static", "SLURM_JOB_ID": "4711", "LC_ALL": "C",
      ])
    #expect(ended.status == 0)
    for (name, content) in sandbox.snapshot("r") { #expect(content.range(of: Data(secret.utf8)) == nil, "\(name)") }
    for sidecar in try repository.sidecars("r").values {
      let kept = try #require(sidecar["environment"] as? [String: String])
      let own = [
        "OMP_NUM_THREADS": "1", "MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "67108864",
      ]
      #expect(Set(kept.keys) == Set(own.keys).union(["OMP_SCHEDULE", "SLURM_JOB_ID", "LC_ALL", "TMPDIR"]))
      #expect(kept.filter { own.keys.contains($0.key) } == own)
      #expect(kept["OMP_SCHEDULE"] == "static")
    }
  }

  @Test("the program is known by the digest of its file, and its compiler, libraries and machine by name")
  func program() throws {
    #expect(try run().status == 0)
    let program = try #require(try code()["program"] as? [String: Any])
    #expect(try repository.sha256(Sandbox.program()) == program["sha256"] as? String)
    let compiler = try #require(program["compiler"] as? String)
    // The compiler that makes the program makes its tests.
    #expect(compiler.wholeMatch(of: /Swift version \d+\.\d+(\.\d+)? \(.+\)/) != nil, "\(compiler)")
    #if compiler(>=6.3) && !compiler(>=6.4)
      #expect(compiler.hasPrefix("Swift version 6.3"))
    #endif
    for sidecar in try repository.sidecars("r").values {
      let libraries = try #require(sidecar["libraries"] as? [String: String])
      #expect(["hdf5", "instruction_set", "onednn", "zlib"].allSatisfy { libraries[$0]?.isEmpty == false })
      let machine = try #require(sidecar["machine"] as? [String: Any])
      #expect(machine["processors"] as? Int == Machine.processors && machine["memory_bytes"] as? Int ?? 0 > 0)
      #expect(["host", "kernel", "processor"].allSatisfy { (machine[$0] as? String)?.isEmpty == false })
      #expect(sidecar["data"] as? [String] == [] && sidecar["partition"] == nil)
    }
  }

  @Test("each data file is known by its digest as it lies there, and so is a partition file")
  func data() throws {
    try IDXFiles().write(into: sandbox)
    try IDXFiles.compress(in: sandbox)
    try sandbox.write("client,index\n0,1\n1,2\n", to: "clients.csv")
    try sandbox.write(
      TinySweep.spec(
        TinySweep.base.replacing("synthetic-digits, train: 40, test: 20", with: "mnist, train: 20, test: 10")
          + "  partition: {scheme: from-file, file: clients.csv, clients: 2}\n"), to: "spec.yaml")
    let ended = try run("--data", "data")
    #expect(ended.status == 0, "\(ended.stderr)")
    let sidecar = try #require(try repository.sidecars("r").values.first)
    let files = try #require(sidecar["data"] as? [[String: Any]])
    #expect(files.map { $0["name"] as? String } == IDXFiles.names)
    for file in files {
      let path = try #require(file["path"] as? String)
      #expect(try repository.sha256(path) == file["sha256"] as? String)
      #expect(try sandbox.bytes(path).count == file["bytes"] as? Int)
    }
    #expect((files[0]["path"] as? String)?.hasSuffix(".gz") == true)
    let partition = try #require(sidecar["partition"] as? [String: String])
    #expect(try repository.sha256("clients.csv") == partition["sha256"])
    #expect(partition["path"]?.hasSuffix("/clients.csv") == true)
  }

  @Test("what a worker is told fits into one argument of Linux, however long the command", arguments: [10, 100_000])
  func argument(count: Int) throws {
    var provenance = Provenance(version: "1", command: Array(repeating: "--set=\u{1}seed=\"1\"", count: count))
    provenance.git.untracked = Array(repeating: String(repeating: "\u{1}", count: 400), count: 10)
    provenance.git.untrackedCount = 10
    let argument = provenance.argument
    #expect(argument.utf8.count < 128 * 1024)
    let read = try #require(Provenance(argument: argument))
    #expect(read.version == "1" && read.git.untracked == provenance.git.untracked)
    #expect(read.command == provenance.command || read.command.last?.hasSuffix(" more") == true)
    #expect((read.command == provenance.command) == (count == 10))
  }
}
