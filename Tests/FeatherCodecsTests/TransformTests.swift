import FeatherTensors
import Foundation
import Testing

@testable import FeatherCodecs

@Suite("Codecs of coefficients")
struct TransformTests {
  private static let matrices = [
    LayerMatrix(offset: 0, rows: 5, columns: 2 * 6 * 4, image: SIMD2(6, 4)),
    LayerMatrix(offset: 250, rows: 3, columns: 7),
  ]
  private static let parameters = 275

  private static func noise(_ count: Int, round: Int = 0) -> [Float] {
    var stream = RandomStream(seed: 8, purpose: .codec, round: round)
    return (0..<count).map { _ in Float(stream.normal()) }
  }

  /// A global model whose matrices change in few directions.
  private static func global(_ round: Int) -> [Float] {
    let noise = noise(parameters, round: round)
    return (0..<parameters).map { i in
      let direction = Float(i % 48 < 3 ? 5 : 0)
      return Float(round) * direction * (1 + Float(i / 48)) + 0.01 * noise[i]
    }
  }

  @Test("cosines are those of the C library to the last places, whatever the angle")
  func cosines() {
    for q in [2, 6, 8, 56, 64] {
      for p in 0..<5 * q {
        #expect(abs(CosineBasis.cosine(of: p, over: q) - cos(Double.pi * Double(p) / Double(q))) < 3e-15)
      }
    }
  }

  @Test("the cosine transform of a constant is one number; of any image, as defined")
  func cosineTransform() {
    let codec = LayerBasis([Self.matrices[0]], cosines: true, follows: false)
    let constant = codec.coefficients(of: [Float](repeating: 1, count: 240))
    for (i, value) in constant.enumerated() {
      #expect(abs(value - (i % 24 == 0 ? Float(24).squareRoot() : 0)) < 1e-6)
    }
    let image = Self.noise(240)
    let found = codec.coefficients(of: image)
    func scale(_ k: Int, _ n: Int) -> Double { ((k == 0 ? 1 : 2) / Double(n)).squareRoot() }
    for (u, v) in [(0, 0), (1, 0), (0, 1), (3, 2), (5, 3)] {
      var sum = 0.0
      for y in 0..<6 {
        for x in 0..<4 {
          sum +=
            Double(image[24 + y * 4 + x]) * cos(.pi * Double((2 * y + 1) * u) / 12)
            * cos(.pi * Double((2 * x + 1) * v) / 8)
        }
      }
      #expect(abs(Double(found[24 + u * 4 + v]) - sum * scale(u, 6) * scale(v, 4)) < 1e-6)
    }
  }

  @Test(
    "every basis is orthonormal and complete: lengths stay and every update comes back", arguments: [true, false],
    [0, 1, 9])
  func orthonormal(cosines: Bool, rounds: Int) {
    var basis = LayerBasis(Self.matrices, cosines: cosines, follows: true)
    for round in 0..<rounds { basis.follow(.model(Self.global(round), team: .single)) }
    for round in 0..<5 {
      let update = Self.noise(Self.parameters, round: round)
      let coefficients = basis.coefficients(of: update)
      // Coefficients are rounded to float32 once, and the update once again.
      #expect(abs(Reductions.squaredNorm(coefficients) / Reductions.squaredNorm(update) - 1) < 1e-6)
      #expect(Reductions.relativeError(of: basis.update(of: coefficients), to: update) < 2e-7)
      #expect(Array(coefficients[240..<250]) == Array(update[240..<250]))
    }
  }

  @Test("after a few broadcasts, a change in the directions of the model's is few coefficients")
  func concentrates() throws {
    var basis = LayerBasis(Self.matrices, cosines: false, follows: true)
    for round in 0..<5 { basis.follow(.model(Self.global(round), team: .single)) }
    let change = Elementwise.combined(Self.global(6), Self.global(5), -)
    func share(_ values: ArraySlice<Float>) -> Double {
      let squares = values.map { Double($0) * Double($0) }.sorted(by: >)
      return squares.prefix(3).reduce(0, +) / squares.reduce(0, +)
    }
    #expect(share(change[..<240]) < 0.7)
    #expect(share(basis.coefficients(of: change)[..<240]) > 0.99)
  }

  @Test("leading directions are those that NumPy finds, most and fewest rows", arguments: [3, 60])
  func directions(rows: Int) {
    // Rows along two known orthogonal directions: the first weighs four times the second.
    let n = 12
    var span = DirectionSpan(dimension: n)
    let a = (0..<n).map { $0 < 4 ? 0.5 : 0.0 }
    let b = (0..<n).map { $0 >= 8 ? 0.5 : 0.0 }
    span.follow((0..<rows).flatMap { row in (0..<n).map { row % 3 == 0 ? b[$0] : 2 * a[$0] } })
    var vectors = a + b
    vectors.withUnsafeMutableBufferPointer {
      if let base = $0.baseAddress { span.transform(base, count: 2, isInverse: false) }
    }
    #expect(abs(abs(vectors[0]) - 1) < 1e-12 && abs(abs(vectors[n + 1]) - 1) < 1e-12)
  }

  @Test("both sides find the same basis on their own, in any number of threads", arguments: [1, 3])
  func bothSides(threads: Int) throws {
    let base = TopKCodec(parameters: Self.parameters, count: 20)
    let codec = TransformCodec(
      base, parameters: Self.parameters, matrices: Self.matrices, basis: .cosineTrajectory)
    #expect(codec.followsGlobal && !codec.isFitted && codec.expectedByteCount == base.expectedByteCount)
    var encoder = try codec.encoder(from: nil, decoder: nil)
    var other = try codec.encoder(from: nil, decoder: nil)
    var decoder = try codec.decoder(from: nil)
    for round in 0..<4 {
      encoder.follow(.model(Self.global(round), team: .single))
      other.follow(.model(Self.global(round), team: ThreadTeam(threads: threads)))
      decoder.follow(.model(Self.global(round), team: ThreadTeam(threads: threads)))
      let update = Elementwise.combined(Self.global(round + 1), Self.global(round), -)
      let body = try encoder.encode(update).body
      #expect(try other.encode(update).body == body)
      // The directions are known from the second change on, and twenty coefficients leave little but the noise.
      if round > 1 { #expect(Reductions.relativeError(of: try decoder.decode(body), to: update) < 0.2) }
    }
  }

  @Test("of a codec that loses nothing every update comes back, and damaged bodies are refused or finite")
  func lossless() throws {
    let codec = TransformCodec(
      IdentityCodec(parameters: Self.parameters, input: .difference), parameters: Self.parameters,
      matrices: Self.matrices, basis: .cosine)
    let encoder = try codec.encoder(from: nil, decoder: nil)
    let decoder = try codec.decoder(from: nil)
    let update = Self.noise(Self.parameters)
    let body = try encoder.encode(update).body
    #expect(Reductions.relativeError(of: try decoder.decode(body), to: update) < 2e-7)
    #expect(throws: CodecError.self) { try encoder.encode([Float](repeating: .nan, count: Self.parameters)) }
    #expect(throws: CodecError.self) { try encoder.encode([1]) }
    checkMutations(of: body, count: 2_000, length: Self.parameters) { try decoder.decode($0) }
  }
}
