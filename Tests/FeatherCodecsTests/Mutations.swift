import FeatherTensors
import Testing

@testable import FeatherCodecs

/// Damages a body at random, again and again: whatever comes of it is a `CodecError` or `length` finite floats.
///
/// Each time one to four of: a flipped bit, another byte, a cut at the end, an inserted byte, a removed byte.
func checkMutations(
  of body: [UInt8], count: Int = 100_000, length: Int, decode: ([UInt8]) throws -> [Float]
) {
  var stream = RandomStream(seed: UInt64(body.count), purpose: .codec, lane: 0xDA)
  for number in 0..<count {
    var damaged = body
    for _ in 0..<1 + stream.integer(below: 4) { mutate(&damaged, &stream) }
    do {
      let values = try decode(damaged)
      guard values.count == length, values.allSatisfy(\.isFinite) else {
        Issue.record("mutation \(number) decodes to \(values.count) floats, or to some that are not finite")
        return
      }
    } catch {
      guard error is CodecError else {
        Issue.record("mutation \(number) throws \(error)")
        return
      }
    }
  }
}

/// One random damage.
private func mutate(_ bytes: inout [UInt8], _ stream: inout RandomStream) {
  guard !bytes.isEmpty else {
    bytes.append(UInt8(stream.integer(below: 256)))
    return
  }
  let place = stream.integer(below: bytes.count)
  switch stream.integer(below: 8) {
  case 0...3: bytes[place] ^= 1 << UInt8(stream.integer(below: 8))
  case 4, 5: bytes[place] = UInt8(stream.integer(below: 256))
  case 6: bytes.removeLast(1 + stream.integer(below: min(8, bytes.count)))
  default:
    if stream.integer(below: 2) == 0 {
      bytes.insert(UInt8(stream.integer(below: 256)), at: place)
    } else {
      bytes.remove(at: place)
    }
  }
}
