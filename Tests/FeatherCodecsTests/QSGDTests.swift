import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct QSGDTests {
  struct Case: Decodable {
    let bits: Int
    let bucket: Int
    let norm: String
    let seed: UInt64
    let client: Int
    let round: Int
    let values: [Float]
    let body: String
    let decoded: [Float]
  }

  @Test("4 bytes per bucket and the packed levels; every value within a level", arguments: updateLengths)
  func roundTrip(length: Int) throws {
    let update = sampleUpdate(length)
    for bits in length < 100_000 ? Array(1...8) : [1, 4] {
      for norm in QSGDCodec.Norm.allCases {
        let codec = QSGDCodec(parameters: length, bits: bits, norm: norm)
        let body = try codec.body(update)
        #expect(body.count == codec.expectedByteCount)
        #expect(body.count == 4 * ((length + 511) / 512) + (bits * length + 7) / 8)
        let decoded = try codec.update(body)
        #expect(decoded.count == length)
        for start in stride(from: 0, to: length, by: 512) {
          let bucket = update[start..<min(start + 512, length)]
          let square = bucket.reduce(0) { $0 + Double($1) * Double($1) }
          let largest = norm == .max ? Double(bucket.map(abs).max() ?? 0) : square.squareRoot()
          // A single bit is off by up to twice the norm; the rounding of the norm and of the value come on top.
          let level = bits == 1 ? 2 * largest : largest / Double(1 << (bits - 1) - 1)
          #expect(bucket.indices.allSatisfy { Double(abs(update[$0] - decoded[$0])) <= level * (1 + 1e-6) })
        }
      }
    }
  }

  @Test("bytes and values are those of NumPy with the same random words")
  func reference() throws {
    let cases = try fixture("qsgd", as: [Case].self)
    #expect(cases.count == 20)
    for known in cases {
      let norm = try #require(QSGDCodec.Norm(rawValue: known.norm))
      let codec = QSGDCodec(parameters: known.values.count, bits: known.bits, bucket: known.bucket, norm: norm)
      let occasion = Occasion(seed: known.seed, client: known.client, round: known.round)
      let body = try codec.body(known.values, at: occasion)
      #expect(body.hex == known.body, "\(known.bits) bits, \(known.norm)")
      #expect(try codec.update(body, at: occasion) == known.decoded)
    }
  }

  @Test("unbiased: over 10,000 draws no mean is further off than 4.5 standard errors", arguments: 1...8)
  func unbiased(bits: Int) throws {
    let update = sampleUpdate(40, seed: 8)
    for norm in QSGDCodec.Norm.allCases {
      let z = try largestZ(QSGDCodec(parameters: 40, bits: bits, bucket: 16, norm: norm), update)
      // 40 elements, 16 cases: beyond 4.5 lies 7e-6 of a normal distribution, here 0.4 % for one of all to fail.
      #expect(z < 4.5)
    }
  }

  @Test("the squared error with the Euclidean norm keeps the paper's bound", arguments: 2...8)
  func variance(bits: Int) throws {
    let update = sampleUpdate(512, seed: 5)
    let codec = QSGDCodec(parameters: 512, bits: bits, norm: .l2)
    let errors = try (0..<200).map { round in
      let occasion = Occasion(seed: 1, client: 0, round: round)
      return Reductions.squaredDistance(try codec.roundTrip(update, at: occasion), update)
    }
    let levels = Double(1 << (bits - 1) - 1)
    let bound = min(512 / (levels * levels), 512.0.squareRoot() / levels) * Reductions.squaredNorm(update)
    // The mean of 200 has a standard error of a few per cent; the bound is not tight.
    #expect(errors.reduce(0, +) / 200 < bound)
  }

  @Test("a single bit per value is the norm or its opposite, and zeros stay zeros")
  func singleBit() throws {
    let codec = QSGDCodec(parameters: 6, bits: 1, bucket: 3)
    #expect(try codec.roundTrip([2, 2, -2, 0, 0, 0]) == [2, 2, -2, 0, 0, 0])
    #expect(try codec.roundTrip([2, 1, -1, 0, 0, 0]).prefix(3).allSatisfy { abs($0) == 2 })
  }

  @Test("the same key gives the same bytes, another seed, client or round others")
  func keys() throws {
    let codec = QSGDCodec(parameters: 500, bits: 3)
    let update = sampleUpdate(500)
    let key = Occasion(seed: 1, client: 2, round: 3)
    #expect(try codec.body(update, at: key) == codec.body(update, at: key))
    let others = [
      Occasion(seed: 2, client: 2, round: 3), Occasion(seed: 1, client: 1, round: 3),
      Occasion(seed: 1, client: 2, round: 4), Occasion(seed: 1, client: 2, round: 3, isCheck: true),
    ]
    for other in others { #expect(try codec.body(update, at: key) != codec.body(update, at: other)) }
  }

  @Test("huge and tiny values are quantised or refused by name, never NaN")
  func extremes() throws {
    let largest = Float.greatestFiniteMagnitude
    let codec = QSGDCodec(parameters: 3, bits: 8)
    #expect(try codec.roundTrip([largest, 0, -largest]) == [largest, 0, -largest])
    let tiny = Float.leastNonzeroMagnitude
    #expect(try codec.roundTrip([tiny, 0, -tiny]) == [tiny, 0, -tiny])
    let euclidean = QSGDCodec(parameters: 3, bits: 8, norm: .l2)
    let error = #expect(throws: CodecError.self) { try euclidean.body([largest, 0, -largest]) }
    #expect(error?.description.contains("bucket 0") == true)
  }

  @Test("wrong updates are refused, damaged bodies are refused or finite", arguments: [1, 2, 5, 8])
  func damage(bits: Int) throws {
    let codec = QSGDCodec(parameters: 33, bits: bits, bucket: 16)
    checkRefusals(codec, length: 33)
    try checkDamage(codec, length: 33)
    try checkClientsApart(codec, length: 33)
  }
}
