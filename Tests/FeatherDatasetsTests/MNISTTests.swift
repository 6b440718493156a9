import FeatherTensors
import Testing

@testable import FeatherDatasets

@Suite struct MNISTTests {
  /// The files of `make_idx.py` and broken relatives of them, by name.
  private static func file(_ name: String) throws -> [UInt8] {
    let images = try Fixture.bytes("images.gz")
    let labels = try Fixture.bytes("labels.gz")
    let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 28, 0, 0, 0, 28]
    switch name {
    case "images": return images
    case "labels": return labels
    case "raw images": return header + (0..<5 * 784).map { UInt8(pixel($0)) }
    case "raw labels": return [0, 0, 8, 1, 0, 0, 0, 5, 3, 1, 4, 1, 5]
    case "truncated": return Array(images.dropLast(100))
    case "bad checksum": return flip(images, at: images.count - 6)
    case "bad deflate": return flip(images, at: 12)
    case "bad trailer": return images + [1, 2, 3]
    case "short": return header + [UInt8](repeating: 0, count: 5 * 784 - 1)
    case "long": return header + [UInt8](repeating: 0, count: 5 * 784 + 1)
    case "cut header": return Array(header.prefix(9))
    case "empty": return []
    case "no images": return [0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28]
    case "huge": return [0, 0, 8, 3, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 28]
    case "small images": return [0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4, 5]
    case "four labels": return [0, 0, 8, 1, 0, 0, 0, 4, 3, 1, 4, 1]
    case "bad label": return [0, 0, 8, 1, 0, 0, 0, 5, 3, 1, 10, 1, 5]
    default: return try Fixture.bytes(name)
    }
  }

  /// The pixels of `make_idx.py`.
  private static func pixel(_ i: Int) -> Int {
    let (image, place) = i.quotientAndRemainder(dividingBy: 784)
    return (31 * image + 7 * place) % 256
  }

  private static func flip(_ bytes: [UInt8], at i: Int) -> [UInt8] {
    var bytes = bytes
    bytes[i] ^= 0xff
    return bytes
  }

  @Test("gzip and raw files give the same samples, whatever their names", arguments: ["", "raw "])
  func reads(kind: String) throws {
    let scratch = try Scratch()
    let images = try scratch.write(Self.file(kind + "images"), to: "a.gz")
    let labels = try scratch.write(Self.file(kind + "labels"), to: "b")
    let data = try MNIST.read(images: images, labels: labels, count: 4)
    #expect(data.labels == [3, 1, 4, 1])
    #expect(Array(data.images) == (0..<4 * 784).map { Float(Self.pixel($0)) / 255 })
  }

  @Test("Fashion-MNIST is read like MNIST, from its own folder and under its own name")
  func fashion() throws {
    let scratch = try Scratch()
    for split in ["train", "t10k"] {
      try scratch.write(Self.file("images"), to: "fashion-mnist/\(split)-images-idx3-ubyte.gz")
      try scratch.write(Self.file("raw labels"), to: "fashion-mnist/\(split)-labels-idx1-ubyte")
    }
    try DatasetCatalogue.entry(named: "fashion-mnist").requireFiles(in: scratch.locations)
    let data = try FashionMNIST.splits(in: scratch.locations, train: 3, test: 5)
    #expect(data.train.name == "fashion-mnist" && data.train.imageShape == [28, 28] && data.train.channels == 1)
    #expect(data.train.labels == [3, 1, 4] && data.test.labels == [3, 1, 4, 1, 5])
    #expect(Array(data.test.images) == (0..<5 * 784).map { Float(Self.pixel($0)) / 255 })
    #expect(data.test.bytes == (0..<5 * 784).map { UInt8(Self.pixel($0)) })
    let error = #expect(throws: DatasetError.self) {
      try FashionMNIST.splits(in: scratch.locations, train: 6, test: 1)
    }
    #expect(error?.message.hasPrefix("fashion-mnist: 6 samples asked for, but ") == true)
    #expect(throws: DatasetError.self) { try MNIST.splits(in: scratch.locations, train: 1, test: 1) }
  }

  @Test("a gzip file of several members is their concatenation")
  func members() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.file("labels") + Self.file("labels"), to: "two.gz")
    var file = try DecompressedFile(path)
    let once: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 5, 3, 1, 4, 1, 5]
    #expect(try file.read(count: 100) == once + once)
  }

  @Test(
    "files that are broken are refused with what, where and what was expected", arguments: refusals)
  func refusal(images: String, labels: String, count: Int, message: String) throws {
    let scratch = try Scratch()
    let imagePath = try scratch.write(Self.file(images), to: "images")
    let labelPath = try scratch.write(Self.file(labels), to: "labels")
    let error = #expect(throws: DatasetError.self) {
      try MNIST.read(images: imagePath, labels: labelPath, count: count)
    }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(scratch.path) == true)
  }

  private static let refusals: [(String, String, Int, String)] = [
    ("truncated", "labels", 5, "truncated gzip: the file ends at byte"),
    ("bad checksum", "labels", 5, "corrupt gzip near byte"),
    ("bad deflate", "labels", 5, "corrupt gzip near byte"),
    ("bad trailer", "labels", 5, "corrupt gzip near byte"),
    ("labels", "labels", 5, "wrong magic number 0x00000801 at byte 0; an IDX file of images begins with 0x00000803"),
    ("images", "images", 5, "wrong magic number 0x00000803 at byte 0; an IDX file of labels begins with 0x00000801"),
    ("short", "labels", 5, "ends at byte 3935, but its header says 5 x 28 x 28, so 3936 bytes"),
    ("long", "labels", 5, "goes on after byte 3936, but its header says 5 x 28 x 28"),
    ("bomb.gz", "labels", 1, "holds 1 images but"),
    ("cut header", "labels", 5, "ends at byte 9, within the IDX header of 16 bytes"),
    ("empty", "labels", 5, "ends at byte 0, within the IDX header"),
    ("no images", "labels", 1, "size 0 at byte 4 of the IDX header; expected 1...10000000"),
    ("huge", "labels", 5, "size 4294967295 at byte 8 of the IDX header; expected 1...4096"),
    ("small images", "labels", 5, "images of 1 x 1 at byte 8; those of mnist are 28 x 28"),
    ("images", "four labels", 4, "holds 5 images but"),
    ("images", "bad label", 2, "label 10 of sample 2 is out of range; labels are 0...9"),
    ("images", "labels", 6, "6 samples asked for, but"),
    ("images", "labels", 0, "0 samples asked for, but"),
  ]

  @Test("a file that inflates to more than its header says is not inflated further")
  func bomb() throws {
    let reader = Result { () throws(any Error) -> Int in
      var reader = try IDXReader(Fixture.path("bomb.gz"), .images)
      var seen = 0
      try reader.read(first: 1) { seen += $0.count }
      return seen
    }
    let error = #expect(throws: DatasetError.self) { try reader.get() }
    #expect(error?.message.contains("goes on after byte 800, but its header says 1 x 28 x 28") == true)
  }

  @Test("missing files are reported with the folders searched and the command that gets them")
  func missing() throws {
    let locations = DataLocations(commandLine: "/nowhere/a", environment: ["FEATHERWEIGHT_DATA": "/nowhere/b"])
    let error = #expect(throws: DatasetError.self) { try MNIST.splits(in: locations, train: 1, test: 1) }
    #expect(
      error?.message
        == "mnist: no mnist/train-images-idx3-ubyte[.gz] in /nowhere/a, /nowhere/b; "
        + "get it with 'featherweight data fetch mnist' or give --data DIR")
  }

  // Skipped where the real files are absent; `featherweight data fetch mnist` gets them.
  @Test(
    "the real MNIST has its published digests, class counts, mean and deviation",
    .enabled(if: Fixture.mnist != nil))
  func real() throws {
    let locations = try #require(Fixture.mnist)
    let data = try MNIST.splits(in: locations, train: 60000, test: 10000)
    #expect(data.train.labels.prefix(10) == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4])
    var counts = [Int](repeating: 0, count: 10)
    for label in data.train.labels { counts[Int(label)] += 1 }
    #expect(counts == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949])
    // The constants of PyTorch's MNIST example, given there to four digits.
    let n = Double(data.train.images.count)
    let mean = data.train.images.reduce(0.0) { $0 + Double($1) } / n
    let square = data.train.images.reduce(0.0) { $0 + Double($1) * Double($1) } / n
    #expect(abs(mean - 0.1307) < 5e-5)
    #expect(abs((square - mean * mean).squareRoot() - 0.3081) < 5e-5)
    let reports = DatasetCheck.files(of: try DatasetCatalogue.entry(named: "mnist"), in: locations)
    #expect(reports.count == 4 && reports.allSatisfy { $0.state == .valid })
  }
}
