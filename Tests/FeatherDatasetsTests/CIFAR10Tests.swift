import Testing

@testable import FeatherDatasets

@Suite struct CIFAR10Tests {
  private static let record = 3073
  private static let names = (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]

  /// Record i of batch b of `make_cifar.py`; the test batch is number 6.
  private static func label(_ i: Int, batch b: Int) -> UInt8 { UInt8((i + b) % 10) }
  private static func pixel(_ i: Int, _ j: Int, batch b: Int) -> UInt8 {
    UInt8((31 * i + 7 * j + 3 * b + j / 1024 * 50) % 256)
  }
  private static func batch(_ b: Int, records: Int = 20) -> [UInt8] {
    (0..<records).flatMap { i in [label(i, batch: b)] + (0..<3072).map { pixel(i, $0, batch: b) } }
  }

  /// Writes the unpacked files, each changed by `change` first.
  private static func unpack(
    into scratch: Scratch, folder: String = "cifar-10-batches-bin",
    change: (_ batch: Int, _ bytes: inout [UInt8]) -> Void = { _, _ in }
  ) throws {
    for (b, name) in names.enumerated() {
      var bytes = batch(b + 1)
      change(b + 1, &bytes)
      try scratch.write(bytes, to: "\(folder)/\(name)")
    }
  }

  private static func message(_ scratch: Scratch, train: Int = 100, test: Int = 20) -> String? {
    let error = #expect(throws: DatasetError.self) {
      try CIFAR10.splits(in: scratch.locations, train: train, test: test)
    }
    return error?.message.replacing(scratch.path, with: "DATA")
  }

  @Test(
    "folder and archive, gzip or plain, in whatever order, give the same first samples",
    arguments: ["folder", "subfolder", "cifar.tar.gz", "cifar-posix.tar.gz", "plain tar", "tar in the data folder"])
  func reads(form: String) throws {
    let scratch = try Scratch()
    switch form {
    case "folder": try Self.unpack(into: scratch)
    case "subfolder": try Self.unpack(into: scratch, folder: "cifar10/cifar-10-batches-bin")
    case "plain tar": try scratch.write(Self.tar(), to: "cifar10/cifar-10-binary.tar")
    case "tar in the data folder": try scratch.write(Fixture.bytes("cifar.tar.gz"), to: "cifar-10-binary.tar.gz")
    default: try scratch.write(Fixture.bytes(form), to: "cifar10/cifar-10-binary.tar.gz")
    }
    let data = try CIFAR10.splits(in: scratch.locations, train: 47, test: 9)
    #expect(data.train.imageShape == [3, 32, 32] && data.train.channels == 3 && data.train.name == "cifar10")
    #expect(data.train.labels == (0..<47).map { Self.label($0 % 20, batch: $0 / 20 + 1) })
    #expect(data.test.labels == (0..<9).map { Self.label($0, batch: 6) })
    let train = (0..<47 * 3072).map { k in
      Float(Self.pixel(k / 3072 % 20, k % 3072, batch: k / 3072 / 20 + 1)) / 255
    }
    #expect(Array(data.train.images) == train)
    #expect(Array(data.test.images) == (0..<9 * 3072).map { Float(Self.pixel($0 / 3072, $0 % 3072, batch: 6)) / 255 })
  }

  @Test("a smaller set is the beginning of a larger one, up to all there are")
  func prefix() throws {
    let scratch = try Scratch()
    try scratch.write(Fixture.bytes("cifar.tar.gz"), to: "cifar-10-binary.tar.gz")
    let all = try CIFAR10.splits(in: scratch.locations, train: 100, test: 20)
    let some = try CIFAR10.splits(in: scratch.locations, train: 20, test: 1)
    #expect(all.train.prefix(20).images == some.train.images && all.test.prefix(1).labels == some.test.labels)
  }

  @Test("unpacked files come before the archive of the same folder, and a folder before the next")
  func order() throws {
    let scratch = try Scratch()
    try scratch.write([1, 2, 3], to: "b/cifar10/cifar-10-binary.tar.gz")
    try Self.unpack(into: scratch, folder: "b/cifar-10-batches-bin")
    let locations = DataLocations(
      commandLine: scratch.path + "/a", environment: ["FEATHERWEIGHT_DATA": scratch.path + "/b"])
    #expect(try CIFAR10.splits(in: locations, train: 1, test: 1).train.count == 1)
    try scratch.write(Fixture.bytes("cifar.tar.gz"), to: "a/cifar10/cifar-10-binary.tar.gz")
    let found = DatasetCatalogue.cifar10.located(in: locations)
    #expect(found.map(\.path) == [scratch.path + "/a/cifar10/cifar-10-binary.tar.gz"])
  }

  @Test("a file that is no whole number of records is refused with its size and what is left over, even if not needed")
  func wrongSize() throws {
    let scratch = try Scratch()
    try Self.unpack(into: scratch) { b, bytes in if b == 4 { bytes.removeLast(3072) } }
    #expect(
      Self.message(scratch, train: 1, test: 1)
        == "DATA/cifar-10-batches-bin/data_batch_4.bin: 58388 bytes are no whole number of records of 3073 bytes: "
        + "19 records and 1 bytes; 'featherweight data fetch cifar10' gets the archive, which is read as it is")
    try Self.unpack(into: scratch) { b, bytes in if b == 6 { bytes = [] } }
    #expect(Self.message(scratch)?.contains("test_batch.bin: 0 bytes are no whole number of records") == true)
  }

  @Test("a label above 9 is refused with its record and byte, in a file and in an archive")
  func wrongLabel() throws {
    let scratch = try Scratch()
    try Self.unpack(into: scratch) { b, bytes in if b == 2 { bytes[7 * Self.record] = 10 } }
    #expect(
      Self.message(scratch)
        == "DATA/cifar-10-batches-bin/data_batch_2.bin: label 10 of record 7 at byte 21511 is out of range; "
        + "labels are 0...9")
    #expect(try CIFAR10.splits(in: scratch.locations, train: 27, test: 1).train.count == 27)
    let other = try Scratch()
    var tar = try Self.tar()
    tar[try Self.header(of: "test_batch.bin", in: tar) + 512] = 200
    try other.write(tar, to: "cifar-10-binary.tar")
    #expect(
      Self.message(other)
        == "DATA/cifar-10-binary.tar: test_batch.bin: label 200 of record 0 at byte 0 is out of range; "
        + "labels are 0...9")
  }

  @Test("a batch that is missing is named, in a folder and in an archive")
  func missingBatch() throws {
    let scratch = try Scratch()
    for (b, name) in Self.names.enumerated() where b == 0 || b == 2 {
      try scratch.write(Self.batch(b + 1), to: "cifar-10-batches-bin/\(name)")
    }
    #expect(
      Self.message(scratch)
        == "cifar10: there is no cifar-10-batches-bin/data_batch_2.bin beside "
        + "DATA/cifar-10-batches-bin/data_batch_1.bin, DATA/cifar-10-batches-bin/data_batch_3.bin; "
        + "unpack the archive anew, or remove these files and run 'featherweight data fetch cifar10'")
    let other = try Scratch()
    try other.write(Fixture.bytes("cifar-missing.tar.gz"), to: "cifar-10-binary.tar.gz")
    #expect(
      Self.message(other, train: 1, test: 1)
        == "DATA/cifar-10-binary.tar.gz holds no data_batch_3.bin, or not as a regular file; delete it and run "
        + "'featherweight data fetch cifar10'")
  }

  @Test("without data, the folders searched and the command that gets it are named")
  func missing() {
    let locations = DataLocations(commandLine: "/nowhere/a", environment: ["FEATHERWEIGHT_DATA": "/nowhere/b"])
    let error = #expect(throws: DatasetError.self) { try CIFAR10.splits(in: locations, train: 1, test: 1) }
    #expect(
      error?.message
        == "cifar10: no cifar-10-binary.tar[.gz] and no cifar-10-batches-bin/data_batch_1.bin in "
        + "/nowhere/a, /nowhere/b; get it with 'featherweight data fetch cifar10' or give --data DIR")
  }

  @Test("more images than there are, or none, are refused", arguments: [(101, 1), (0, 1), (1, 21)])
  func counts(train: Int, test: Int) throws {
    let scratch = try Scratch()
    try Self.unpack(into: scratch)
    let (asked, what, total) = train == 1 ? (test, "test", 20) : (train, "training", 100)
    #expect(
      Self.message(scratch, train: train, test: test)
        == "cifar10: \(asked) \(what) images asked for, but there are \(total); "
        + "ask for 1...\(total) in the spec's dataset")
  }

  @Test("check calls unpacked files of the official size plausible and others corrupt")
  func check() throws {
    let scratch = try Scratch()
    try Self.unpack(into: scratch)
    try scratch.write([UInt8](repeating: 0, count: 30_730_000), to: "cifar-10-batches-bin/data_batch_5.bin")
    let states = DatasetCheck.files(of: DatasetCatalogue.cifar10, in: scratch.locations).map { "\($0.state)" }
    #expect(states.count == 6)
    #expect(states[0].hasSuffix("data_batch_1.bin: holds 61460 bytes; expected 30730000"))
    #expect(states[4].hasPrefix("plausible: its size is right; whether it is the official file cannot be told"))
  }

  /// The plain bytes of an archive.
  private static func tar(_ name: String = "cifar.tar.gz") throws -> [UInt8] {
    var file = try DecompressedFile(Fixture.path(name))
    return try file.read(count: 1 << 20)
  }

  /// Where the header of a member begins.
  private static func header(of name: String, in tar: [UInt8]) throws -> Int {
    let path = Array("cifar-10-batches-bin/\(name)".utf8)
    return try #require(stride(from: 0, to: tar.count, by: 512).first { tar[$0...].starts(with: path) })
  }

  /// Puts `text` into a member's header and makes its checksum right.
  private static func rewrite(_ tar: inout [UInt8], _ name: String, at field: Int, _ text: String) throws {
    let start = try header(of: name, in: tar)
    tar.replaceSubrange(start + field..<start + field + text.utf8.count, with: text.utf8)
    tar.replaceSubrange(start + 148..<start + 156, with: "        ".utf8)
    let digits = String(tar[start..<start + 512].reduce(0) { $0 + Int($1) }, radix: 8)
    let sum = String(repeating: "0", count: 6 - digits.count) + digits
    tar.replaceSubrange(start + 148..<start + 155, with: sum.utf8 + [0])
  }

  @Test("an archive that is cut short or damaged is refused with where", arguments: damages)
  func damage(kind: String, message: String) throws {
    let scratch = try Scratch()
    let packed = try Fixture.bytes("cifar.tar.gz")
    var bytes = try Self.tar()
    switch kind {
    case "truncated gzip": bytes = Array(packed.dropLast(1000))
    case "trailing checksum": bytes = Array(packed.dropLast(8)) + [UInt8](repeating: 1, count: 8)
    case "truncated member": bytes = Array(bytes.prefix(100_000))
    case "truncated header": bytes = Array(bytes.prefix(try Self.header(of: "data_batch_3.bin", in: bytes) + 100))
    case "header checksum": bytes[try Self.header(of: "data_batch_3.bin", in: bytes) + 30] ^= 1
    case "no tar": bytes = [UInt8](repeating: 7, count: 4096)
    case "huge member": try Self.rewrite(&bytes, "data_batch_3.bin", at: 124, "77777777777")
    case "negative size": try Self.rewrite(&bytes, "data_batch_3.bin", at: 124, "-0000000001")
    case "link": try Self.rewrite(&bytes, "data_batch_3.bin", at: 156, "1")
    case "twice": try Self.rewrite(&bytes, "data_batch_3.bin", at: 0, "cifar-10-batches-bin/data_batch_1.bin")
    case "odd size": try Self.rewrite(&bytes, "data_batch_3.bin", at: 124, "00000170023")
    case "long tail": bytes += [UInt8](repeating: 0, count: 2 << 20)
    case "many members":
      let start = try Self.header(of: "readme.html", in: bytes)
      for _ in 0..<70 { bytes.insert(contentsOf: bytes[start..<start + 1024], at: start) }
    default: Issue.record("no such damage: \(kind)")
    }
    try scratch.write(bytes, to: "cifar-10-binary.tar.gz")
    let found = Self.message(scratch, train: 1, test: 1)
    #expect(found?.hasPrefix("DATA/cifar-10-binary.tar.gz") == true, "\(found ?? "")")
    #expect(found?.contains(message) == true, "\(found ?? "")")
  }

  private static let damages = [
    ("truncated gzip", "truncated gzip: the file ends at byte"),
    ("trailing checksum", "corrupt gzip near byte"),
    ("truncated member", "ends at byte 100000, within a member"),
    ("truncated header", "within a header"),
    ("header checksum", "has no tar header with a right checksum at byte"),
    ("no tar", "has no tar header with a right checksum at byte 0"),
    (
      "huge member",
      "says at byte 64124 that cifar-10-batches-bin/data_batch_3.bin has a size that is no number up to 30730000"
    ),
    ("negative size", "has a size that is no number up to 30730000"),
    ("link", "holds no data_batch_3.bin, or not as a regular file"),
    ("twice", "holds data_batch_1.bin twice"),
    ("odd size", "data_batch_3.bin: 61459 bytes are no whole number of records"),
    ("long tail", "goes on for more than 1048576 bytes after the end of the archive"),
    ("many members", "has more than 64 members"),
  ]

  // Skipped where CIFAR-10 is absent from $FEATHERWEIGHT_DATA; `featherweight data fetch cifar10` gets it.
  @Test(
    "the real CIFAR-10 has 5,000 and 1,000 images of each class and its known channel means and deviations",
    .enabled(if: Fixture.locations(of: "cifar10") != nil, "CIFAR-10 is not in $FEATHERWEIGHT_DATA"))
  func real() throws {
    let data = try CIFAR10.splits(in: try #require(Fixture.locations(of: "cifar10")), train: 50000, test: 10000)
    for (part, each) in [(data.train, 5000), (data.test, 1000)] {
      var counts = [Int](repeating: 0, count: 10)
      for label in part.labels { counts[Int(label)] += 1 }
      #expect(counts == [Int](repeating: each, count: 10))
    }
    let statistics = data.train.channelStatistics()
    // The constants in common use, of the official files; pixels that were JPEG-encoded once more differ by less than 0.002.
    for (found, known) in zip(statistics.mean, [0.4914, 0.4822, 0.4465]) { #expect(abs(found - known) < 0.002) }
    for (found, known) in zip(statistics.deviation, [0.2470, 0.2435, 0.2616]) { #expect(abs(found - known) < 0.002) }
  }
}
