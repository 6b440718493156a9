internal import FeatherResults
internal import Glibc

/// The program that draws figures.
struct Gnuplot {
  /// The error where the program is not there.
  static let absent = ReportError(
    "figures are drawn by gnuplot, which was not found: install it (Debian: apt-get install gnuplot-nox) and try again")

  var program = "gnuplot"

  /// Runs `NAME.gp` in `folder`; the same script and data give the same bytes.
  func render(_ name: String, in folder: String) throws {
    // A script names its files relative to its own folder. Within gnuplot's single quotes only they themselves are doubled.
    let quoted = folder.map { $0 == "'" ? "''" : "\($0)" }.joined()
    // Neither a start-up file nor the surroundings of the caller decide what a figure looks like.
    let arguments = CStrings([program, "--default-settings", "-e", "cd '\(quoted)'; load '\(name).gp'"])
    let home = getenv("HOME").map { String(cString: $0) } ?? "/"
    let surroundings = CStrings(["LC_ALL=C.UTF-8", "TZ=UTC0", "HOME=\(home)"])
    var process = pid_t()
    let status = posix_spawnp(&process, program, nil, nil, arguments.pointers, surroundings.pointers)
    guard status != ENOENT else { throw Self.absent }
    guard status == 0 else { throw ReportError("cannot start gnuplot: \(String(cString: strerror(status)))") }
    var outcome: Int32 = 0
    while waitpid(process, &outcome, 0) < 0 && errno == EINTR {}
    guard outcome == 0 else {
      throw ReportError("gnuplot failed on \(folder)/\(name).gp; it said why on standard error")
    }
    try undate("\(folder)/\(name).pdf")
  }

  /// Sets the PDF's date of creation to a fixed one of the same length: the library that writes it always uses the clock.
  private func undate(_ path: String) throws {
    var bytes = try AtomicFile.read(path)
    let key = Array("/CreationDate (D:".utf8)
    guard let start = (0..<max(0, bytes.count - key.count - 14)).first(where: { bytes[$0...].starts(with: key) })
    else { return }
    bytes.replaceSubrange(start + key.count..<start + key.count + 14, with: "19700101000000".utf8)
    try AtomicFile.write(bytes, to: path)
  }
}

/// A list of C strings that ends in a null pointer, as `posix_spawn` takes it.
private final class CStrings {
  let pointers: [UnsafeMutablePointer<CChar>?]

  init(_ texts: [String]) { pointers = texts.map { strdup($0) } + [nil] }

  deinit {
    for pointer in pointers { free(pointer) }
  }
}
