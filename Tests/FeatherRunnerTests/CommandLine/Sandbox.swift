import Foundation
import Glibc

/// What a process left when it ended: its exit status (128 and the number for a signal) and what it printed.
struct Ended: Sendable {
  var status: Int32
  var stdout: String
  var stderr: String
}

/// What keeps a test from starting, in words.
struct SandboxError: Error, CustomStringConvertible {
  var description: String
}

/// A process that was started in a sandbox.
struct Started {
  let pid: pid_t
  let output: String

  func signal(_ number: Int32) { kill(pid, number) }

  /// Waits for its end.
  func wait() throws -> Ended {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 {
      guard errno == EINTR else { throw SandboxError(description: "cannot wait for process \(pid)") }
    }
    let code = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    return Ended(
      status: code, stdout: try String(contentsOfFile: output + ".out", encoding: .utf8),
      stderr: try String(contentsOfFile: output + ".err", encoding: .utf8))
  }
}

/// A temporary folder in which `featherweight` runs as its users run it; removed with the value.
final class Sandbox {
  /// The working directory of what runs here.
  let path: String
  /// The home folder of what runs here; it is not there.
  var home: String { root + "/home" }
  private let root: String
  private var count = 0

  init() throws {
    let temporary = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    root = "\(temporary)/feather weight \(UUID().uuidString)"
    path = root + "/cwd"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: root + "/tmp", withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: root)
  }

  /// The program that was built together with these tests.
  static func program() throws -> String {
    let folder = Bundle.module.bundleURL.deletingLastPathComponent().path
    guard access(folder + "/featherweight", X_OK) == 0 else {
      throw SandboxError(description: "no program 'featherweight' in \(folder): build the package, then run the tests")
    }
    return folder + "/featherweight"
  }

  /// Runs `featherweight` to its end.
  @discardableResult
  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Ended {
    try start(arguments, environment: environment).wait()
  }

  /// Starts `featherweight`, or another program.
  ///
  /// - Parameter terminal: the terminal to which its standard error goes; nil for a file.
  func start(
    _ arguments: [String], program: String? = nil, environment: [String: String] = [:], terminal: String? = nil
  ) throws -> Started {
    count += 1
    let output = "\(root)/\(count)"
    var variables = ["HOME": home, "TMPDIR": root + "/tmp", "PATH": "/usr/local/bin:/usr/bin:/bin"]
    variables.merge(environment) { $1 }
    let program = try program ?? Sandbox.program()
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output + ".out", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, output + ".err", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    if let terminal { posix_spawn_file_actions_addopen(&actions, 2, terminal, O_WRONLY | O_NOCTTY, 0) }
    // Threads of tests may hold signals back, which what they start would inherit.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var pid: pid_t = 0
    // `env -C` becomes the program in this folder, in the same process.
    let code = Sandbox.withStrings(["env", "-C", path, program] + arguments) { argv in
      Sandbox.withStrings(variables.map { "\($0.key)=\($0.value)" }) { environment in
        posix_spawn(&pid, "/usr/bin/env", &actions, &attributes, argv, environment)
      }
    }
    guard code == 0 else {
      throw SandboxError(description: "cannot start \(program): \(String(cString: strerror(code)))")
    }
    return Started(pid: pid, output: output)
  }

  private static func withStrings<R>(
    _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
  ) -> R {
    var pointers = texts.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
      // The buffer holds at least the final nil.
      guard let base = buffer.baseAddress else { preconditionFailure("an array with an element has an address") }
      return body(base)
    }
  }
}

extension Sandbox {
  func url(_ name: String) -> URL { URL(fileURLWithPath: path + "/" + name) }

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try FileManager.default.createDirectory(
      at: url(name).deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url(name))
  }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url(name))) }

  /// Changes the bytes of a file.
  func edit(_ name: String, _ change: (inout [UInt8]) throws -> Void) throws {
    var content = try bytes(name)
    try change(&content)
    try write(content, to: name)
  }

  /// Sets a file's times back.
  func age(_ name: String, by seconds: Int) throws {
    let past = timeval(tv_sec: time(nil) - seconds, tv_usec: 0)
    guard utimes(path + "/" + name, [past, past]) == 0 else { throw SandboxError(description: "cannot age \(name)") }
  }

  /// The attempts that the sidecars of a folder's finished runs tell of: for each run, how they ended.
  func attempts(_ folder: String) throws -> [[String]] {
    try results(folder).map { name in
      let json = try Data(contentsOf: url("\(folder)/\(name.replacing(".h5", with: ".json"))"))
      let sidecar = try JSONSerialization.jsonObject(with: json) as? [String: Any]
      let list = sidecar?["attempts"] as? [[String: Any]] ?? []
      return list.map { "\($0["outcome"] ?? "?")" + ($0["reason"].map { ": \($0)" } ?? "") }
    }
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

  /// Every file with its bytes.
  func snapshot(_ folder: String = ".") -> [String: Data] {
    var files: [String: Data] = [:]
    for name in FileManager.default.enumerator(atPath: path + "/" + folder)?.compactMap({ $0 as? String }) ?? [] {
      var info = stat()
      guard stat("\(path)/\(folder)/\(name)", &info) == 0, info.st_mode & S_IFMT == S_IFREG else { continue }
      files[name] = try? Data(contentsOf: url("\(folder)/\(name)"))
    }
    return files
  }

  /// What lies in the folder for temporary files.
  func temporaryFiles() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: root + "/tmp") }

  /// When every file was last changed, in nanoseconds.
  func times(_ folder: String = ".") -> [String: Int] {
    var times: [String: Int] = [:]
    for name in snapshot(folder).keys {
      var info = stat()
      guard stat("\(path)/\(folder)/\(name)", &info) == 0 else { continue }
      times[name] = info.st_mtim.tv_sec * 1_000_000_000 + info.st_mtim.tv_nsec
    }
    return times
  }

  /// The names of the result files in a folder, sorted.
  func results(_ folder: String) -> [String] {
    snapshot(folder).keys.filter { $0.hasSuffix(".h5") && $0 != "sweep.h5" }.sorted()
  }

  /// The result files and the index of a folder: what must be the same to the byte.
  func sealed(_ folder: String) -> [String: Data] { snapshot(folder).filter { $0.key.hasSuffix(".h5") } }

  /// `text` with this folder, run ids and durations replaced by TMP, ID and 0s.
  func generic(_ text: String) -> String {
    text.replacing(path, with: "TMP").replacing(/\b[0-9a-f]{12}\b/.wordBoundaryKind(.simple), with: "ID")
      .replacing(/\[\d+s\]/, with: "[0s]").replacing(/after \d+s/, with: "after 0s")
  }
}

/// Waits until `condition` holds; false when it does not within `seconds`.
func eventually(within seconds: Double = 20, _ condition: () -> Bool) -> Bool {
  let end = ContinuousClock.now + .seconds(seconds)
  while ContinuousClock.now < end {
    if condition() { return true }
    usleep(2000)
  }
  return condition()
}

/// The processes whose command line has `text` in it.
func processes(naming text: String) -> [pid_t] {
  let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
  return entries.compactMap { pid_t($0) }.filter { pid in
    guard let line = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/cmdline")) else { return false }
    return String(decoding: line, as: UTF8.self).contains(text)
  }.sorted()
}
