// `environ` is a variable in C; it is only read here, when the process starts another.
@preconcurrency internal import Glibc

/// Runs the `curl` program: one transfer into one file.
struct Curl: Sendable {
  /// The program's name or path.
  var program = "curl"
  /// Arguments before our own.
  var arguments: [String] = []

  private static let keptOutput = 4096

  /// How a transfer ended.
  enum Outcome: Equatable {
    /// The file is complete as far as the server says.
    case done
    /// The connection broke while bytes came, so what is there can be continued.
    case interrupted(String)
    /// The server cannot continue from what is there.
    case cannotResume(String)
    /// Anything else.
    case failed(String)
  }

  /// Downloads `url` to `path`, continuing what is there already.
  ///
  /// - Parameter limit: refuse a file of more bytes, where the server says its size.
  func download(_ url: String, to path: String, limit: Int) throws -> Outcome {
    let (status, output) = try run([
      "--fail", "--location", "--silent", "--show-error", "--connect-timeout", "15", "--speed-limit", "100",
      "--speed-time", "30", "--proto", "=http,https", "--max-filesize", "\(limit)", "--continue-at", "-",
      "--output", path, "--url", url,
    ])
    let reason = output.isEmpty ? "curl ended with status \(status)" : output
    switch status {
    case 0: return .done
    case 18, 28, 56, 92: return .interrupted(reason)
    case 33, 36: return .cannotResume(reason)
    case 22 where output.contains("416"): return .cannotResume(reason)
    default: return .failed(reason)
    }
  }

  /// Runs the program to its end and returns its exit status and what it said, as one line.
  private func run(_ own: [String]) throws -> (status: Int32, output: String) {
    var ends: [Int32] = [0, 0]
    // A pipe would do, but Glibc's module lacks pipe2, and without the flag other child processes could keep it open.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw DatasetError("cannot make a connection to \(program): \(FilePath.reason(errno))")
    }
    let child = spawn([program] + arguments + own, output: ends[1])
    close(ends[1])
    defer { close(ends[0]) }
    guard case .success(let pid) = child else {
      guard case .failure(let error) = child else { return (127, "") }
      throw error
    }
    let output = drain(ends[0])
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    // The macros WIFEXITED and WEXITSTATUS are not imported.
    let exit = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    return (exit, output)
  }

  private func spawn(_ words: [String], output: Int32) -> Result<pid_t, DatasetError> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    argv.append(nil)
    defer { argv.forEach { free($0) } }
    var pid = pid_t()
    let code = posix_spawnp(&pid, program, &actions, nil, argv, environ)
    guard code == 0 else {
      let way = code == ENOENT ? "install it (Debian: apt-get install curl)" : "check the installation"
      return .failure(DatasetError("downloading needs the program \(program): \(FilePath.reason(code)); \(way)"))
    }
    return .success(pid)
  }

  /// Reads to the end, so that the program is never blocked, and keeps the beginning.
  private func drain(_ descriptor: Int32) -> String {
    var kept: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1024)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      kept.append(contentsOf: buffer.prefix(min(count, Self.keptOutput - kept.count)))
    }
    let text = String(decoding: kept, as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).joined(separator: "; ")
  }
}
