import FeatherTensors

/// Damage to files, drawn from a stream: the same number gives the same damage.
struct Damage {
  /// Numbers that lengths and addresses are set to: bounds of types, and what nobody can hold.
  private static let numbers: [UInt64] = [
    0, 1, 2, 7, 8, 255, 256, 65_535, 65_536, 1 << 20, 1 << 24, 1 << 31 - 1, 1 << 31, 1 << 32 - 1, 1 << 32, 1 << 40,
    1 << 60, 1 << 62, 1 << 63 - 1, 1 << 63, .max,
  ]
  private static let longest = 1 << 17

  private var stream: RandomStream
  private let seeds: [[UInt8]]
  private let words: [[UInt8]]

  /// The damaged file of this number; the first ones are the seeds as they are.
  static func file(_ number: Int, _ reader: FuzzReader) -> [UInt8] {
    let repair = reader.repair ?? { $0 }
    guard number >= reader.seeds.count else { return repair(reader.seeds[number]) }
    let lane = reader.name.utf8.reduce(0) { ($0 * 31 + Int($1)) % (1 << 24) }
    var damage = Damage(
      stream: RandomStream(seed: 0xFEA7, purpose: .codec, round: number, lane: lane), seeds: reader.seeds,
      words: reader.words.map { Array($0.utf8) })
    var bytes = damage.seeds[damage.below(damage.seeds.count)]
    // Mostly little damage, so that what comes after it is still reached.
    for _ in 0..<[1, 1, 1, 2, 2, 3, 5, 12][damage.below(8)] { damage.strike(&bytes) }
    return repair(bytes)
  }

  private init(stream: RandomStream, seeds: [[UInt8]], words: [[UInt8]]) {
    self.stream = stream
    self.seeds = seeds
    self.words = words
  }

  private mutating func below(_ bound: Int) -> Int { stream.integer(below: max(bound, 1)) }

  /// One piece of damage.
  private mutating func strike(_ bytes: inout [UInt8]) {
    let place = below(bytes.count)
    switch below(words.isEmpty ? 10 : 13) {
    case _ where bytes.isEmpty: bytes = [UInt8(below(256))]
    case 0, 1: bytes[place] ^= 1 << UInt8(below(8))
    case 2: bytes[place] = UInt8(below(256))
    case 3, 4: setNumber(&bytes, at: place)
    case 5: bytes.removeLast(1 + below(min(bytes.count, 1 << below(12))))
    case 6: bytes.removeSubrange(place..<place + 1 + below(min(bytes.count - place, 1 << below(8))))
    case 7: bytes.insert(contentsOf: (0..<1 + below(8)).map { _ in UInt8(below(256)) }, at: place)
    case 8: copyPart(of: bytes, to: &bytes, at: place)
    case 9: copyPart(of: seeds[below(seeds.count)], to: &bytes, at: place)
    case 10: bytes.replaceSubrange(place..<min(bytes.count, place + below(6)), with: words[below(words.count)])
    default: bytes.insert(contentsOf: words[below(words.count)], at: place)
    }
    if bytes.count > Self.longest { bytes.removeLast(bytes.count - Self.longest) }
  }

  /// Sets 1, 2, 4 or 8 bytes, of either order, to a number at a bound, or changes by one what is there.
  private mutating func setNumber(_ bytes: inout [UInt8], at place: Int) {
    let width = min(1 << below(4), bytes.count)
    let start = min(place / width * width, bytes.count - width)
    let isBigEndian = below(4) == 0
    let old = bytes[start..<start + width].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let number = [old &+ 1, old &- 1, UInt64(bytes.count), Self.numbers[below(Self.numbers.count)]][min(below(8), 3)]
    for i in 0..<width {
      bytes[start + (isBigEndian ? width - 1 - i : i)] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(i)))
    }
  }

  private mutating func copyPart(of source: [UInt8], to bytes: inout [UInt8], at place: Int) {
    guard !source.isEmpty else { return }
    let start = below(source.count)
    let part = source[start..<start + 1 + below(min(source.count - start, 1 << below(14)))]
    let end = below(2) == 0 ? place : min(bytes.count, place + part.count)
    bytes.replaceSubrange(place..<end, with: part)
  }
}
