import FeatherDatasets
import FeatherTensors
import Testing

@Suite struct DatasetTests {
  @Test("a prefix holds the first samples and nothing else")
  func prefix() throws {
    let whole = try Dataset(
      name: "tiny", imageShape: [1, 2], classes: 3, images: [0, 0.1, 0.2, 0.3, 0.4, 0.5], labels: [2, 0, 1])
    let part = whole.prefix(2)
    #expect(part.count == 2 && part.features == 2)
    #expect(part.images == [0, 0.1, 0.2, 0.3])
    #expect(part.labels == [2, 0])
  }

  @Test("pixels that are bytes divided by 255 are known as bytes, and others are not")
  func bytes() throws {
    func dataset(_ images: [Float]) throws -> Dataset {
      try Dataset(name: "tiny", imageShape: [16, 16], classes: 1, images: AlignedFloats(images), labels: [0])
    }
    let images = (0..<256).map { Float($0) / 255 }
    #expect(try dataset(images).bytes == (0..<256).map { UInt8($0) })
    for other in [Float(0.5), images[7].nextUp, -0.0, -images[1], 2, .nan, .infinity] {
      #expect(try dataset([other] + images.dropFirst()).bytes == nil)
    }
  }

  @Test(
    "samples that do not fit together are refused with the number that differs",
    arguments: [
      ([Float](repeating: 0, count: 5), [0, 1, 2], "3 labels of images of 2 pixels need 6 pixels, but there are 5"),
      ([Float](repeating: 0, count: 6), [0, 3, 4], "label 3 of sample 1 is out of range; labels are 0...2"),
      ([], [], "data set tiny has no samples; it needs at least 1"),
    ] as [([Float], [UInt8], String)])
  func refusal(images: [Float], labels: [UInt8], message: String) {
    let error = #expect(throws: DatasetError.self) {
      try Dataset(name: "tiny", imageShape: [1, 2], classes: 3, images: AlignedFloats(images), labels: labels)
    }
    #expect(error?.message.contains(message) == true)
  }
}
