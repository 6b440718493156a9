public import FeatherExperiments
internal import FoundationEssentials
internal import Glibc

/// The checkpoint of a run under way, in a folder of its own: whole or absent, whenever the process dies.
///
/// `checkpoint` holds the state and lists the parts, which are in files `parts-<n>`, each written once; whatever the list does not name
/// is removed. Everything is covered by SHA-256 digests.
public struct CheckpointFiles {
  private static let name = "checkpoint"
  private static let packPrefix = "parts-"
  private static let magic = "featherweight-checkpoint 1"

  /// Where a part's bytes are.
  fileprivate struct Place {
    var file: String
    var range: Range<Int>
    var digest: String
  }

  private let folder: String
  private let key: String
  private var places: [String: Place] = [:]

  /// The checkpoint in a folder, which must be there before one is written.
  ///
  /// - Parameter key: one line that a checkpoint must have been written with to be read: the run, and the program that computes it.
  public init(in folder: String, key: String) {
    self.folder = folder
    self.key = key
  }

  /// Writes a checkpoint in place of the one before.
  ///
  /// - Returns: its parts, as they are read from where they are now.
  /// - Throws: `ResultsError`; the checkpoint before is still there then.
  public mutating func write(_ checkpoint: Checkpoint) throws(ResultsError) -> [Checkpoint.Part] {
    let new = checkpoint.parts.filter { places[$0.name] == nil }
    if !new.isEmpty { try pack(new) }
    let names = checkpoint.parts.map(\.name)
    var text =
      "\(Self.magic)\n\(checkpoint.position.stage) \(checkpoint.position.done) \(checkpoint.position.of)\n\(key)\n"
    for name in names {
      guard let place = places[name] else { continue }
      text += "part \(place.file) \(place.range.lowerBound) \(place.range.count) \(place.digest) \(name)\n"
    }
    text += "state \(checkpoint.state.count)\n"
    let bytes = Array(text.utf8) + checkpoint.state
    try AtomicFile.write(bytes + Array(ResultDigest.digest(bytes[...]).utf8), to: "\(folder)/\(Self.name)")
    let isListed = Set(names)
    places = places.filter { isListed.contains($0.key) }
    removeNeedless()
    return checkpoint.parts.map(part)
  }

  /// The checkpoint that is there; nil where there is none.
  ///
  /// - Throws: `ResultsError` when it is damaged, or was written with another key.
  public mutating func read() throws(ResultsError) -> Checkpoint? {
    let path = "\(folder)/\(Self.name)"
    guard AtomicFile.exists(path) else { return nil }
    let all = try AtomicFile.read(path)
    let bytes = all.dropLast(64)
    guard ResultDigest.digest(bytes) == String(decoding: all.suffix(64), as: UTF8.self) else {
      throw ResultsError("\(path) is damaged: it does not match its digest")
    }
    var reader = LineReader(bytes)
    guard let magic = reader.line(), magic == Self.magic, let position = reader.line().flatMap(Self.position),
      let key = reader.line()
    else {
      throw ResultsError("\(path) is of another version of this program")
    }
    guard key == self.key else {
      throw ResultsError("\(path) is of another program or run (\(key), and this is \(self.key))")
    }
    var names: [String] = []
    while let fields = reader.line()?.split(separator: " "), let (name, place) = Self.entry(fields) {
      names.append(name)
      places[name] = place
    }
    removeNeedless()
    return Checkpoint(
      position: position, state: Array(reader.rest), parts: names.map { part(Checkpoint.Part(name: $0) { [] }) })
  }

  /// How far the run in a folder had come when it was set down; nil without a checkpoint.
  public static func position(in folder: String) -> Checkpoint.Position? {
    let path = "\(folder)/\(name)"
    // No checkpoint is shorter, and no longer line says how far one is.
    guard let text = try? AtomicFile.read(path, 0..<96) else { return nil }
    var reader = LineReader(text[...])
    guard let first = reader.line(), first == magic else { return nil }
    return reader.line().flatMap(position)
  }

  /// Whether a file of that name belongs to a checkpoint.
  public static func isOne(_ name: String) -> Bool { name == Self.name || name.hasPrefix(packPrefix) }

  /// Writes parts into a file of their own.
  private mutating func pack(_ parts: [Checkpoint.Part]) throws(ResultsError) {
    let numbers = packs.compactMap { Int($0.dropFirst(Self.packPrefix.count)) }
    let file = "\(Self.packPrefix)\((numbers.max() ?? 0) + 1)"
    var written: [String: Place] = [:]
    var end = 0
    try AtomicFile.write(
      pieces: parts,
      as: { part throws(ResultsError) in
        let bytes: [[UInt8]]
        do { bytes = try part.pieces() } catch { throw ResultsError("\(error)") }
        let count = bytes.reduce(0) { $0 + $1.count }
        written[part.name] = Place(file: file, range: end..<end + count, digest: ResultDigest.digest(bytes))
        end += count
        return bytes
      }, to: "\(folder)/\(file)")
    places.merge(written) { $1 }
  }

  /// A part as it is read from its file.
  private func part(_ part: Checkpoint.Part) -> Checkpoint.Part {
    guard let place = places[part.name] else { return part }
    let path = "\(folder)/\(place.file)"
    return Checkpoint.Part(name: part.name) {
      let bytes = try AtomicFile.read(path, place.range)
      guard ResultDigest.digest(bytes[...]) == place.digest else {
        throw ResultsError("\(path) is damaged: \(part.name) does not match its digest")
      }
      return [bytes]
    }
  }

  private var packs: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasPrefix(Self.packPrefix) }
  }

  /// Removes files of parts that no checkpoint names, such as those of a process that was killed while it wrote.
  private func removeNeedless() {
    let needed = Set(places.values.map(\.file))
    for file in packs where !needed.contains(file) { unlink("\(folder)/\(file)") }
  }

  private static func position(_ line: Substring) -> Checkpoint.Position? {
    let fields = line.split(separator: " ")
    // A stage is a word that can be shown; anybody can write a checkpoint.
    guard fields.count == 3, fields[0].utf8.allSatisfy({ (0x61...0x7A).contains($0) }), let done = Int(fields[1]),
      let of = Int(fields[2]), done >= 0, done <= of
    else { return nil }
    return Checkpoint.Position(stage: String(fields[0]), done: done, of: of)
  }

  private static func entry(_ fields: [Substring]) -> (name: String, place: Place)? {
    // A part lies in the checkpoint's folder, whatever a checkpoint says that somebody wrote.
    guard fields.count == 6, fields[0] == "part", let offset = Int(fields[2]), let count = Int(fields[3]), offset >= 0,
      count >= 0, !offset.addingReportingOverflow(count).overflow, fields[1].hasPrefix(packPrefix),
      !fields[1].contains("/")
    else { return nil }
    return (
      String(fields[5]),
      Place(file: String(fields[1]), range: offset..<offset + count, digest: String(fields[4]))
    )
  }
}

/// Lines of text, and what follows them.
private struct LineReader {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func line() -> Substring? {
    guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    defer { rest = rest[(end + 1)...] }
    return Substring(String(decoding: rest[..<end], as: UTF8.self))
  }
}
