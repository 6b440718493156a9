/// A point of a glyph: x to the right, y down, both about −1...1.
typealias GlyphPoint = SIMD2<Double>

/// One movement of the pen.
struct GlyphStroke: Sendable {
  /// How the points are joined.
  enum Shape: Sendable {
    /// Straight lines.
    case lines
    /// A Catmull–Rom spline through the points.
    case curve
    /// The same, from the last point back to the first.
    case closedCurve
  }

  let shape: Shape
  let points: [GlyphPoint]

  init(_ shape: Shape, _ points: [(Double, Double)]) {
    self.shape = shape
    self.points = points.map { GlyphPoint($0.0, $0.1) }
  }
}

/// The shapes of the ten digits: for each digit the ways to write it, for each way its strokes.
///
/// Drawn by hand for this package. The order is part of the result format: changing it changes every image.
enum DigitGlyphs {
  /// The ways to write `digit`, in 0...9.
  static func variants(of digit: Int) -> [[GlyphStroke]] { all[digit] }

  private static let all: [[[GlyphStroke]]] = [zero, one, two, three, four, five, six, seven, eight, nine]

  private static let zero = [
    [
      GlyphStroke(
        .closedCurve,
        [(0, -1), (-0.48, -0.66), (-0.6, 0), (-0.48, 0.66), (0, 1), (0.48, 0.66), (0.6, 0), (0.48, -0.66)])
    ]
  ]

  private static let one = [
    [GlyphStroke(.lines, [(0, -1), (0, 1)])],
    [GlyphStroke(.lines, [(-0.38, -0.6), (0.05, -1), (0.05, 1)])],
    [GlyphStroke(.lines, [(-0.35, -0.65), (0.03, -1), (0.03, 1)]), GlyphStroke(.lines, [(-0.42, 1), (0.45, 1)])],
  ]

  private static let two = [
    [
      GlyphStroke(
        .curve, [(-0.55, -0.6), (-0.3, -0.95), (0.15, -1), (0.5, -0.65), (0.4, -0.15), (-0.1, 0.45), (-0.6, 1)]),
      GlyphStroke(.lines, [(-0.6, 1), (0.6, 1)]),
    ],
    [
      GlyphStroke(
        .curve,
        [
          (-0.5, -0.65), (-0.2, -0.98), (0.25, -0.92), (0.42, -0.5), (0.2, 0.05), (-0.2, 0.65), (-0.5, 0.9),
          (-0.52, 0.62), (-0.2, 0.62), (0.2, 0.9), (0.62, 0.82),
        ])
    ],
  ]

  private static let three = [
    [
      GlyphStroke(.curve, [(-0.5, -0.75), (-0.1, -1), (0.4, -0.85), (0.45, -0.4), (0.2, -0.1), (-0.12, -0.03)]),
      GlyphStroke(.curve, [(-0.12, -0.03), (0.3, 0.08), (0.55, 0.45), (0.4, 0.85), (-0.05, 1), (-0.5, 0.8)]),
    ],
    [
      GlyphStroke(.lines, [(-0.5, -1), (0.5, -1), (-0.05, -0.15)]),
      GlyphStroke(.curve, [(-0.05, -0.15), (0.4, 0), (0.55, 0.45), (0.35, 0.85), (-0.1, 1), (-0.5, 0.8)]),
    ],
  ]

  private static let four = [
    [GlyphStroke(.lines, [(-0.4, -1), (-0.55, 0.15), (0.6, 0.15)]), GlyphStroke(.lines, [(0.3, -0.9), (0.25, 1)])],
    [GlyphStroke(.lines, [(0.25, 1), (0.25, -1), (-0.6, 0.3), (0.6, 0.3)])],
    [
      GlyphStroke(.curve, [(-0.45, -0.9), (-0.5, -0.3), (-0.1, -0.05), (0.4, -0.2), (0.45, -0.9)]),
      GlyphStroke(.lines, [(0.45, -0.9), (0.4, 1)]),
    ],
  ]

  private static let five = [
    [
      GlyphStroke(.lines, [(0.5, -1), (-0.4, -1), (-0.45, -0.15)]),
      GlyphStroke(
        .curve, [(-0.45, -0.15), (-0.05, -0.3), (0.4, -0.1), (0.55, 0.35), (0.35, 0.8), (-0.1, 1), (-0.55, 0.8)]),
    ],
    [
      GlyphStroke(
        .curve,
        [
          (0.5, -0.95), (-0.2, -0.95), (-0.4, -0.45), (0.1, -0.15), (0.45, 0.25), (0.3, 0.8), (-0.15, 1), (-0.5, 0.75),
        ])
    ],
  ]

  private static let six = [
    [
      GlyphStroke(
        .curve,
        [
          (0.4, -0.95), (-0.1, -0.7), (-0.45, -0.1), (-0.5, 0.45), (-0.2, 0.95), (0.25, 0.95), (0.5, 0.5), (0.3, 0.1),
          (-0.1, 0.05), (-0.45, 0.4),
        ])
    ],
    [
      GlyphStroke(.curve, [(0.25, -1), (-0.2, -0.4), (-0.42, 0.3)]),
      GlyphStroke(.closedCurve, [(-0.42, 0.5), (-0.1, 0.98), (0.35, 0.85), (0.4, 0.35), (0, 0.1)]),
    ],
  ]

  private static let seven = [
    [GlyphStroke(.lines, [(-0.55, -1), (0.55, -1), (-0.15, 1)])],
    [GlyphStroke(.lines, [(-0.55, -1), (0.55, -1), (-0.1, 1)]), GlyphStroke(.lines, [(-0.25, 0), (0.5, 0)])],
    [GlyphStroke(.curve, [(-0.55, -0.7), (-0.4, -0.95), (0.1, -0.9), (0.5, -0.95), (0.15, 0), (0, 1)])],
  ]

  private static let eight = [
    [
      GlyphStroke(
        .closedCurve,
        [
          (0.42, -0.75), (0, -1), (-0.42, -0.75), (-0.3, -0.35), (0, -0.06), (0.42, 0.3), (0.45, 0.72), (0, 1),
          (-0.45, 0.72), (-0.42, 0.3), (0, -0.06), (0.3, -0.35),
        ])
    ],
    [
      GlyphStroke(.closedCurve, [(0, -1), (-0.38, -0.75), (-0.3, -0.25), (0, -0.08), (0.3, -0.25), (0.38, -0.75)]),
      GlyphStroke(.closedCurve, [(0, -0.08), (-0.42, 0.2), (-0.42, 0.75), (0, 1), (0.42, 0.75), (0.42, 0.2)]),
    ],
  ]

  private static let nine = [
    [
      GlyphStroke(
        .closedCurve, [(0.05, -1), (-0.42, -0.8), (-0.45, -0.3), (-0.05, -0.03), (0.38, -0.3), (0.42, -0.78)]),
      GlyphStroke(.curve, [(0.42, -0.7), (0.42, 0), (0.2, 0.6), (-0.1, 1)]),
    ],
    [
      GlyphStroke(
        .closedCurve, [(0.05, -1), (-0.42, -0.8), (-0.45, -0.3), (-0.05, -0.03), (0.38, -0.3), (0.42, -0.78)]),
      GlyphStroke(.lines, [(0.42, -0.75), (0.4, 1)]),
    ],
    [
      GlyphStroke(
        .curve,
        [
          (0.42, -0.75), (0, -1), (-0.42, -0.7), (-0.3, -0.15), (0.15, -0.1), (0.42, -0.65), (0.45, 0.2), (0.25, 0.9),
          (-0.2, 1), (-0.45, 0.75),
        ])
    ],
  ]
}
