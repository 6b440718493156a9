import FeatherTensors
import Testing

@testable import FeatherNetworks

@Suite struct MaxPoolTests {
  struct Sizes: Sendable {
    var side: Int
    var stride: Int
    var height: Int
    var width: Int
  }

  /// Tiled, with rows and columns left over, overlapping, with gaps, and one window alone.
  static let sizes = [
    Sizes(side: 2, stride: 2, height: 6, width: 8), Sizes(side: 2, stride: 2, height: 7, width: 5),
    Sizes(side: 3, stride: 2, height: 7, width: 9), Sizes(side: 2, stride: 3, height: 8, width: 5),
    Sizes(side: 3, stride: 1, height: 5, width: 4), Sizes(side: 4, stride: 4, height: 4, width: 4),
  ]
  static let planes = 3

  /// A pool over arrays that lie as [planes, height, width, lanes].
  static func pool(_ sizes: Sizes, lanes: Int, isRectified: Bool) throws -> MaxPool {
    let output = [(sizes.height - sizes.side) / sizes.stride + 1, (sizes.width - sizes.side) / sizes.stride + 1]
    return MaxPool(
      from: LaidOutArray(try Layout(plain: [planes, lanes, sizes.height, sizes.width])),
      to: LaidOutArray(try Layout(plain: [planes, lanes] + output)), lanes: lanes, side: sizes.side,
      stride: sizes.stride, isRectified: isRectified)
  }

  static func values(_ array: LaidOutArray) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: array.base(0), count: array.layout.count)
  }

  @Test(
    "a pool is ReLU, then the first largest of each window, and so is its way back", arguments: sizes, [1, 8, 13, 16])
  func rectifyThenPool(sizes: Sizes, lanes: Int) throws {
    for isRectified in [true, false] {
      let pool = try Self.pool(sizes, lanes: lanes, isRectified: isRectified)
      let gradient = LaidOutArray(pool.output.layout)
      let inputGradient = LaidOutArray(pool.input.layout)
      var stream = RandomStream(seed: UInt64(lanes), purpose: .dataset)
      // Five values only, so that many windows have several largest; gradients are small whole numbers, so that sums are exact.
      for i in 0..<pool.input.layout.count { pool.input.base(0)[i] = Float(Int(stream.uniformFloat() * 5)) - 2 }
      for i in 0..<gradient.layout.count { gradient.base(0)[i] = Float(Int(stream.uniformFloat() * 9)) - 4 }
      Self.values(inputGradient).update(repeating: .nan)
      pool.forward(slice: 0)
      pool.backward(slice: 0, gradient: gradient, inputGradient: inputGradient)

      let input = Self.values(pool.input).map { isRectified ? max($0, 0) : $0 }
      var expected = [Float](repeating: 0, count: input.count)
      let output = pool.output.layout.shape
      for at in Self.values(pool.output).indices {
        let (lane, x, y) = (at % lanes, at / lanes % output[3], at / lanes / output[3] % output[2])
        let plane = at / lanes / output[3] / output[2]
        let window = (0..<sizes.side * sizes.side).map { place in
          let row = plane * sizes.height + y * sizes.stride + place / sizes.side
          return (row * sizes.width + x * sizes.stride + place % sizes.side) * lanes + lane
        }
        let best = try #require(window.map { input[$0] }.max())
        #expect(Self.values(pool.output)[at] == best)
        guard !isRectified || best > 0, let first = window.first(where: { input[$0] == best }) else { continue }
        expected[first] += Self.values(gradient)[at]
      }
      #expect(Array(Self.values(inputGradient)) == expected)
    }
  }

  @Test("a window with a value that is not a number has none as its largest", arguments: [1, 16], [true, false])
  func notANumber(lanes: Int, isRectified: Bool) throws {
    let sizes = Sizes(side: 2, stride: 2, height: 2, width: 8)
    let pool = try Self.pool(sizes, lanes: lanes, isRectified: isRectified)
    for place in 0..<4 {
      // Each of the four windows has it in another place, amid larger and smaller numbers.
      Self.values(pool.input)[(place / 2 * sizes.width + place * 2 + place % 2) * lanes] = .nan
    }
    pool.forward(slice: 0)
    for at in Self.values(pool.output).indices {
      #expect(Self.values(pool.output)[at].isNaN == (at % lanes == 0 && at < 4 * lanes))
    }
  }
}
