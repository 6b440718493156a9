/// A shape of `synthetic-colours`, about −1...1 wide, with y downwards.
enum ColourShape: CaseIterable, Sendable {
  case disc, square, triangle, ring, cross, star, bar

  /// The distance of `point` to the outline, negative inside.
  func distance(_ point: GlyphPoint) -> Double {
    switch self {
    case .disc: return (point.x * point.x + point.y * point.y).squareRoot() - 0.86
    case .ring: return abs((point.x * point.x + point.y * point.y).squareRoot() - 0.72) - 0.22
    case .square: return Self.distance(point, to: Self.squareCorners)
    case .triangle: return Self.distance(point, to: Self.triangleCorners)
    case .cross: return Self.distance(point, to: Self.crossCorners)
    case .star: return Self.distance(point, to: Self.starCorners)
    case .bar: return Self.distance(point, to: Self.barCorners)
    }
  }

  private static let squareCorners = corners([(-0.76, -0.76), (0.76, -0.76), (0.76, 0.76), (-0.76, 0.76)])
  private static let triangleCorners = corners([(0, -1), (0.95, 0.75), (-0.95, 0.75)])
  private static let barCorners = corners([(-1, -0.3), (1, -0.3), (1, 0.3), (-1, 0.3)])
  private static let crossCorners = corners([
    (-0.3, -0.95), (0.3, -0.95), (0.3, -0.3), (0.95, -0.3), (0.95, 0.3), (0.3, 0.3), (0.3, 0.95), (-0.3, 0.95),
    (-0.3, 0.3), (-0.95, 0.3), (-0.95, -0.3), (-0.3, -0.3),
  ])
  // A star of four points, at radius 1.1, with hollows at radius 0.42.
  private static let starCorners = corners([
    (0, -1.1), (0.3, -0.3), (1.1, 0), (0.3, 0.3), (0, 1.1), (-0.3, 0.3), (-1.1, 0), (-0.3, -0.3),
  ])

  private static func corners(_ points: [(Double, Double)]) -> [GlyphPoint] {
    points.map { GlyphPoint($0.0, $0.1) }
  }

  /// The signed distance to a polygon: the nearest edge, and inside where a ray crosses an odd number of edges.
  private static func distance(_ point: GlyphPoint, to polygon: [GlyphPoint]) -> Double {
    var nearest = Double.infinity
    var isInside = false
    var from = polygon[polygon.count - 1]
    for to in polygon {
      let edge = to - from
      let gap = point - from
      let t = min(max((gap.x * edge.x + gap.y * edge.y) / (edge.x * edge.x + edge.y * edge.y), 0), 1)
      let rest = gap - t * edge
      nearest = min(nearest, rest.x * rest.x + rest.y * rest.y)
      if (from.y > point.y) != (to.y > point.y), point.x - from.x < edge.x * (point.y - from.y) / edge.y {
        isInside.toggle()
      }
      from = to
    }
    return isInside ? -nearest.squareRoot() : nearest.squareRoot()
  }
}
