import Glibc

@testable import FeatherDatasets

extension FuzzReader {
  /// Images and labels, archives, and partitions.
  static func datasets(in folder: String) throws -> [FuzzReader] {
    let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 28, 0, 0, 0, 28] + (0..<3 * 784).map { UInt8($0 % 251) }
    let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9]
    let lists: [[UInt8]] = [
      Array("client,index\n0,1\n1,2\n0,0\n".utf8), Array("0, 1,5\n2,3\r\n4\n".utf8),
      Array("user,index\nada,1\nbob,2\nada,0\n".utf8),
    ]
    let gzip: @Sendable ([UInt8]) -> [UInt8] = { Gzip.stored($0) }
    let archive = TarFile.archive(names: CIFAR10.batches, size: CIFAR10.recordSize)
    return [
      idx("idx", [images, labels], folder), idx("idx-gzip", [images, labels], folder, repair: gzip),
      idx("gzip", [Gzip.stored(images), Gzip.stored(Array(labels[..<4])) + Gzip.stored(Array(labels[4...]))], folder),
      cifar("cifar-tar", archive, folder, repair: TarFile.withChecksums),
      cifar("cifar-gzip", Gzip.stored(archive), folder),
      partition("partition-csv", lists, folder), partition("partition-gzip", lists, folder, repair: gzip),
      availability("availability-csv", folder), availability("availability-gzip", folder, repair: gzip),
    ]
  }

  /// Damaged images with sound labels, or the other way round, as the file's own first bytes say.
  private static func idx(
    _ name: String, _ seeds: [[UInt8]], _ folder: String, repair: (@Sendable ([UInt8]) -> [UInt8])? = nil
  ) -> FuzzReader {
    FuzzReader(name: name, seeds: seeds, repair: repair, refusal: DatasetError.self) {
      bytes in
      let (images, labels) = ("\(folder)/images", "\(folder)/labels")
      for kind in [IDXReader.Kind.images, .labels] {
        let path = kind == .images ? images : labels
        try write(bytes, to: path)
        guard var reader = try? IDXReader(path, kind) else { continue }
        var sum = 0
        return try reader.read(first: reader.count) { for byte in $0 { sum &+= Int(byte) } }
      }
      try write([0, 0, 8, 1, 0, 0, 0, 3, 7, 0, 9], to: labels)
      _ = try MNIST.read(images: images, labels: labels, count: 3)
    }
  }

  private static func cifar(
    _ name: String, _ seed: [UInt8], _ folder: String, repair: (@Sendable ([UInt8]) -> [UInt8])? = nil
  ) -> FuzzReader {
    FuzzReader(name: name, seeds: [seed], repair: repair, refusal: DatasetError.self) { bytes in
      try write(bytes, to: "\(folder)/cifar-10-binary.tar")
      _ = try CIFAR10.splits(in: DataLocations(commandLine: folder, environment: [:]), train: 5, test: 1)
    }
  }

  private static func partition(
    _ name: String, _ seeds: [[UInt8]], _ folder: String, repair: (@Sendable ([UInt8]) -> [UInt8])? = nil
  ) -> FuzzReader {
    FuzzReader(
      name: name, seeds: seeds,
      words: [",", "\n", "\r\n", "-1", "0", "99999999999999999999", "\u{1B}[2J"], repair: repair,
      refusal: DatasetError.self
    ) { bytes in
      try write(bytes, to: "\(folder)/partition.csv")
      _ = try Partition.fromCSV("\(folder)/partition.csv", count: 6)
    }
  }

  private static func availability(
    _ name: String, _ folder: String, repair: (@Sendable ([UInt8]) -> [UInt8])? = nil
  ) -> FuzzReader {
    FuzzReader(
      name: name, seeds: [Array("client,from,to\n0,0,3\r\n2,1,9\n0,5,6\n".utf8)],
      words: [",", "\n", "\r\n", "-1", "0", "99999999999999999999", "\u{1B}[2J"], repair: repair,
      refusal: DatasetError.self
    ) { bytes in
      try write(bytes, to: "\(folder)/availability.csv")
      let trace = try Availability.fromCSV("\(folder)/availability.csv", clients: 6)
      for round in 0..<10 { _ = trace.clients(in: round) }
    }
  }

  /// Puts an input where a reader wants a path.
  static func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "wb") else { throw FuzzError("cannot write \(path)") }
    defer { fclose(file) }
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw FuzzError("cannot write \(path)") }
  }
}

/// gzip files that are not compressed, so that what is in them can be anything and their checksum right.
enum Gzip {
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var file: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    for start in stride(from: 0, to: max(bytes.count, 1), by: 65_535) {
      let part = bytes[start..<min(start + 65_535, bytes.count)]
      let count = UInt16(part.count)
      file.append(start + part.count == bytes.count ? 1 : 0)
      for number in [count, ~count] { file += [UInt8(number & 255), UInt8(number >> 8)] }
      file += part
    }
    for number in [checksum(bytes), UInt32(bytes.count)] {
      file += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    return file
  }

  /// CRC-32 (RFC 1952, section 8).
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { sum, byte in table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ (sum >> 8) }
  }

  private static let table = (0..<256).map { byte in
    var sum = UInt32(byte)
    for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : 0xEDB8_8320 ^ (sum >> 1) }
    return sum
  }
}

/// Small tar archives.
enum TarFile {
  static func archive(names: [String], size: Int) -> [UInt8] {
    var archive: [UInt8] = []
    for name in names {
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, at place: Int) {
        header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
      }
      put("cifar-10-batches-bin/\(name)", at: 0)
      put("00000\(String(size, radix: 8))", at: 124)
      put("0", at: 156)
      put("ustar\u{0}00", at: 257)
      archive += header
      // Records whose labels are within bounds, up to a whole number of blocks.
      archive += (0..<(size + 511) / 512 * 512).map { UInt8($0 % 7) }
    }
    return withChecksums(archive + [UInt8](repeating: 0, count: 1024))
  }

  /// Puts the checksum of every header right that stands at a block's beginning and says "ustar".
  static func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for start in stride(from: 0, to: bytes.count - 511, by: 512)
    where bytes[(start + 257)...].starts(with: "ustar".utf8) {
      let field = start + 148..<start + 156
      bytes.replaceSubrange(field, with: [UInt8](repeating: 32, count: 8))
      let digits = String(bytes[start..<start + 512].reduce(0) { $0 + Int($1) }, radix: 8)
      let zeros = String(repeating: "0", count: 6 - digits.utf8.count)
      bytes.replaceSubrange(field, with: (zeros + digits + "\u{0} ").utf8)
    }
    return bytes
  }
}
