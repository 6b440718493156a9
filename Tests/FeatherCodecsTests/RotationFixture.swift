import FeatherTensors
import Foundation
import Testing

@testable import FeatherCodecs

/// `Fixtures/rotation.json`: DRIVE's and EDEN's uploads, computed by NumPy and SciPy with whole matrices in float64.
struct RotationFixture: Decodable, Sendable {
  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    let name: String
    let bits: Int
    /// `unbiased` and `minimumError` for DRIVE, `eden`.
    let kind: String
    let seed: UInt64
    let client: Int
    let round: Int
    let update: [Float]
    let scales: [Double]
    let levels: String
    let decoded: [Double]
    var testDescription: String { "\(name), \(bits) bits, \(kind)" }

    /// Holds a codec against the reference.
    func check(_ codec: any UpdateCodec) throws {
      let occasion = Occasion(seed: seed, client: client, round: round)
      let body = try codec.body(update, at: occasion)
      let scaleBytes = 4 * scales.count
      #expect(try body[scaleBytes...].elementsEqual(bytes(levels)))
      for (scale, reference) in zip(body[..<scaleBytes].floats, scales) {
        // Float32's transforms round by a few 6e-8 of the norm.
        #expect(abs(Double(scale) - reference) <= 1e-6 * reference)
      }
      let decoded = try codec.update(body, at: occasion)
      #expect(decoded.count == update.count)
      let largest = self.decoded.reduce(0) { max($0, abs($1)) }
      #expect(zip(decoded, self.decoded).allSatisfy { abs(Double($0) - $1) <= 3e-6 * largest })
    }
  }
  let cases: [Case]
  /// Values, bits, places per block, blocks.
  let layouts: [[Int]]

  static let whole = try? fixture("rotation", as: RotationFixture.self)
  static var cases: [Case] { whole?.cases ?? [] }
}

/// Independent standard normal numbers.
func normalUpdate(_ count: Int, seed: UInt64 = 1) -> [Float] {
  var stream = RandomStream(seed: seed, purpose: .localTraining)
  return (0..<count).map { _ in Float(stream.normal()) }
}

/// ‖x̂ − x‖² / ‖x‖², and ⟨x̂, x⟩ / ‖x‖².
func rotationError(_ codec: any UpdateCodec, _ update: [Float]) throws -> (error: Double, along: Double) {
  let decoded = try codec.roundTrip(update)
  let norm = Reductions.squaredNorm(update)
  let product = zip(decoded, update).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  return (Reductions.squaredDistance(decoded, update) / norm, product / norm)
}

/// Prints how long an upload of 550,570 values takes.
func printTimes(_ name: String, _ codec: any UpdateCodec) throws {
  let update = normalUpdate(550_570)
  let encoder = try codec.encoder(from: nil)
  let decoder = try codec.decoder(from: nil)
  let clock = ContinuousClock()
  let start = clock.now
  let body = try encoder.encode(update).body
  let middle = clock.now
  _ = try decoder.decode(body)
  print("\(name), 550570: encode \(middle - start), decode \(clock.now - middle), \(body.count) bytes")
}
