import FeatherTensors
import Testing

@testable import FeatherDatasets

@Suite struct SyntheticDigitsTests {
  @Test("a smaller set is the beginning of a larger one")
  func prefix() throws {
    let small = try SyntheticDigits.splits(train: 25, test: 11, seed: 5)
    let large = try SyntheticDigits.splits(train: 60, test: 30, seed: 5)
    #expect(small.train.images == large.train.prefix(25).images && small.train.labels == large.train.prefix(25).labels)
    #expect(small.test.images == large.test.prefix(11).images && small.test.labels == large.test.prefix(11).labels)
  }

  @Test("another seed and another split give other images")
  func distinct() throws {
    let a = try SyntheticDigits.splits(train: 10, test: 10, seed: 0)
    let b = try SyntheticDigits.splits(train: 10, test: 10, seed: 1 << 32)
    #expect(a.train.images != b.train.images && a.train.labels != b.train.labels)
    #expect(a.train.images != a.test.images)
  }

  @Test("pixels are bytes over 255 and every ten images hold each digit once")
  func shape() throws {
    let data = try SyntheticDigits.splits(train: 500, test: 1, seed: 0).train
    #expect(data.imageShape == [28, 28] && data.classes == 10 && data.images.count == 500 * 784)
    #expect(data.images.allSatisfy { Float(($0 * 255).rounded()) / 255 == $0 && $0 >= 0 && $0 <= 1 })
    for i in stride(from: 0, to: 500, by: 10) { #expect(Set(data.labels[i..<i + 10]).count == 10) }
  }

  @Test("the bytes of the first images never change")
  func golden() throws {
    let data = try SyntheticDigits.splits(train: 100, test: 100, seed: 0)
    let bytes = [data.train, data.test].flatMap { part in
      part.images.map { UInt8(($0 * 255).rounded()) } + part.labels
    }
    let scratch = try Scratch()
    let path = try scratch.write(bytes, to: "digits")
    let file = DatasetFile(
      name: "digits", sha256: "6caa5d87e8d77287e8c7d1b1cf620a4fe4d98dc4ec770aafa1c5ac1923e3a386", byteCount: bytes.count
    )
    #expect(DatasetCheck.state(of: path, file) == .valid)
  }

  @Test("digits are recognisable but not by their class means alone")
  func difficulty() throws {
    let data = try SyntheticDigits.splits(train: 3000, test: 1000, seed: 0)
    var means = [[Float]](repeating: [Float](repeating: 0, count: 784), count: 10)
    for i in 0..<3000 {
      for j in 0..<784 { means[Int(data.train.labels[i])][j] += data.train.images[i * 784 + j] / 300 }
    }
    var right = 0
    for i in 0..<1000 {
      var distances = [Float](repeating: 0, count: 10)
      for k in 0..<10 {
        for j in 0..<784 {
          let gap = data.test.images[i * 784 + j] - means[k][j]
          distances[k] += gap * gap
        }
      }
      let nearest = (0..<10).reduce(0) { distances[$1] < distances[$0] ? $1 : $0 }
      if nearest == Int(data.test.labels[i]) { right += 1 }
    }
    // Chance is 100. A network of 784-20-10 reaches 91 % with 6,000 images, 96 % with 60,000 (PyTorch).
    #expect((500...850).contains(right), "\(right)")
  }

  @Test("a split without images is refused", arguments: [(0, 1), (1, 0), (-3, 1)])
  func refusal(train: Int, test: Int) {
    #expect(throws: DatasetError.self) { try SyntheticDigits.splits(train: train, test: test, seed: 0) }
  }
}
