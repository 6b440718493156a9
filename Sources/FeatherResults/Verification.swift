internal import FoundationEssentials

/// What checking a result file found.
public struct VerifyReport: Sendable {
  /// What is wrong; empty for a sound file.
  public var findings: [Finding]
  /// Whether a sidecar was there to check the whole file against.
  ///
  /// Without one, the seal within the file still covers every
  /// byte, but cannot tell the file from another sound one.
  public var checkedSidecar: Bool

  /// Whether nothing is wrong.
  public var isSound: Bool { findings.isEmpty }
}

extension RunFile {
  private struct Sidecar: Decodable {
    var digest: String

    enum CodingKeys: String, CodingKey {
      case digest = "file_sha256"
    }
  }

  /// Checks every byte of a result file: its seal, the digests of its content, and the sidecar beside it where there is one.
  ///
  /// Damage is a finding that names the array it lies in; only a file, or a sidecar, that cannot be read at all is an error.
  /// - Parameter path: a run file or a sweep index; `NAME.json` beside `NAME.h5` is the sidecar.
  public static func verify(_ path: String) throws(ResultsError) -> VerifyReport {
    let bytes = try AtomicFile.read(path)
    let expected = try sidecarDigest(of: path)
    var report = VerifyReport(findings: findings(bytes), checkedSidecar: expected != nil)
    guard let expected, expected != digest(bytes), report.isSound else { return report }
    report.findings = [
      Finding(nil, "sound, but not the file that the sidecar describes: its SHA-256 is not file_sha256; run it again")
    ]
    return report
  }

  /// What is wrong within a file's bytes, as far as the file itself tells.
  static func findings(_ bytes: [UInt8]) -> [Finding] {
    do throws(ResultsError) {
      try HDF5Reader.checkHeader(bytes)
      let damage = Seal.findings(bytes)
      guard damage.isEmpty else { return damage }
      let tree = try HDF5Reader.decode(bytes)
      let isSweep = tree.group("/")?["format"] == .text(SweepIndex.format)
      let format = isSweep ? (SweepIndex.format, SweepIndex.version) : (RunFileLayout.format, RunFileLayout.version)
      try checkFormat(tree, format.0, format.1)
      return []
    } catch {
      return [Finding(nil, error.description)]
    }
  }

  private static func sidecarDigest(of path: String) throws(ResultsError) -> String? {
    guard path.hasSuffix(".h5") else { return nil }
    let sidecar = "\(path.dropLast(3)).json"
    guard AtomicFile.exists(sidecar) else { return nil }
    guard let parsed = try? JSONDecoder().decode(Sidecar.self, from: Data(AtomicFile.read(sidecar))),
      parsed.digest.utf8.count == 64
    else { throw ResultsError("\(sidecar) is no sidecar: expected JSON with file_sha256 of 64 digits; run it again") }
    return parsed.digest
  }

  /// What differs between two result files; empty exactly when their bytes are equal.
  public static func compare(_ first: String, _ second: String) throws(ResultsError) -> [Finding] {
    let bytes = (try AtomicFile.read(first), try AtomicFile.read(second))
    guard bytes.0 != bytes.1 else { return [] }
    let trees = (try decode(bytes.0, first), try decode(bytes.1, second))
    let found = difference(trees.0, trees.1)
    guard found.isEmpty else { return found }
    let offset = zip(bytes.0, bytes.1).enumerated().first { $1.0 != $1.1 }?.offset ?? min(bytes.0.count, bytes.1.count)
    return [Finding(nil, "all values are equal, but the bytes differ from byte \(offset) on: HDF5's own structures")]
  }

  private static func decode(_ bytes: [UInt8], _ path: String) throws(ResultsError) -> ResultTree {
    do throws(ResultsError) { return try HDF5Reader.decode(bytes) } catch { throw error.at(path) }
  }

  private static func difference(_ first: ResultTree, _ second: ResultTree) -> [Finding] {
    var findings: [Finding] = []
    for group in first.groups {
      guard let other = second.group(group.path) else {
        findings.append(Finding(group.path, "is missing in the second file"))
        continue
      }
      findings += difference(group.path, group.attributes, other.attributes)
    }
    for array in first.arrays {
      guard let other = second.array(array.path) else {
        findings.append(Finding(array.path, "is missing in the second file"))
        continue
      }
      findings += difference(array.path, array.attributes, other.attributes) + difference(array, other)
    }
    findings += second.groups.filter { first.group($0.path) == nil }.map {
      Finding($0.path, "is new in the second file")
    }
    findings += second.arrays.filter { first.array($0.path) == nil }.map {
      Finding($0.path, "is new in the second file")
    }
    return findings
  }

  private static func difference(
    _ path: String, _ first: [ResultAttribute], _ second: [ResultAttribute]
  ) -> [Finding] {
    // The digest of all content differs whenever anything does, and says nothing of its own.
    let names = (first + second.filter { attribute in !first.contains { $0.name == attribute.name } }).map(\.name)
    return names.filter { $0 != ResultDigest.contentAttribute }.compactMap { name in
      let values = (first.first { $0.name == name }, second.first { $0.name == name })
      guard values.0?.value.bytes() != values.1?.value.bytes() else { return nil }
      return Finding(path, "attribute \(name) differs")
    }
  }

  private static func difference(_ first: ResultArray, _ second: ResultArray) -> [Finding] {
    guard first.shape == second.shape, first.data.typeName == second.data.typeName else {
      return [
        Finding(
          first.path,
          "\(first.data.typeName) \(first.shape) in the first file, \(second.data.typeName) \(second.shape)"
            + " in the second")
      ]
    }
    let size = first.data.elementSize
    let bytes = (first.data.bytes(), second.data.bytes())
    guard bytes.0 != bytes.1 else { return [] }
    let different = (0..<first.count).filter { i in
      (i * size..<(i + 1) * size).contains { bytes.0[$0] != bytes.1[$0] }
    }
    return [
      Finding(first.path, "\(different.count) of \(first.count) elements differ, the first at index \(different[0])")
    ]
  }
}
