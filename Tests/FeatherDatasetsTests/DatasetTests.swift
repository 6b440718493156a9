import FeatherDatasets
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

  @Test(
    "samples that do not fit together are refused with the number that differs",
    arguments: [
      ([Float](repeating: 0, count: 5), [0, 1, 2], "3 labels of images of 2 pixels need 6 pixels, but there are 5"),
      ([Float](repeating: 0, count: 6), [0, 3, 4], "label 3 of sample 1 is out of range; labels are 0...2"),
      ([], [], "data set tiny has no samples; it needs at least 1"),
    ] as [([Float], [UInt8], String)])
  func refusal(images: [Float], labels: [UInt8], message: String) {
    let error = #expect(throws: DatasetError.self) {
      try Dataset(name: "tiny", imageShape: [1, 2], classes: 3, images: images, labels: labels)
    }
    #expect(error?.message.contains(message) == true)
  }
}
