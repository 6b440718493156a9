import FeatherTensors
import Testing

@testable import FeatherDatasets

@Suite struct SyntheticColoursTests {
  @Test("a smaller set is the beginning of a larger one; another seed and another split give other images")
  func prefix() throws {
    let small = try SyntheticColours.splits(train: 25, test: 11, seed: 5)
    let large = try SyntheticColours.splits(train: 60, test: 30, seed: 5)
    #expect(small.train.images == large.train.prefix(25).images && small.train.labels == large.train.prefix(25).labels)
    #expect(small.test.images == large.test.prefix(11).images && small.test.labels == large.test.prefix(11).labels)
    let other = try SyntheticColours.splits(train: 25, test: 11, seed: 5 + 1 << 32)
    #expect(other.train.images != small.train.images && other.train.labels != small.train.labels)
    #expect(small.train.prefix(11).images != small.test.images)
  }

  @Test("pixels are bytes over 255 and every ten images hold each class once")
  func shape() throws {
    let data = try SyntheticColours.splits(train: 200, test: 1, seed: 0).train
    #expect(data.imageShape == [3, 32, 32] && data.channels == 3 && data.classes == 10)
    #expect(data.images.allSatisfy { Float(($0 * 255).rounded()) / 255 == $0 && $0 >= 0 && $0 <= 1 })
    for i in stride(from: 0, to: 200, by: 10) { #expect(Set(data.labels[i..<i + 10]).count == 10) }
  }

  @Test("the bytes of the first images never change")
  func golden() throws {
    let data = try SyntheticColours.splits(train: 100, test: 100, seed: 0)
    let bytes = [data.train, data.test].flatMap { part in
      part.images.map { UInt8(($0 * 255).rounded()) } + part.labels
    }
    let scratch = try Scratch()
    let path = try scratch.write(bytes, to: "colours")
    let file = DatasetFile(
      name: "colours", sha256: "7ed013b6cdb8a9ca957b18237b652c6314b40ddaa6d44acadced03ad1343fa5d",
      byteCount: bytes.count)
    #expect(DatasetCheck.state(of: path, file) == .valid, "\(DatasetCheck.state(of: path, file))")
  }

  @Test("three pairs of classes share their shape, all others have one of their own, and every hue has several classes")
  func kinds() {
    let kinds = ColourPainter.kinds
    let sharing = ColourShape.allCases.map { shape in kinds.filter { $0.shape == shape }.count }
    #expect(sharing.sorted() == [1, 1, 1, 1, 2, 2, 2])
    let hues = Set(kinds.map(\.hue)).map { hue in kinds.filter { $0.hue == hue }.count }
    #expect(hues.sorted() == [3, 3, 4])
  }

  @Test(
    "points inside a shape have negative distance and those outside the distance to its outline",
    arguments: [
      (ColourShape.disc, (0, 0), -0.86), (.disc, (3, 4), 4.14), (.ring, (0, 0), 0.5), (.ring, (0, 0.72), -0.22),
      (.square, (0, 0), -0.76), (.square, (1.76, 0.1), 1), (.square, (3.76, 4.76), 5), (.bar, (0, 0.1), -0.2),
      (.bar, (0, -2), 1.7), (.cross, (0.6, 0), -0.3), (.cross, (0.6, 0.9), 0.3), (.triangle, (0, 1.75), 1),
      (.triangle, (0, 0.5), -0.25), (.star, (0, -2.1), 1), (.star, (0.3, 0.3), 0),
    ] as [(ColourShape, (Double, Double), Double)])
  func distances(shape: ColourShape, point: (Double, Double), expected: Double) {
    #expect(abs(abs(shape.distance(GlyphPoint(point.0, point.1))) - abs(expected)) < 1e-12)
    guard expected != 0 else { return }
    #expect((shape.distance(GlyphPoint(point.0, point.1)) < 0) == (expected < 0))
  }

  /// The mean colour over the middle of each class's images, less the mean of all: three values per class.
  private static func middles(_ data: Dataset) -> [[Double]] {
    var means = [[Double]](repeating: [0, 0, 0], count: 10)
    let each = Double(data.count / 10 * 36)
    for i in 0..<data.count {
      for channel in 0..<3 {
        for y in 13..<19 {
          for x in 13..<19 {
            means[Int(data.labels[i])][channel] += Double(data.images[((i * 3 + channel) * 32 + y) * 32 + x]) / each
          }
        }
      }
    }
    return means
  }

  @Test("two classes of one shape differ by hue but not by luminance")
  func luminance() throws {
    let means = Self.middles(try SyntheticColours.splits(train: 5000, test: 1, seed: 0).train)
    for (a, b) in [(0, 1), (2, 3), (4, 5)] {
      let light = [a, b].map { k -> Double in
        let rgb = means[k]
        return 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]
      }
      let gap = (0..<3).reduce(0.0) { max($0, abs(means[a][$1] - means[b][$1])) }
      // The luminance of 500 images scatters by about 0.2 each: the difference of two means by 0.012, times 4.
      #expect(abs(light[0] - light[1]) < 0.05)
      #expect(gap > 0.1)
    }
  }

  @Test("a split without images is refused", arguments: [(0, 1), (1, 0), (-3, 1)])
  func refusal(train: Int, test: Int) {
    #expect(throws: DatasetError.self) { try SyntheticColours.splits(train: train, test: test, seed: 0) }
  }
}
