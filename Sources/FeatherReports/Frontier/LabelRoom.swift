internal import Glibc

/// The room that a panel has for points and the texts beside them.
struct LabelRoom {
  /// Where the y axis starts.
  let bottom: Double
  private let top: Double
  private let bytes: ClosedRange<Double>

  // A panel's size and its letters', in inches at which both are drawn.
  private static let (width, height) = (3.5, 2.6)
  private static let (letter, line) = (0.07, 0.14)

  /// The room for points.
  ///
  /// A codec that collapses must not press all others into a line: where five times the distance from the best to the median
  /// takes less than half of the axis, the axis ends there.
  init(_ points: [Figure.Point]) {
    let values = points.map(\.y).sorted()
    let lowest = points.map { $0.low ?? $0.y }.min() ?? 0
    let best = values.last ?? 1
    top = points.map { $0.high ?? $0.y }.max() ?? 1
    let cut = values.isEmpty ? 0 : best - 5 * (best - values[values.count / 2])
    bottom = cut < best && cut - lowest > best - cut ? cut : lowest
    let x = points.map(\.x).filter { $0 > 0 }
    bytes = (x.min() ?? 1)...(x.max() ?? 1)
  }

  /// Whether the axis does not reach down to a value.
  func isBelow(_ value: Double?) -> Bool { value.map { $0 < bottom } ?? false }

  /// The points, without the labels that would lie over an earlier one.
  func thinned(_ points: [Figure.Point]) -> [Figure.Point] {
    var placed: [(x: Double, y: Double, width: Double)] = []
    return points.map { point in
      let x = Self.width * log(point.x / bytes.lowerBound) / log(bytes.upperBound / bytes.lowerBound)
      let y = Self.height * ((point.high ?? point.y) - bottom) / (top - bottom)
      let width = Self.letter * Double(point.label?.count ?? 0)
      var point = point
      if placed.contains(where: { abs($0.x - x) < ($0.width + width) / 2 + 0.05 && abs($0.y - y) < Self.line }) {
        point.label = ""
      } else if width > 0 {
        placed.append((x, y, width))
      }
      return point
    }
  }
}
