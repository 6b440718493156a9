import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct EDENTests {
  struct Centroids: Decodable {
    let levels: [[Double]]
    let distortions: [Double]
  }

  @Test("levels are those of SciPy's Lloyd–Max quantiser, and cells meet half-way", arguments: 1...8)
  func levels(bits: Int) throws {
    let known = try fixture("centroids", as: Centroids.self)
    let levels = EDENCentroids.levels(bits: bits)
    let edges = EDENCentroids.edges(bits: bits)
    #expect(levels.count == 1 << bits && edges.count == levels.count - 1)
    for (level, reference) in zip(levels.suffix(levels.count / 2), known.levels[bits - 1]) {
      // Nine decimals, and float32's rounding.
      #expect(abs(Double(level) - reference) <= 1e-9 + reference * 0x1p-24)
    }
    #expect(zip(levels, levels.reversed()).allSatisfy { $0 == -$1 })
    #expect(edges.indices.allSatisfy { levels[$0] < edges[$0] && edges[$0] < levels[$0 + 1] })
    #expect(edges[edges.count / 2] == 0)
  }

  @Test(
    "scales, levels and decoded values are those of NumPy",
    arguments: RotationFixture.cases.filter { $0.kind == "eden" })
  func reference(known: RotationFixture.Case) throws {
    try known.check(EDENCodec(parameters: known.update.count, bits: known.bits))
  }

  @Test("an upload has 4 bytes per block and the bits per place", arguments: updateLengths, [1, 2, 3, 8])
  func sizes(length: Int, bits: Int) throws {
    let codec = EDENCodec(parameters: length, bits: bits)
    let body = try codec.body(sampleUpdate(length))
    #expect(body.count == codec.expectedByteCount)
    #expect(codec.expectedByteCount == 4 * codec.rotation.blocks + (bits * codec.rotation.places + 7) / 8)
    #expect(length < 15_910 || codec.expectedByteCount < bits * length / 8 * 105 / 100)
    #expect(try codec.update(body).count == length)
    #expect(codec.latentSize == length && codec.kind == .eden && codec.input == .difference)
  }

  @Test("one bit is DRIVE with its unbiased scale")
  func drive() throws {
    let update = sampleUpdate(5000)
    let eden = try EDENCodec(parameters: 5000, bits: 1).roundTrip(update)
    let drive = try DRIVECodec(parameters: 5000).roundTrip(update)
    #expect(Reductions.relativeError(of: eden, to: drive) < 1e-6)
  }

  @Test("in every draw the part along the update is kept, and the error is the paper's", arguments: 1...8)
  func error(bits: Int) throws {
    let distortion = try fixture("centroids", as: Centroids.self).distortions[bits - 1]
    let expected = 1 / (1 - distortion) - 1
    let (error, along) = try rotationError(EDENCodec(parameters: 550_570, bits: bits), normalUpdate(550_570))
    print("EDEN, \(bits) bits: error \(error), expected \(expected)")
    #expect(abs(along - 1) < 1e-5)
    // The spread over half a million values and the finite blocks.
    #expect(abs(error / expected - 1) < 0.02)
  }

  @Test("over 10,000 draws the mean of many values of like size is the update", arguments: [1, 2, 4])
  func unbiased(bits: Int) throws {
    // Of 2,048 normal z-values the largest is above 4.8 with probability 0.003.
    let z = try largestZ(EDENCodec(parameters: 2048, bits: bits), normalUpdate(2048))
    print("EDEN, \(bits) bits: largest |z| of 2,048 values over 10,000 draws \(z)")
    #expect(z < 4.8)
  }

  @Test("zeros come back, and one value up to rounding", arguments: 1...8)
  func few(bits: Int) throws {
    let zeros = [Float](repeating: 0, count: 700)
    #expect(try EDENCodec(parameters: 700, bits: bits).roundTrip(zeros).allSatisfy { $0 == 0 })
    let one = try EDENCodec(parameters: 1, bits: bits).roundTrip([-2.5])
    #expect(abs(one[0] + 2.5) < 1e-6)
  }

  @Test("one occasion gives one upload, another seed, client or round another")
  func occasions() throws {
    let codec = EDENCodec(parameters: 1000, bits: 3)
    let update = normalUpdate(1000)
    let occasion = Occasion(seed: 1, client: 2, round: 3)
    let body = try codec.body(update, at: occasion)
    #expect(try codec.body(update, at: occasion) == body)
    for other in [
      Occasion(seed: 2, client: 2, round: 3), Occasion(seed: 1, client: 3, round: 3),
      Occasion(seed: 1, client: 2, round: 4), Occasion(seed: 1, client: 2, round: 3, isCheck: true),
    ] {
      #expect(try codec.body(update, at: other) != body)
    }
    try checkClientsApart(codec, length: 1000)
  }

  @Test("what cannot be encoded is refused, and damaged uploads are refused or decode", arguments: [1, 3, 8])
  func damage(bits: Int) throws {
    for length in [3, 17] {
      let codec = EDENCodec(parameters: length, bits: bits)
      checkRefusals(codec, length: length)
      try checkDamage(codec, length: length, mutations: 50_000)
      let huge = [Float](repeating: .greatestFiniteMagnitude, count: length)
      let error = #expect(throws: CodecError.self) { try codec.body(huge) }
      #expect(error?.description.contains("scale of block 0") == true)
      let tiny = [Float](repeating: .leastNonzeroMagnitude, count: length)
      #expect(try codec.roundTrip(tiny).allSatisfy(\.isFinite))
    }
  }

  @Test("half a million values take milliseconds", arguments: [1, 4, 8])
  func times(bits: Int) throws { try printTimes("EDEN, \(bits) bits", EDENCodec(parameters: 550_570, bits: bits)) }
}
