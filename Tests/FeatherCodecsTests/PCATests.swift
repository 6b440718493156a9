import FeatherTensors
import Foundation
import Testing

@testable import FeatherCodecs

/// `Fixtures/pca.json`: snapshots, and what NumPy's singular value decomposition makes of them.
struct PCAFixture: Decodable, Sendable {
  struct Snapshots: Decodable, Sendable {
    let name: String
    let fitted: [[Float]]
    let heldOut: [[Float]]
  }
  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    let name: String
    let centre: Bool
    let latent: Int
    let rank: Int
    let singular: [Double]
    let components: [Double]
    let fittedError: Double
    let heldOutError: Double
    let rebuilt: [[Double]]
    let kept: [Int]
    var testDescription: String { "\(name), \(centre ? "centred" : "uncentred"), K = \(latent)" }
  }
  let shares: [Double]
  let sets: [Snapshots]
  let cases: [Case]

  static let whole: PCAFixture? = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/pca.json")
    return try? JSONDecoder().decode(PCAFixture.self, from: Data(contentsOf: file))
  }()
  static var cases: [Case] { whole?.cases ?? [] }

  static func snapshots(_ name: String) throws -> SnapshotSet {
    let set = try #require(whole?.sets.first { $0.name == name })
    return SnapshotSet(fitted: set.fitted, heldOut: set.heldOut)
  }
}

@Suite struct PCATests {
  /// Snapshots of normal numbers around a mean, with a spectrum that falls slowly.
  static func snapshots(_ count: Int, length: Int, directions: Int = 8) -> [[Float]] {
    var stream = RandomStream(seed: 11, purpose: .codec)
    let axes = (0..<directions).map { _ in (0..<length).map { _ in stream.uniformFloat() - 0.5 } }
    return (0..<count).map { _ in
      let weights = (0..<directions).map { Float(stream.normal()) / Float(1 + $0) }
      return (0..<length).map { i in (0..<directions).reduce(Float(0.3)) { $0 + weights[$1] * axes[$1][i] } }
    }
  }

  static func halves(_ codec: PCACodec, _ snapshots: SnapshotSet) throws
    -> (fitted: FittedCodec, encoder: any UpdateEncoder, decoder: any UpdateDecoder)
  {
    let fitted = try codec.fit(snapshots, seed: 1, client: 0)
    let shipped = Payload(received: fitted.decoder.bytes)
    return (fitted, try codec.encoder(from: nil, decoder: shipped), try codec.decoder(from: shipped))
  }

  @Test("the fixture has every case")
  func fixture() { #expect(PCAFixture.cases.count == 44) }

  @Test("losses, number of components and reconstructions are those of NumPy's SVD", arguments: PCAFixture.cases)
  func reference(known: PCAFixture.Case) throws {
    let snapshots = try PCAFixture.snapshots(known.name)
    let length = snapshots.fitted[0].count
    let codec = PCACodec(parameters: length, latent: known.latent, centre: known.centre)
    let (fitted, encoder, decoder) = try Self.halves(codec, snapshots)
    #expect(fitted.encoder == nil && fitted.decoder.bytes.count == 8 + codec.shippedByteCount(components: known.rank))
    #expect(codec.parameterCounts == (0, (known.latent + (known.centre ? 1 : 0)) * length))
    // Float32 rounds mean, components, coefficients and results by 6e-8 of the values each.
    let size = snapshots.fitted[0].reduce(0) { max($0, abs(Double($1))) } + 1
    let tolerance = 1e-6 * size
    #expect(abs(fitted.trainLoss[0].squareRoot() - known.fittedError.squareRoot()) < tolerance)
    #expect(abs(fitted.heldOutLoss[0].squareRoot() - known.heldOutError.squareRoot()) < tolerance)
    for (update, rebuilt) in zip(snapshots.heldOut, known.rebuilt) {
      let encoding = try encoder.encode(update)
      #expect(encoding.body.count == codec.byteCount(components: known.rank) && encoding.latent?.count == known.latent)
      #expect(encoding.latent?.dropFirst(known.rank).allSatisfy { $0 == 0 } == true)
      for (value, reference) in zip(try decoder.decode(encoding.body), rebuilt) {
        // A direction turns by the relative rounding of the snapshots times the ratio of the singular values.
        #expect(abs(Double(value) - reference) < 10 * tolerance)
      }
    }
  }

  @Test("components span what NumPy's do, and are orthonormal to 1e-6", arguments: PCAFixture.cases)
  func subspace(known: PCAFixture.Case) throws {
    let snapshots = try PCAFixture.snapshots(known.name)
    let length = snapshots.fitted[0].count
    let codec = PCACodec(parameters: length, latent: known.latent, centre: known.centre)
    let body = try codec.fit(snapshots, seed: 1, client: 0).decoder.body(expecting: .basis)
    let v = body.dropFirst(4 + (known.centre ? 4 * length : 0)).floats
    func row(_ k: Int) -> [Double] { v[k * length..<(k + 1) * length].map(Double.init) }
    func reference(_ k: Int) -> ArraySlice<Double> { known.components[k * length..<(k + 1) * length] }
    for i in 0..<known.rank {
      var inside = 0.0
      for j in 0..<known.rank {
        let product = zip(row(i), row(j)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-6)
        let cosine = zip(row(i), reference(j)).reduce(0) { $0 + $1.0 * $1.1 }
        inside += cosine * cosine
      }
      // One less the squared sine of an angle below 1e-5.
      #expect(abs(inside - 1) < 1e-6)
    }
  }

  @Test("kept variance takes the smallest number of components that keeps it", arguments: PCAFixture.cases)
  func keptVariance(known: PCAFixture.Case) throws {
    let snapshots = try PCAFixture.snapshots(known.name)
    for (share, kept) in zip(try #require(PCAFixture.whole).shares, known.kept) {
      let codec = PCACodec(
        parameters: snapshots.fitted[0].count, latent: known.latent, keptVariance: share, centre: known.centre)
      let fitted = try codec.fit(snapshots, seed: 1, client: 0)
      #expect(fitted.decoder.bytes.count == 8 + codec.shippedByteCount(components: kept))
    }
  }

  @Test("no worse than the optimum that the autoencoder is held against", arguments: 1...3)
  func optimum(latent: Int) throws {
    let data = try CodecsFixture.load().lowRank
    let codec = PCACodec(parameters: 40, latent: latent)
    let fitted = try codec.fit(SnapshotSet(fitted: data.fitted, heldOut: data.heldOut), seed: 1, client: 0)
    let known = try #require(data.pca.first { $0.latent == latent })
    #expect(fitted.trainLoss[0] < known.fitted * (1 + 1e-5))
    #expect(abs(fitted.heldOutLoss[0] / known.heldOut - 1) < 1e-4)
  }

  @Test("of the fitted snapshots, all components leave only float32's roundings", arguments: [0, 1, 2, 17, 15_910])
  func lengths(length: Int) throws {
    let snapshots = Self.snapshots(5, length: length)
    let codec = PCACodec(parameters: length, latent: 4)
    let (fitted, encoder, decoder) = try Self.halves(codec, SnapshotSet(fitted: snapshots, heldOut: []))
    #expect(fitted.heldOutLoss.isEmpty && fitted.trainLoss[0] < 1e-12)
    for snapshot in snapshots {
      let decoded = try decoder.decode(encoder.encode(snapshot).body)
      #expect(decoded.count == length)
      #expect(zip(decoded, snapshot).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test("the fit has the same bits on one thread and on three, and again")
  func deterministic() throws {
    let snapshots = SnapshotSet(fitted: Self.snapshots(7, length: 15_910), heldOut: [])
    let codec = PCACodec(parameters: 15_910, latent: 4, ship: .eight)
    let one = try codec.fit(snapshots, seed: 1, client: 0)
    let three = try codec.fit(snapshots, seed: 2, client: 5, team: ThreadTeam(threads: 3))
    #expect(one.decoder.bytes == three.decoder.bytes && one.trainLoss == three.trainLoss)
  }

  @Test("components stay orthonormal where singular values span five decades")
  func graded() throws {
    var stream = RandomStream(seed: 3, purpose: .codec)
    let snapshots = (0..<6).map { i in
      (0..<3000).map { _ in Float(stream.normal()) * Float([1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5][i]) }
    }
    let basis = PrincipalFit.basis(
      snapshots, mean: [], length: 3000, most: 6, keptVariance: nil, team: .single)
    #expect(basis.rank == 6)
    for i in 0..<6 {
      for j in 0...i {
        let product = (0..<3000).reduce(0) {
          $0 + Double(basis.components[i * 3000 + $1]) * Double(basis.components[j * 3000 + $1])
        }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-6)
      }
    }
  }

  @Test(
    "shipping in fewer bits costs bytes as stated, and an error as small as stated",
    arguments: ShippedFormat.allCases)
  func shipping(format: ShippedFormat) throws {
    let snapshots = SnapshotSet(fitted: Self.snapshots(6, length: 2000), heldOut: [])
    let codec = PCACodec(parameters: 2000, latent: 5, ship: format)
    let (fitted, encoder, decoder) = try Self.halves(codec, snapshots)
    #expect(fitted.decoder.byteCount == 8 + codec.shippedByteCount(components: 5))
    #expect(codec.shippedByteCount(components: 5) == 4 + 8000 + 5 * format.byteCount(2000))
    let mean = AutoencoderCodec.mean(of: snapshots.fitted, width: 2000)
    let spread = snapshots.fitted.reduce(0) { $0 + Reductions.squaredDistance($1, mean) } / 6 / 2000
    // Components of √P elements up to m off by m / 254 each turn by less than m √P / 254; here m √P is below 8.
    let relative: [ShippedFormat: Double] = [.float32: 1e-6, .float16: 1e-3, .eight: 8 / 254 * 2]
    #expect((fitted.trainLoss[0] / spread).squareRoot() < relative[format] ?? 0)
    let update = snapshots.fitted[0]
    let decoded = try decoder.decode(encoder.encode(update).body)
    #expect(Reductions.squaredDistance(decoded, update) / 2000 < 10 * fitted.trainLoss[0] + 1e-12)
  }

  @Test(
    "uploads in fewer bits have as many values, and mutated ones are refused or decode",
    arguments: ValueFormat.allCases)
  func uploads(values: ValueFormat) throws {
    let snapshots = SnapshotSet(fitted: Self.snapshots(6, length: 30), heldOut: [])
    let codec = PCACodec(parameters: 30, latent: 9, values: values)
    let (_, encoder, decoder) = try Self.halves(codec, snapshots)
    let encoding = try encoder.encode(snapshots.fitted[1])
    #expect(encoding.body.count == codec.byteCount(components: 5) && encoding.latent?.count == 9)
    #expect(try decoder.decode(encoding.body).count == 30)
    for count in 0..<encoding.body.count {
      #expect(throws: CodecError.self) { try decoder.decode(Array(encoding.body.prefix(count))) }
    }
    #expect(throws: CodecError.self) { try decoder.decode(encoding.body + [0]) }
    checkMutations(of: encoding.body, count: 25_000, length: 30) { try decoder.decode($0) }
  }

  @Test("a damaged basis is refused, or gives halves of the configured size", arguments: ShippedFormat.allCases)
  func damagedBasis(format: ShippedFormat) throws {
    let snapshots = SnapshotSet(fitted: Self.snapshots(4, length: 20), heldOut: [])
    let codec = PCACodec(parameters: 20, latent: 2, ship: format)
    let fitted = try codec.fit(snapshots, seed: 1, client: 0)
    let body = Array(try fitted.decoder.body(expecting: .basis))
    func decode(_ body: [UInt8]) throws -> [Float] {
      let shipped = try Payload(.basis, body: body)
      let decoder = try codec.decoder(from: shipped)
      let rank = Int(body[0])
      return try decoder.decode([UInt8](repeating: 0, count: 4 * rank))
    }
    #expect(try decode(body).count == 20)
    for count in 0..<body.count {
      #expect(throws: CodecError.self) { try codec.decoder(from: Payload(.basis, body: Array(body.prefix(count)))) }
    }
    checkMutations(of: body, count: 30_000, length: 20, decode: decode)
    #expect(throws: CodecError.self) { try codec.decoder(from: nil) }
    #expect(throws: CodecError.self) { try codec.encoder(from: nil, decoder: nil) }
    #expect(throws: CodecError.self) { try codec.encoder(from: fitted.decoder, decoder: nil) }
    let smaller = PCACodec(parameters: 20, latent: 1, ship: format)
    #expect(throws: CodecError.self) { try smaller.decoder(from: fitted.decoder) }
  }

  @Test("updates and snapshots that cannot be held are refused, and huge ones are no trap")
  func refused() throws {
    let codec = PCACodec(parameters: 3, latent: 2)
    let huge: [Float] = [3e38, -3e38, 3e38]
    let snapshots = SnapshotSet(fitted: [huge, [0, 0, 0], [1, 2, 3]], heldOut: [])
    let (_, encoder, decoder) = try Self.halves(codec, snapshots)
    #expect(throws: CodecError.self) { try encoder.encode([1, 2]) }
    #expect(throws: CodecError.self) { try encoder.encode([1, .nan, 2]) }
    #expect(throws: CodecError.self) { try encoder.encode([3.4e38, -3.4e38, 3.4e38]) }
    #expect(try decoder.decode(encoder.encode([1e38, -1e38, 1e38]).body).allSatisfy(\.isFinite))
    let nan = SnapshotSet(fitted: [[0, .nan, 0]], heldOut: [])
    #expect(throws: CodecError.self) { try codec.fit(nan, seed: 1, client: 0) }
    let short = SnapshotSet(fitted: [[0, 0, 0]], heldOut: [[0, 0]])
    #expect(throws: CodecError.self) { try codec.fit(short, seed: 1, client: 0) }
  }

  @Test("fifty snapshots of 550,570 weights are fitted in seconds")
  func large() throws {
    let length = 550_570
    let axes = Self.snapshots(8, length: length, directions: 3)
    var stream = RandomStream(seed: 12, purpose: .codec)
    let snapshots = (0..<50).map { _ in
      let axis = axes[stream.integer(below: 8)]
      return axis.map { $0 + (stream.uniformFloat() - 0.5) / 8 }
    }
    let codec = PCACodec(parameters: length, latent: 32)
    let clock = ContinuousClock()
    var start = clock.now
    let fitted = try codec.fit(
      SnapshotSet(fitted: snapshots, heldOut: []), seed: 1, client: 0, team: ThreadTeam(threads: 2))
    print("PCA, 50 x \(length), K = 32: fit \(clock.now - start)")
    let encoder = try codec.encoder(from: nil, decoder: fitted.decoder)
    let decoder = try codec.decoder(from: fitted.decoder)
    start = clock.now
    let body = try encoder.encode(snapshots[0]).body
    print("PCA, \(length): encode \(clock.now - start)")
    start = clock.now
    let decoded = try decoder.decode(body)
    print("PCA, \(length): decode \(clock.now - start)")
    #expect(body.count == 128 && decoded.count == length)
  }
}
