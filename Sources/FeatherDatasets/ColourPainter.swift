internal import FeatherTensors

/// Draws one image of `synthetic-colours`.
///
/// Colours are luminance and two chroma coordinates as in ITU-R BT.601 (Y, Cb, Cr), so that a change of hue leaves the
/// luminance as it is.
struct ColourPainter {
  /// What a class shows: a shape and a hue in radians in the plane of Cb and Cr.
  struct Kind {
    let shape: ColourShape
    let hue: Double
  }

  private static let side = SyntheticColours.side
  /// A third of a full turn.
  private static let third = 2.094_395_102_393_195_5
  /// Grid points of the ground along a side.
  private static let knots = 5

  /// The ten classes; the order is part of the result format.
  static let kinds = [
    Kind(shape: .disc, hue: 0), Kind(shape: .disc, hue: third), Kind(shape: .square, hue: third),
    Kind(shape: .square, hue: 2 * third), Kind(shape: .triangle, hue: 2 * third), Kind(shape: .triangle, hue: 0),
    Kind(shape: .ring, hue: 0), Kind(shape: .cross, hue: third), Kind(shape: .star, hue: 2 * third),
    Kind(shape: .bar, hue: 0),
  ]

  private let shape: ColourShape
  private let ink: Colour
  private let centre: GlyphPoint
  private let radius: Double
  private let turn: (sin: Double, cos: Double)
  private let softness: Double
  private let noise: Double
  private let ground: [Colour]
  private let blots: [Blot]

  /// A patch of another colour that belongs to no class.
  private struct Blot {
    let centre: GlyphPoint
    let radius: Double
    let colour: Colour
  }

  /// Draws everything but the noise from `stream`.
  init(kind: Kind, stream: inout RandomStream) {
    shape = kind.shape
    centre = GlyphPoint(15.5 + 3.5 * stream.symmetric(), 15.5 + 3.5 * stream.symmetric())
    radius = stream.uniform(in: 7..<11.5)
    turn = ReproducibleMath.sinCos(0.5 * stream.symmetric())
    softness = stream.uniform(in: 0.8..<1.6)
    noise = stream.uniform(in: 0.02..<0.1)
    let groundLuminance = stream.uniform(in: 0.3..<0.7)
    let contrast = stream.uniform(in: 0.12..<0.32)
    let inkLuminance = groundLuminance + (groundLuminance > 0.5 ? -contrast : contrast)
    ink = Colour(
      luminance: inkLuminance, hue: kind.hue + 0.9 * stream.symmetric(), chroma: stream.uniform(in: 0.02..<0.2))
    let groundHue = stream.uniform(in: 0..<3 * Self.third)
    ground = (0..<Self.knots * Self.knots).map { _ in
      Colour(
        luminance: groundLuminance + 0.1 * stream.symmetric(), hue: groundHue + 1.2 * stream.symmetric(),
        chroma: stream.uniform(in: 0..<0.08))
    }
    blots = (0..<stream.integer(below: 4)).map { _ in
      Blot(
        centre: GlyphPoint(stream.uniform(in: 0..<32), stream.uniform(in: 0..<32)),
        radius: stream.uniform(in: 1.5..<3.5),
        colour: Colour(
          luminance: groundLuminance + 0.25 * stream.symmetric(), hue: stream.uniform(in: 0..<3 * Self.third),
          chroma: stream.uniform(in: 0.04..<0.18)))
    }
  }

  /// Writes the red, green and blue planes: ground, blots behind the shape, shape, noise, eight bits.
  func paint(into pixels: UnsafeMutablePointer<Float>?, stream: inout RandomStream) {
    guard let pixels else { return }
    let plane = Self.side * Self.side
    for y in 0..<Self.side {
      for x in 0..<Self.side {
        let point = GlyphPoint(Double(x), Double(y))
        var colour = groundColour(at: point)
        for blot in blots {
          let gap = point - blot.centre
          colour.cover(with: blot.colour, (blot.radius - (gap.x * gap.x + gap.y * gap.y).squareRoot()))
        }
        let away = (point - centre) / radius
        let turned = GlyphPoint(turn.cos * away.x + turn.sin * away.y, turn.cos * away.y - turn.sin * away.x)
        colour.cover(with: ink, -shape.distance(turned) * radius / softness)
        let rgb = colour.rgb
        let place = pixels + (y * Self.side + x)
        for channel in 0..<3 {
          let value = rgb[channel] + noise * stream.nearlyNormal()
          place[channel * plane] = Float((min(max(value, 0), 1) * 255).rounded()) / 255
        }
      }
    }
  }

  /// The ground between its grid points, bilinear.
  private func groundColour(at point: GlyphPoint) -> Colour {
    let scale = Double(Self.knots - 1) / Double(Self.side)
    let (i, j) = (Int(point.x * scale), Int(point.y * scale))
    let (s, t) = (point.x * scale - Double(i), point.y * scale - Double(j))
    let k = j * Self.knots + i
    let above = ground[k].mixed(with: ground[k + 1], s)
    let below = ground[k + Self.knots].mixed(with: ground[k + Self.knots + 1], s)
    return above.mixed(with: below, t)
  }
}

/// A colour as (Y, Cb, Cr) of ITU-R BT.601; the fourth lane is unused.
private struct Colour {
  private var coordinates: SIMD4<Double>

  private init(_ coordinates: SIMD4<Double>) { self.coordinates = coordinates }

  init(luminance: Double, hue: Double, chroma: Double) {
    let direction = ReproducibleMath.sinCos(hue)
    coordinates = SIMD4(luminance, chroma * direction.cos, chroma * direction.sin, 0)
  }

  func mixed(with other: Colour, _ share: Double) -> Colour {
    Colour(coordinates + share * (other.coordinates - coordinates))
  }

  /// Covers the colour by another, wholly from 1/2 inside its edge on.
  mutating func cover(with other: Colour, _ inside: Double) {
    guard inside > -0.5 else { return }
    self = mixed(with: other, min(inside + 0.5, 1))
  }

  /// Red, green and blue; 0.299 R + 0.587 G + 0.114 B is the luminance.
  var rgb: SIMD4<Double> {
    let (y, cb, cr) = (coordinates.x, coordinates.y, coordinates.z)
    return SIMD4(y + 1.402 * cr, y - 0.344_136_286_201_022 * cb - 0.714_136_286_201_022 * cr, y + 1.772 * cb, 0)
  }
}

extension RandomStream {
  /// A number uniform on [−1, 1).
  fileprivate mutating func symmetric() -> Double { 2 * uniform() - 1 }

  /// The sum of the four bytes of a word, scaled: close to a standard normal number.
  fileprivate mutating func nearlyNormal() -> Double {
    let word = nextWord()
    let bytes = (word & 255) + (word >> 8 & 255) + (word >> 16 & 255) + word >> 24
    return (Double(bytes) - 510) * (1 / 147.8)
  }
}
