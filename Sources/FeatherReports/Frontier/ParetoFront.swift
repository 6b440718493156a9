/// The Pareto front of points that cost bytes and bring accuracy.
enum ParetoFront {
  /// What a point costs and brings.
  struct Point: Hashable {
    var bytes: Double
    var accuracy: Double
  }

  /// Which points no other point beats, in the order of `points`.
  ///
  /// One point beats another with no more bytes and no less accuracy, unless it has the same of both: equal points are on the
  /// front together. A point that is nil or not finite is never on it and beats none.
  static func marks(_ points: [Point?]) -> [Bool] {
    var marks = [Bool](repeating: false, count: points.count)
    let known = points.enumerated().compactMap { index, point -> (index: Int, point: Point)? in
      guard let point, point.bytes.isFinite, point.accuracy.isFinite else { return nil }
      return (index, point)
    }
    var last: Point?
    for (index, point) in known.sorted(by: { precedes($0.point, $1.point) }) {
      // All that come before have no more bytes, so only more accuracy keeps a point from being beaten.
      guard last.map({ point.accuracy > $0.accuracy || point == $0 }) ?? true else { continue }
      last = point
      marks[index] = true
    }
    return marks
  }

  private static func precedes(_ a: Point, _ b: Point) -> Bool {
    (a.bytes, -a.accuracy) < (b.bytes, -b.accuracy)
  }
}
