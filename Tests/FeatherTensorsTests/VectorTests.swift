import FeatherTensors
import Testing

@Suite struct VectorTests {
  @Test("sums of squares are exact in Double where floats would round")
  func squaredNorm() {
    // 2²⁴ + 1 has no float; 4096² + 1² in Double has no rounding.
    #expect(Reductions.squaredNorm([4096, 1]) == 16_777_217)
    #expect(Reductions.squaredNorm([]) == 0)
    #expect(Reductions.squaredDistance([3, 4, -1], [0, 0, -1]) == 25)
    #expect(Reductions.squaredDistance([.greatestFiniteMagnitude], [0]).isFinite)
  }

  @Test("a sum is sixteen sums, each in ascending order, that are added in halves")
  func order() {
    // 2⁵⁴ swallows each 1 that follows it in its own sum, but not those of the fifteen other sums, nor what was added before.
    let ones = [Float](repeating: 1, count: 1 << 20)
    #expect(Reductions.squaredNorm([0x1p27] + ones) == 0x1p54 + 0x1p16 * 15)
    #expect(Reductions.squaredNorm(ones + [0x1p27]) == 0x1p54 + 0x1p20)
    var stream = RandomStream(seed: 5, purpose: .codec)
    for count in [1, 16, 31, 15_910] {
      let (x, y) = (stream.normals(count), stream.normals(count))
      var sums = [Double](repeating: 0, count: 16)
      for i in 0..<count { sums[i % 16] += (Double(x[i]) - Double(y[i])) * (Double(x[i]) - Double(y[i])) }
      for half in [8, 4, 2, 1] {
        for k in 0..<half { sums[k] += sums[k + half] }
      }
      #expect(Reductions.squaredDistance(x, y) == sums[0])
    }
  }

  @Test("the relative error has its documented edges")
  func relativeError() {
    #expect(Reductions.relativeError(of: [3, 4], to: [3, 4]) == 0)
    #expect(Reductions.relativeError(of: [0, 0], to: [0, 0]) == 0)
    #expect(Reductions.relativeError(of: [1, 0], to: [0, 0]) == .infinity)
    #expect(Reductions.relativeError(of: [0, 0], to: [3, 4]) == 1)
    #expect(Reductions.relativeError(of: [3, 5], to: [3, 4]) == 0.2)
    #expect(Reductions.relativeError(of: [.nan, 0], to: [3, 4]).isNaN)
  }

  @Test("the first element that is not finite is found")
  func firstNonFinite() {
    #expect(Reductions.firstNonFinite([0, 1, .greatestFiniteMagnitude, .leastNonzeroMagnitude]) == nil)
    #expect(Reductions.firstNonFinite([0, .nan, .infinity]) == 1)
    #expect(Reductions.firstNonFinite([-.infinity]) == 0)
    #expect(Reductions.firstNonFinite([]) == nil)
  }

  @Test(
    "a buffer begins on a 64-byte boundary, is zero, and takes and gives back its floats",
    arguments: [0, 1, 15, 16, 17, 15_910])
  func alignedBuffer(count: Int) {
    // Dirty memory of the same size first, so that zeros are not an accident.
    let dirty = AlignedBuffer(count: count)
    dirty.assign([Float](repeating: .nan, count: count))
    _ = consume dirty
    let buffer = AlignedBuffer(count: count)
    #expect(buffer.count == count && buffer.elements.count == count)
    #expect(Int(bitPattern: buffer.base) % 64 == 0)
    #expect(buffer.array == [Float](repeating: 0, count: count))
    let values = (0..<count).map { Float($0) - 7 }
    buffer.assign(values)
    #expect(buffer.array == values)
  }
}

extension RandomStream {
  fileprivate mutating func normals(_ count: Int) -> [Float] { (0..<count).map { _ in Float(normal()) } }
}
