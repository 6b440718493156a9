internal import FeatherTensors

/// Draws one digit at a time into a workspace that is allocated once.
struct DigitPainter {
  private static let side = SyntheticDigits.side
  /// Straight pieces that a spline is cut into between two control points.
  private static let pieces = 4

  /// The squared distance of each pixel's centre to the nearest stroke.
  private var squaredDistances = [Double](repeating: 0, count: side * side)
  private var controls: [GlyphPoint] = []
  private var hand = Hand()

  /// Fills the distances for `digit` in the handwriting that `stream` gives.
  mutating func paint(digit: Int, stream: inout RandomStream) {
    for i in squaredDistances.indices { squaredDistances[i] = .infinity }
    let variants = DigitGlyphs.variants(of: digit)
    let variant = variants[stream.integer(below: variants.count)]
    hand = Hand(&stream)
    for stroke in variant {
      controls.removeAll(keepingCapacity: true)
      for point in stroke.points {
        controls.append(point + hand.jitter * GlyphPoint(stream.symmetric(), stream.symmetric()))
      }
      draw(stroke.shape)
    }
    if stream.uniform() < Hand.strayShare { drawStray(&stream) }
  }

  /// Turns the distances into grey values: pen profile, contrast, noise, eight bits.
  func develop(into pixels: UnsafeMutablePointer<Float>?, stream: inout RandomStream) {
    guard let pixels else { return }
    let reach = hand.reach * hand.reach
    for i in squaredDistances.indices {
      var grey = hand.paper
      if squaredDistances[i] < reach {
        let ink = (hand.reach - squaredDistances[i].squareRoot()) / hand.softness
        grey += (hand.contrast - hand.paper) * min(max(ink, 0), 1)
      }
      // The sum of the four bytes of a word is close to a normal number: mean 510, standard deviation 147.8.
      let word = stream.nextWord()
      let bytes = (word & 255) + (word >> 8 & 255) + (word >> 16 & 255) + word >> 24
      grey += hand.noise * (Double(bytes) - 510) * (1 / 147.8)
      pixels[i] = Float((min(max(grey, 0), 1) * 255).rounded()) / 255
    }
  }

  private mutating func draw(_ shape: GlyphStroke.Shape) {
    let n = controls.count
    switch shape {
    case .lines:
      for i in 1..<n { drawSpan(controls[i - 1], controls[i - 1], controls[i], controls[i], straight: true) }
    case .curve:
      for i in 1..<n {
        drawSpan(controls[max(i - 2, 0)], controls[i - 1], controls[i], controls[min(i + 1, n - 1)], straight: false)
      }
    case .closedCurve:
      for i in 0..<n {
        drawSpan(controls[(i + n - 1) % n], controls[i], controls[(i + 1) % n], controls[(i + 2) % n], straight: false)
      }
    }
  }

  /// Draws from `b` to `c`; `a` and `d` are the neighbours that bend the spline.
  ///
  /// Straight spans are cut as well, so that the elastic distortion bends them.
  private mutating func drawSpan(_ a: GlyphPoint, _ b: GlyphPoint, _ c: GlyphPoint, _ d: GlyphPoint, straight: Bool) {
    var last = hand.place(b)
    for piece in 1...Self.pieces {
      let t = Double(piece) / Double(Self.pieces)
      var point = b + t * (c - b)
      if !straight {
        let cubic = 3 * (b - c) + d - a
        let square = 2 * a - 5 * b + 4 * c - d
        point = b + 0.5 * t * ((c - a) + t * (square + t * cubic))
      }
      let next = hand.place(point)
      drawSegment(last, next)
      last = next
    }
  }

  /// A short line anywhere on the paper, of no digit.
  private mutating func drawStray(_ stream: inout RandomStream) {
    let start = GlyphPoint(stream.uniform(in: 2..<26), stream.uniform(in: 2..<26))
    drawSegment(start, start + 6 * GlyphPoint(stream.symmetric(), stream.symmetric()))
  }

  /// Lowers the distances of the pixels within the pen's reach of the segment from `a` to `b`, in pixels.
  private mutating func drawSegment(_ a: GlyphPoint, _ b: GlyphPoint) {
    let low = pointwiseMin(a, b) - hand.reach
    let high = pointwiseMax(a, b) + hand.reach
    let last = Double(Self.side - 1)
    let left = Int(min(max(low.x.rounded(.up), 0), last))
    let right = Int(min(max(high.x.rounded(.down), 0), last))
    let top = Int(min(max(low.y.rounded(.up), 0), last))
    let bottom = Int(min(max(high.y.rounded(.down), 0), last))
    guard left <= right, top <= bottom else { return }
    let along = b - a
    let length = along.x * along.x + along.y * along.y
    let scale = length > 0 ? 1 / length : 0
    squaredDistances.withUnsafeMutableBufferPointer { distances in
      for y in top...bottom {
        for x in left...right {
          let from = GlyphPoint(Double(x), Double(y)) - a
          let t = min(max((from.x * along.x + from.y * along.y) * scale, 0), 1)
          let gap = from - t * along
          let i = y * Self.side + x
          distances[i] = min(distances[i], gap.x * gap.x + gap.y * gap.y)
        }
      }
    }
  }
}

/// How one image is written: where points land, and with which pen.
private struct Hand {
  /// The share of images with a stray line.
  static let strayShare = 0.2
  /// Grid points of the elastic distortion along a side.
  private static let knots = 4

  /// The largest displacement of a control point, in glyph units.
  let jitter = 0.09
  /// The distance from a stroke at which the ink ends, in pixels.
  var reach = 1.5
  /// The distance over which the ink fades, in pixels.
  var softness = 1.0
  /// The grey of full ink, at most 1.
  var contrast = 1.0
  /// The grey of the paper, near 0.
  var paper = 0.0
  /// The standard deviation of the noise.
  var noise = 0.1
  private var column0 = GlyphPoint(1, 0)
  private var column1 = GlyphPoint(0, 1)
  private var shift = GlyphPoint(14, 14)
  private var displacements = [GlyphPoint](repeating: .zero, count: knots * knots)

  init() {}

  /// Draws a hand from `stream`.
  init(_ stream: inout RandomStream) {
    let turn = ReproducibleMath.sinCos(0.22 * stream.symmetric())
    let shear = 0.3 * stream.symmetric()
    let width = stream.uniform(in: 7.0..<9.5)
    let height = stream.uniform(in: 8.0..<10.0)
    column0 = GlyphPoint(turn.cos, turn.sin) * width
    column1 = GlyphPoint(-turn.sin - shear * turn.cos, turn.cos - shear * turn.sin) * height
    shift = GlyphPoint(13.5 + 1.4 * stream.symmetric(), 13.5 + 1.4 * stream.symmetric())
    for i in displacements.indices {
      displacements[i] = 1.35 * GlyphPoint(stream.symmetric(), stream.symmetric())
    }
    reach = stream.uniform(in: 1.1..<2.4)
    softness = stream.uniform(in: 0.8..<1.4)
    contrast = stream.uniform(in: 0.55..<1)
    paper = stream.uniform(in: 0..<0.15)
    noise = stream.uniform(in: 0.04..<0.2)
  }

  /// Where a point of the glyph lands on the paper, in pixels: affine map, then elastic distortion.
  func place(_ point: GlyphPoint) -> GlyphPoint {
    let plain = column0 * point.x + column1 * point.y + shift
    // Smooth bilinear interpolation between knots that span the paper.
    let span = Double(Self.knots - 1)
    let u = min(max(plain.x * (span / 27), 0), span - 1e-9)
    let v = min(max(plain.y * (span / 27), 0), span - 1e-9)
    let (i, j) = (Int(u), Int(v))
    let (s, t) = (Self.smooth(u - Double(i)), Self.smooth(v - Double(j)))
    let k = j * Self.knots + i
    let above = displacements[k] + s * (displacements[k + 1] - displacements[k])
    let below =
      displacements[k + Self.knots] + s * (displacements[k + Self.knots + 1] - displacements[k + Self.knots])
    return plain + above + t * (below - above)
  }

  private static func smooth(_ t: Double) -> Double { t * t * (3 - 2 * t) }
}

extension RandomStream {
  /// A number uniform on [−1, 1).
  fileprivate mutating func symmetric() -> Double { 2 * uniform() - 1 }
}
