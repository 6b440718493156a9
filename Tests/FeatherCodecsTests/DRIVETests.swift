import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct DRIVETests {
  @Test("the fixture has every case")
  func fixture() { #expect(RotationFixture.cases.count == 41) }

  @Test(
    "scales, signs and decoded values are those of NumPy", arguments: RotationFixture.cases.filter { $0.kind != "eden" }
  )
  func reference(known: RotationFixture.Case) throws {
    let scale = try #require(DRIVECodec.Scale(rawValue: known.kind))
    try known.check(DRIVECodec(parameters: known.update.count, scale: scale))
  }

  @Test("blocks are those of the documented rule, written independently")
  func layouts() throws {
    let layouts = try #require(RotationFixture.whole).layouts
    #expect(layouts.count == 60)
    for layout in layouts {
      let rotation = RandomRotation(count: layout[0], bits: layout[1], overhead: 4)
      #expect([rotation.blockSize, rotation.blocks] == Array(layout[2...]), "\(layout)")
    }
  }

  @Test("rotating back gives the update up to float32's roundings", arguments: updateLengths)
  func rotation(length: Int) {
    let rotation = RandomRotation(count: length, bits: 1, overhead: 4)
    let update = normalUpdate(length)
    let stream = Occasion.any.stream()
    let rotated = rotation.rotated(update, stream)
    #expect(rotated.count == rotation.places)
    let back = rotation.restored(rotated, stream)
    #expect(back.count == length && Reductions.relativeError(of: back, to: update) < 1e-6)
  }

  @Test("an upload has 4 bytes per block and a bit per place", arguments: updateLengths, DRIVECodec.Scale.allCases)
  func sizes(length: Int, scale: DRIVECodec.Scale) throws {
    let codec = DRIVECodec(parameters: length, scale: scale)
    let body = try codec.body(sampleUpdate(length))
    #expect(body.count == codec.expectedByteCount)
    #expect(codec.expectedByteCount == 4 * codec.rotation.blocks + (codec.rotation.places + 7) / 8)
    // A block per 512 values at most, and padding of less than a block.
    #expect(length < 15_910 || codec.expectedByteCount < length / 8 * 105 / 100)
    #expect(try codec.update(body).count == length)
    #expect(codec.latentSize == length && codec.kind == .drive && codec.input == .difference)
  }

  @Test("one value comes back up to rounding, and zeros come back", arguments: DRIVECodec.Scale.allCases)
  func few(scale: DRIVECodec.Scale) throws {
    #expect(try DRIVECodec(parameters: 1, scale: scale).roundTrip([-2.5]) == [-2.5])
    let zeros = [Float](repeating: 0, count: 700)
    #expect(try DRIVECodec(parameters: 700, scale: scale).roundTrip(zeros).allSatisfy { $0 == 0 })
  }

  @Test("in every draw the unbiased scale keeps the part along the update, and leaves the paper's error")
  func unbiasedScale() throws {
    let (error, along) = try rotationError(DRIVECodec(parameters: 550_570), normalUpdate(550_570))
    #expect(abs(along - 1) < 1e-5)
    // π / 2 − 1 up to the spread over half a million values, about 0.002, and the finite blocks.
    #expect(abs(error - 0.5708) < 0.006)
  }

  @Test("the other scale leaves the least error that signs can, and shrinks the update to 2 / π")
  func minimumError() throws {
    let codec = DRIVECodec(parameters: 65_536, scale: .minimumError)
    #expect(codec.rotation.places == 65_536)
    let (error, along) = try rotationError(codec, normalUpdate(65_536))
    #expect(abs(error - 0.3634) < 0.01 && abs(along - 0.6366) < 0.01)
    // The error of the best multiple, without padding: what is not along the update.
    #expect(abs(error - (1 - along)) < 1e-4)
  }

  @Test("over 10,000 draws the mean of many values of like size is the update")
  func unbiased() throws {
    // Of 2,048 normal z-values the largest is above 4.8 with probability 0.003.
    let z = try largestZ(DRIVECodec(parameters: 2048), normalUpdate(2048))
    print("DRIVE: largest |z| of 2,048 values over 10,000 draws \(z)")
    #expect(z < 4.8)
  }

  @Test("the scale of least error is biased, and so is the Hadamard transform of two values: the smaller is lost")
  func biased() throws {
    #expect(try largestZ(DRIVECodec(parameters: 256, scale: .minimumError), normalUpdate(256), draws: 1000) > 10)
    for round in 0..<20 {
      let occasion = Occasion(seed: 5, client: 0, round: round)
      let decoded = try DRIVECodec(parameters: 2).roundTrip([4, 1], at: occasion)
      #expect(abs(decoded[0] - 4.25) < 1e-5 && abs(decoded[1]) < 1e-5)
    }
  }

  @Test("one occasion gives one upload, another seed, client or round another")
  func occasions() throws {
    let codec = DRIVECodec(parameters: 1000)
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

  @Test("what cannot be encoded is refused, and damaged uploads are refused or decode", arguments: [5, 17])
  func damage(length: Int) throws {
    let codec = DRIVECodec(parameters: length)
    checkRefusals(codec, length: length)
    try checkDamage(codec, length: length)
    let huge = [Float](repeating: .greatestFiniteMagnitude, count: length)
    let error = #expect(throws: CodecError.self) { try codec.body(huge) }
    #expect(error?.description.contains("scale of block 0") == true)
    let tiny = [Float](repeating: .leastNonzeroMagnitude, count: length)
    #expect(try codec.roundTrip(tiny).allSatisfy(\.isFinite))
  }

  @Test("half a million values take milliseconds")
  func times() throws { try printTimes("DRIVE", DRIVECodec(parameters: 550_570)) }
}
