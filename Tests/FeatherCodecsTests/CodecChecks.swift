import FeatherTensors
import Foundation
import Testing

@testable import FeatherCodecs

/// The lengths that every codec must manage: none, one, two, few, and the parameters of two networks.
let updateLengths = [0, 1, 2, 17, 15_910, 550_570]

/// An update such as training gives: normal numbers whose size differs from place to place, a quarter of them zeros.
func sampleUpdate(_ count: Int, seed: UInt64 = 1) -> [Float] {
  var stream = RandomStream(seed: seed, purpose: .localTraining)
  let sizes = [0.1, 0.01, 0.003, 0]
  return (0..<count).map { Float(sizes[$0 % 4] * stream.normal()) }
}

/// A codec's fixture `Fixtures/<name>.json`.
func fixture<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
  let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
  return try JSONDecoder().decode(type, from: Data(contentsOf: url))
}

extension [UInt8] {
  /// As hexadecimal text.
  var hex: String { map { String(format: "%02x", $0) }.joined() }
}

extension UpdateCodec {
  /// Bytes of an update, made by a fresh encoder.
  func body(_ update: [Float], at occasion: Occasion = .any) throws -> [UInt8] {
    try encoder(from: nil).encode(update, at: occasion).body
  }

  /// An update from bytes, by a fresh decoder.
  func update(_ body: [UInt8], at occasion: Occasion = .any) throws -> [Float] {
    try decoder(from: nil).decode(body, at: occasion)
  }

  /// An update there and back.
  func roundTrip(_ update: [Float], at occasion: Occasion = .any) throws -> [Float] {
    try self.update(body(update, at: occasion), at: occasion)
  }
}

/// A wrong length and values that are not finite are refused, the latter with their index.
func checkRefusals(_ codec: any UpdateCodec, length: Int) {
  #expect(throws: CodecError.self) { try codec.body(sampleUpdate(length + 1)) }
  for value in [Float.nan, .infinity, -.infinity] {
    var update = sampleUpdate(length)
    update[length - 2] = value
    let error = #expect(throws: CodecError.self) { try codec.body(update) }
    #expect(error?.description.contains("value \(length - 2) ") == true)
  }
}

/// Bodies cut at each length, extended or damaged at random are refused or give finite floats.
func checkDamage(_ codec: any UpdateCodec, length: Int, mutations: Int = 100_000) throws {
  let body = try codec.body(sampleUpdate(length))
  let decoder = try codec.decoder(from: nil)
  for end in 0..<body.count {
    #expect(throws: CodecError.self, "cut at \(end)") { try decoder.decode(Array(body[..<end])) }
  }
  for more in [[0], [1], [UInt8](repeating: 255, count: 40)] as [[UInt8]] {
    #expect(throws: CodecError.self) { try decoder.decode(body + more) }
  }
  checkMutations(of: body, count: mutations, length: length) { try decoder.decode($0) }
}

/// Uploads of one client are the same whether others are encoded in between or not, and memory stays with its client.
func checkClientsApart(_ codec: any UpdateCodec, length: Int) throws {
  let encoder = try codec.encoder(from: nil)
  let decoder = try codec.decoder(from: nil)
  let updates = (0..<6).map { sampleUpdate(length, seed: UInt64(100 + $0)) }
  func upload(_ client: Int, _ round: Int, _ memories: inout (CodecMemory, CodecMemory)) throws -> [Float] {
    let occasion = Occasion(seed: 9, client: client, round: round)
    let body = try encoder.encode(updates[2 * round + client], &memories.0, at: occasion).body
    return try decoder.decode(body[...], &memories.1, at: occasion)
  }
  var (first, second) = ((CodecMemory(), CodecMemory()), (CodecMemory(), CodecMemory()))
  var together: [[Float]] = []
  for round in 0..<3 {
    together.append(try upload(0, round, &first))
    _ = try upload(1, round, &second)
  }
  first = (CodecMemory(), CodecMemory())
  #expect(try (0..<3).map { try upload(0, $0, &first) } == together)
}

/// How far the mean of many decoded updates lies from the update, in standard errors: the largest over all elements.
///
/// Each draw has a round of its own. Standard errors are those of the draws; an element that never varies must be met to float32's rounding.
func largestZ(_ codec: any UpdateCodec, _ update: [Float], draws: Int = 10_000) throws -> Double {
  let encoder = try codec.encoder(from: nil)
  let decoder = try codec.decoder(from: nil)
  var sums = [Double](repeating: 0, count: update.count)
  var squares = sums
  for round in 0..<draws {
    let occasion = Occasion(seed: 77, client: 3, round: round)
    let decoded = try decoder.decode(encoder.encode(update, at: occasion).body, at: occasion)
    for i in update.indices {
      let error = Double(decoded[i]) - Double(update[i])
      sums[i] += error
      squares[i] += error * error
    }
  }
  let count = Double(draws)
  return update.indices.reduce(0) { largest, i in
    let mean = sums[i] / count
    let variance = max(squares[i] / count - mean * mean, 0)
    guard variance > 1e-12 * Double(update[i] * update[i]) else {
      return abs(mean) <= 0x1p-23 * Double(abs(update[i])) ? largest : .infinity
    }
    return max(largest, abs(mean) / (variance / count).squareRoot())
  }
}
