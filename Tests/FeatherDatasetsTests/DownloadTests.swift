// `environ` is a variable in C; it is only read here, when the test starts the mirror.
@preconcurrency import Glibc
import Testing

@testable import FeatherDatasets

/// `mirror.py` as a process, killed when it goes out of scope.
private struct Mirror: ~Copyable {
  let address: String
  let entry: DatasetEntry
  private let process: pid_t
  private let log: String

  /// - Parameter published: whether the digest known is of the file as published, and not of what it holds.
  init(in folder: String, published: Bool = false) throws {
    log = folder + "/requests"
    let said = folder + "/said"
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 1, said, O_WRONLY | O_CREAT, 0o600)
    let words = ["python3", Fixture.path("mirror.py"), log]
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    argv.append(nil)
    defer { argv.forEach { free($0) } }
    var pid = pid_t()
    guard posix_spawnp(&pid, "python3", &actions, nil, argv, environ) == 0 else {
      throw DatasetError("python3 does not start")
    }
    process = pid
    var answer: [Substring] = []
    for _ in 0..<1000 where answer.count < 5 {
      usleep(20_000)
      let text = String(decoding: (try? Fixture.read(said)) ?? [], as: UTF8.self)
      if text.hasSuffix("\n") { answer = text.split { $0 == " " || $0 == "\n" } }
    }
    address = "http://127.0.0.1:\(answer.first ?? "1")/"
    let facts = answer.count == 5 ? answer.map(String.init) : ["1", "", "0", "", "0"]
    let file =
      published
      ? DatasetFile(name: "letters", digest: .publishedMD5(facts[3]), byteCount: Int(facts[4]) ?? 0)
      : DatasetFile(name: "letters", sha256: facts[1], byteCount: Int(facts[2]) ?? 0)
    entry = DatasetEntry(name: "invented", about: "letters for a test", files: [file], mirrors: [])
  }

  deinit {
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
  }

  /// The requests so far, as 'PATH RANGE'.
  var requests: [String] {
    let text = String(decoding: (try? Fixture.read(log)) ?? [], as: UTF8.self)
    return text.split(separator: "\n").map(String.init)
  }

  /// Fetches from the mirror's `modes` in turn; 'down' is a port where nobody listens.
  func fetch(_ modes: [String], into folder: String, curl: String = "curl") throws -> [FetchedFile] {
    // A proxy of the environment is of no use to reach the loopback interface.
    try DatasetDownload.fetch(
      entry, into: folder, mirrors: modes.map { $0 == "down" ? "http://127.0.0.1:1/" : address + $0 },
      curl: Curl(program: curl, arguments: ["--noproxy", "*"]), log: { _ in })
  }

  func state(in folder: String) -> DatasetFileReport.State? {
    DatasetCheck.files(of: entry, in: DataLocations(commandLine: folder, environment: [:])).first?.state
  }
}

// Needs the programs curl and python3; skipped where one is absent.
@Suite(
  .serialized, .timeLimit(.minutes(2)), .enabled(if: Fixture.hasProgram("curl") && Fixture.hasProgram("python3")))
struct DownloadTests {
  @Test(
    "a mirror that fails is passed over for the next",
    arguments: [
      ["ok"], ["down", "ok"], ["missing", "ok"], ["wrong", "ok"], ["stuck", "ok"], ["down", "wrong", "ok"],
    ]
  )
  func passesOver(modes: [String]) throws {
    let scratch = try Scratch()
    let mirror = try Mirror(in: scratch.path)
    let fetched = try mirror.fetch(modes, into: scratch.path)
    #expect(fetched.map(\.outcome) == [.downloaded(mirror: mirror.address + "ok")])
    #expect(mirror.state(in: scratch.path) == .valid)
    #expect(access(scratch.path + "/invented/letters.gz.part", F_OK) != 0)
  }

  @Test("a file whose published digest is known is kept as published, and only if that digest is right")
  func published() throws {
    let scratch = try Scratch()
    let mirror = try Mirror(in: scratch.path, published: true)
    // Decompressed by hand: it may be right, but that cannot be told.
    try scratch.write(Array("letters".utf8), to: "invented/letters")
    #expect(mirror.state(in: scratch.path)?.isUsable == true)
    let fetched = try mirror.fetch(["wrong", "cut"], into: scratch.path)
    #expect(fetched.map(\.path) == [scratch.path + "/invented/letters.gz"])
    #expect(mirror.state(in: scratch.path) == .valid)
    #expect(try mirror.fetch(["down"], into: scratch.path).map(\.outcome) == [.kept])
    let error = #expect(throws: DatasetError.self) { try mirror.fetch(["wrong"], into: scratch.path + "/other") }
    #expect(error?.message.contains("/wrong/letters.gz: wrong bytes: MD5 is") == true, "\(error?.message ?? "")")
  }

  @Test("a connection that breaks half-way is continued with a range, not begun again")
  func continues() throws {
    let scratch = try Scratch()
    let mirror = try Mirror(in: scratch.path)
    _ = try mirror.fetch(["cut"], into: scratch.path)
    #expect(mirror.state(in: scratch.path) == .valid)
    #expect(mirror.requests.count == 2)
    #expect(mirror.requests.first == "/cut/letters.gz -")
    #expect(mirror.requests.last?.hasPrefix("/cut/letters.gz bytes=") == true)
    #expect(mirror.requests.last != "/cut/letters.gz bytes=0-")
  }

  @Test("a part left by an earlier run is continued, and begun again when its bytes turn out wrong")
  func resumes() throws {
    let scratch = try Scratch()
    let mirror = try Mirror(in: scratch.path)
    try scratch.write([UInt8](repeating: 7, count: 1000), to: "invented/letters.gz.part")
    _ = try mirror.fetch(["ok"], into: scratch.path)
    #expect(mirror.state(in: scratch.path) == .valid)
    #expect(mirror.requests == ["/ok/letters.gz bytes=1000-", "/ok/letters.gz -"])
  }

  @Test("a part that is already complete is used as it is; one that is too long is begun again", arguments: [0, 10])
  func completePart(extra: Int) throws {
    let scratch = try Scratch()
    let mirror = try Mirror(in: scratch.path)
    _ = try mirror.fetch(["ok"], into: scratch.path)
    let whole = try Fixture.read(scratch.path + "/invented/letters.gz")
    unlink(scratch.path + "/invented/letters.gz")
    try scratch.write(whole + [UInt8](repeating: 7, count: extra), to: "invented/letters.gz.part")
    _ = try mirror.fetch(["ok"], into: scratch.path)
    #expect(mirror.state(in: scratch.path) == .valid)
    #expect(mirror.requests.count == (extra == 0 ? 2 : 3))
  }

  @Test("when every mirror fails, one error lists each with its reason and nothing is left that looks whole")
  func allFail() throws {
    let scratch = try Scratch()
    let mirror = try Mirror(in: scratch.path)
    let error = #expect(throws: DatasetError.self) {
      try mirror.fetch(["down", "missing", "wrong", "stuck"], into: scratch.path)
    }
    let lines = error?.message.split(separator: "\n") ?? []
    try #require(lines.count == 5)
    #expect(lines[0] == "no mirror gave letters.gz; check the network or name another with --mirror URL")
    #expect(lines[1].contains("http://127.0.0.1:1/letters.gz: curl: (7)"))
    #expect(lines[2].contains("/missing/letters.gz: curl: (22)") && lines[2].contains("404"))
    #expect(lines[3].contains("/wrong/letters.gz: wrong bytes: SHA-256 is"))
    #expect(lines[4].contains("/stuck/letters.gz: curl: (18)"))
    #expect(mirror.state(in: scratch.path) == .missing)
  }

  @Test("a valid file is kept without a request; a damaged one is replaced")
  func keeps() throws {
    let scratch = try Scratch()
    let mirror = try Mirror(in: scratch.path)
    _ = try mirror.fetch(["ok"], into: scratch.path)
    #expect(try mirror.fetch(["ok"], into: scratch.path).map(\.outcome) == [.kept])
    #expect(mirror.requests.count == 1)
    try scratch.write(Array("not the letters".utf8), to: "invented/letters.gz")
    guard case .wrongDigest(_, let expected) = mirror.state(in: scratch.path) else {
      Issue.record("a damaged file must have the wrong digest")
      return
    }
    #expect(expected == mirror.entry.files.first?.digest)
    _ = try mirror.fetch(["ok"], into: scratch.path)
    #expect(mirror.state(in: scratch.path) == .valid)
  }

  @Test("without curl, or with an address that is none, the error says what to do")
  func refusals() throws {
    let scratch = try Scratch()
    let mirror = try Mirror(in: scratch.path)
    let noCurl = #expect(throws: DatasetError.self) {
      try mirror.fetch(["ok"], into: scratch.path, curl: "no-such-curl")
    }
    #expect(
      noCurl?.message == "downloading needs the program no-such-curl: No such file or directory; "
        + "install it (Debian: apt-get install curl)")
    let noAddress = #expect(throws: DatasetError.self) {
      try DatasetDownload.fetch(mirror.entry, into: scratch.path, mirrors: ["/tmp"], log: { _ in })
    }
    #expect(noAddress?.message == "mirror '/tmp' is no address; it begins with http:// or https://")
    let noFolder = #expect(throws: DatasetError.self) { try mirror.fetch(["ok"], into: "/proc/nowhere") }
    #expect(noFolder?.message.contains("cannot make the folder /proc/nowhere") == true)
  }
}
