import Glibc

/// A terminal of the system's, whose other end is held here.
final class PseudoTerminal {
  /// What a program opens.
  let path: String
  private let master: Int32

  init(columns: Int, rows: Int = 24) throws {
    // Of <asm-generic/ioctls.h>: macros that the Glibc module does not show.
    let (unlock, number) = (UInt(0x4004_5431), UInt(0x8004_5430))
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (isLocked, index): (Int32, Int32) = (0, 0)
    guard master >= 0, ioctl(master, unlock, &isLocked) == 0, ioctl(master, number, &index) == 0 else {
      throw SandboxError(description: "no pseudo-terminal: \(String(cString: strerror(errno)))")
    }
    path = "/dev/pts/\(index)"
    resize(columns: columns, rows: rows)
  }

  deinit { close(master) }

  func resize(columns: Int, rows: Int = 24) {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// What is written to it, until `isEnough` says so or the last program has closed it.
  func read(within seconds: Double = 30, until isEnough: (String) -> Bool = { _ in false }) -> String {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      var events = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      guard poll(&events, 1, 100) > 0 else { continue }
      let count = Glibc.read(master, &piece, piece.count)
      guard count > 0 else { break }
      bytes += piece[..<count]
      if isEnough(String(decoding: bytes, as: UTF8.self)) { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
