import FeatherTensors
import Testing

@testable import FeatherDatasets

@Suite struct ViewTests {
  /// `count` colour images of 2x2 pixels in two classes; all values differ.
  private static func colours(_ count: Int) throws -> Dataset {
    let images = (0..<count * 12).map { Float($0 * 37 % 1009) / 1009 }
    return try Dataset(
      name: "tiny", imageShape: [3, 2, 2], classes: 2, images: AlignedFloats(images),
      labels: (0..<count).map { UInt8($0 % 2) })
  }

  private static func image(_ data: Dataset, _ i: Int) -> [Float] { Array(data.images[i * 12..<(i + 1) * 12]) }

  @Test("channel copy repeats the red plane; luminance is 0.299 R + 0.587 G + 0.114 B in every plane")
  func conversions() throws {
    let data = try Self.colours(3)
    let copied = try data.grey(.channelCopy)
    let luminance = try data.grey(.luminance)
    for i in 0..<3 {
      let (before, copy, light) = (Self.image(data, i), Self.image(copied, i), Self.image(luminance, i))
      let red = Array(before[0..<4])
      #expect(copy == [red, red, red].flatMap { $0 })
      for p in 0..<4 {
        let (r, g, b) = (Double(before[p]), Double(before[p + 4]), Double(before[p + 8]))
        let expected: Double = 0.299 * r + 0.587 * g + 0.114 * b
        // Float rounds four times, by at most 2⁻²⁴ each.
        #expect(abs(Double(light[p]) - expected) < 2.4e-7)
        #expect(light[p] == light[p + 4] && light[p] == light[p + 8])
      }
    }
    #expect(luminance.labels == data.labels && luminance.imageShape == data.imageShape)
  }

  @Test("white stays white and black stays black", arguments: GreyConversion.allCases)
  func extremes(conversion: GreyConversion) throws {
    let images = [Float](repeating: 1, count: 12) + [Float](repeating: 0, count: 12)
    let data = try Dataset(
      name: "tiny", imageShape: [3, 2, 2], classes: 1, images: AlignedFloats(images), labels: [0, 0])
    let grey = try data.grey(conversion).images
    // The three weights add up to 1 within one rounding.
    #expect(grey.prefix(12).allSatisfy { $0 <= 1 && $0 > 0.9999998 } && grey.suffix(12).allSatisfy { $0 == 0 })
  }

  @Test("images without colour cannot be made grey")
  func noColour() throws {
    let data = try Dataset(name: "dots", imageShape: [1, 2], classes: 1, images: [0, 1], labels: [0])
    #expect(data.channels == 1)
    let error = #expect(throws: DatasetError.self) { try data.grey(.luminance) }
    #expect(
      error?.message
        == "data set dots: only images of three channels can be made grey, but these have shape [1, 2]; "
        + "use a colour data set")
    let partition = try Partition.colourImbalance(
      labels: data.labels, classes: 1, greyFractions: [1], conversion: .luminance, seed: 1)
    #expect(throws: DatasetError.self) { try partition.seen(data) }
  }

  @Test("channel statistics are those of the population, and a constant channel has deviation 1")
  func statistics() throws {
    // Red 0, 1, 0, 1: mean 1/2, deviation 1/2. Green constant. Blue 0, 0, 0, 1: mean 1/4, deviation √3/4.
    let data = try Dataset(
      name: "tiny", imageShape: [3, 1, 2], classes: 1, images: [0, 1, 0.25, 0.25, 0, 0, 0, 1, 0.25, 0.25, 0, 1],
      labels: [0, 0])
    let found = data.channelStatistics()
    #expect(found.mean == [0.5, 0.25, 0.25])
    #expect(found.deviation[0] == 0.5 && found.deviation[1] == 1)
    #expect(abs(found.deviation[2] - 3.0.squareRoot() / 4) < 1e-15)
    #expect(Array(data.normalised(by: found).images.prefix(4)) == [-1, 1, 0, 0])
  }

  @Test("normalised training images have mean 0 and deviation 1, and the test images use the same numbers")
  func normalisation() throws {
    let data = DatasetSplits(train: try Self.colours(200), test: try Self.colours(50))
    let (splits, statistics) = data.normalised(.perChannel)
    let after = splits.train.channelStatistics()
    for channel in 0..<3 {
      // Float rounding of 800 values near 1.
      #expect(abs(after.mean[channel]) < 1e-6 && abs(after.deviation[channel] - 1) < 1e-6)
    }
    let numbers = try #require(statistics)
    #expect(splits.test.images == data.test.normalised(by: numbers).images)
    #expect(numbers == data.train.channelStatistics())
    let (same, nothing) = data.normalised(.none)
    #expect(same.train.images == data.train.images && same.test.images == data.test.images && nothing == nil)
  }

  @Test("a grey data set has one channel's statistics")
  func oneChannel() throws {
    let data = try Dataset(name: "dots", imageShape: [1, 2], classes: 1, images: [0, 1, 0, 1], labels: [0, 0])
    #expect(data.channelStatistics() == ChannelStatistics(mean: [0.5], deviation: [0.5]))
  }

  @Test("a view changes its own samples and nothing else", arguments: GreyConversion.allCases)
  func views(conversion: GreyConversion) throws {
    let data = try Self.colours(40)
    let partition = try Partition.colourImbalance(
      labels: data.labels, classes: 2, greyFractions: [0.25, 0.5], conversion: conversion, seed: 7)
    let seen = try partition.seen(data)
    let grey = try data.grey(conversion)
    var samples: [Int] = []
    for case .grey(let some, _) in partition.views { samples += some.map { Int($0) } }
    #expect(samples.count == 15)
    for i in 0..<40 {
      #expect(Self.image(seen, i) == Self.image(samples.contains(i) ? grey : data, i))
    }
    #expect(seen.labels == data.labels)
  }

  @Test("grey comes before normalisation, whose numbers are those of the colour images")
  func order() throws {
    let data = DatasetSplits(train: try Self.colours(40), test: try Self.colours(10))
    let partition = try Partition.colourImbalance(
      labels: data.train.labels, classes: 2, greyFractions: [0, 1], conversion: .luminance, seed: 7)
    let prepared = try data.prepared(for: partition, normalisation: .perChannel)
    let numbers = data.train.channelStatistics()
    #expect(prepared.statistics == numbers)
    #expect(prepared.test.images == data.test.normalised(by: numbers).images)
    #expect(prepared.greyTest?.images == (try data.test.grey(.luminance).normalised(by: numbers).images))
    #expect(prepared.train.images == (try partition.seen(data.train).normalised(by: numbers).images))
    let plain = try data.prepared(for: partition)
    #expect(plain.train.images == (try partition.seen(data.train).images) && plain.statistics == nil)
    #expect(plain.greyTest?.images == (try data.test.grey(.luminance).images))
  }

  @Test("without views and normalisation the data stay what they are, without a copy")
  func untouched() throws {
    let data = DatasetSplits(train: try Self.colours(40), test: try Self.colours(10))
    let partition = try Partition.iid(count: 40, clients: 2, seed: 1)
    #expect(partition.views.isEmpty && partition.greyCounts == [0, 0] && partition.greyConversion == nil)
    let prepared = try data.prepared(for: partition)
    #expect(prepared.greyTest == nil)
    let places = [data.train.images, prepared.train.images].map { $0.withUnsafeBufferPointer { $0.baseAddress } }
    #expect(places[0] == places[1])
  }

  @Test("client i of C sees noise of mean 0 and deviation sigma (i + 1) / C, a function of the seed")
  func noise() throws {
    let count = 2000
    let data = try Self.colours(count)
    let partition = try Partition.featureNoise(count: count, clients: 4, sigma: 0.2, seed: 5)
    #expect(partition.clients == (try Partition.iid(count: count, clients: 4, seed: 5).clients))
    let seen = try partition.seen(data)
    for (client, samples) in partition.clients.enumerated() {
      let gaps = samples.flatMap { s in
        zip(Self.image(seen, Int(s)), Self.image(data, Int(s))).map { Double($0) - Double($1) }
      }
      let n = Double(gaps.count)
      let mean = gaps.reduce(0, +) / n
      let deviation = (gaps.reduce(0) { $0 + $1 * $1 } / n - mean * mean).squareRoot()
      let expected = 0.2 * Double(client + 1) / 4
      // Four standard errors of mean and deviation; 6,000 values.
      #expect(abs(mean) < 4 * expected / n.squareRoot())
      #expect(abs(deviation - expected) < 4 * expected / (2 * n).squareRoot())
    }
    #expect(try partition.seen(data).images == seen.images)
    let other = try Partition.featureNoise(count: count, clients: 4, sigma: 0.2, seed: 6)
    #expect(try other.seen(data).images != seen.images)
  }

  @Test("a sample's noise depends on seed, client and sample alone")
  func noiseOfOneSample() throws {
    let data = try Self.colours(8)
    let view = ClientView.noisy(deviation: 0.1, seed: 3)
    let few = try Partition([[0], [5]], views: [.plain, view]).seen(data)
    let many = try Partition([[0], [1, 5, 6]], views: [.plain, view]).seen(data)
    let moved = try Partition([[5], [0]], views: [view, .plain]).seen(data)
    #expect(Self.image(few, 5) == Self.image(many, 5) && Self.image(few, 5) != Self.image(moved, 5))
    #expect(Self.image(few, 0) == Self.image(data, 0))
  }
}
