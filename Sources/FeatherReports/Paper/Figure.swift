/// A figure of one or more panels: its data, and the gnuplot script that draws it.
struct Figure {
  /// One value, and where there are several runs how far they spread.
  struct Point {
    var x: Double
    var y: Double
    /// Ends of the band or error bar.
    var low: Double?
    var high: Double?
    /// A text beside it.
    var label: String?
  }

  /// Values that belong together.
  struct Series {
    /// How they are drawn.
    enum Mark {
      case line, dashed, points, errorBars
      /// Points with error bars and no line between them.
      case bars
      /// A pale staircase: the highest value that so much reaches.
      case front
      /// Circles around points of other series.
      case rings
      /// Signs of points that lie below the axis.
      case below
    }

    var title: String
    var mark = Mark.line
    /// An index into the palette; marks that belong together share it.
    var colour: Int
    var points: [Point]

    /// Whether a band goes with the line.
    var hasBand: Bool { mark == .line && points.contains { $0.low != nil && $0.high != $0.low } }
  }

  /// One pair of axes.
  struct Panel {
    var title: String
    var xLabel: String
    var yLabel: String
    var logX = false
    /// Whether the x axis counts bytes; it is logarithmic then.
    var inBytes = false
    var logY = false
    /// Where the y axis starts, if not at the lowest point.
    var bottom: Double?
    /// A horizontal line that others are compared with.
    var reference: (value: Double, title: String)?
    var series: [Series]
  }

  /// The name of its files, without extension.
  var name: String
  /// What it shows, in full sentences.
  var caption: String
  var columns = 2
  /// Whether one legend below serves all panels.
  var sharesLegend = false
  var panels: [Panel]

  /// The data: one block per series, two blank lines between blocks, as gnuplot's `index` counts them.
  var data: String {
    let all = panels.flatMap { panel in panel.series.map { (panel, $0) } }
    let blocks = all.enumerated().map { index, pair in
      let (panel, series) = pair
      let head =
        "# index \(index): \(panel.title): \(series.title)\n# x: \(panel.xLabel), y: \(panel.yLabel); x y low high label\n"
      return head + series.points.map(Self.line).joined()
    }
    return blocks.joined(separator: "\n\n")
  }

  /// The script; run in the folder of the data.
  var script: String {
    var index = 0
    let (width, height) = (4.3 * Double(across), 3.6 * Double(rows) + legendHeight)
    let body = panels.enumerated().map { i, panel in
      defer { index += panel.series.count }
      return (sharesLegend ? placement(i) : "") + commands(panel, from: index)
    }
    return """
      # Draws \(name).svg and \(name).pdf from \(name).dat: gnuplot \(name).gp
      set encoding utf8
      set datafile missing "NaN"
      set border 3 linewidth 0.8
      set tics nomirror out scale 0.5
      set format "%g"
      set grid ytics linewidth 0.5 linecolor rgb "#dddddd"
      do for [format in "svg pdf"] {
        if (format eq "svg") {
          set terminal svg noenhanced size \(Self.whole(width * 100)),\(Self.whole(height * 100)) font "Helvetica,13" \
      background rgb "white"
        } else {
          set terminal pdfcairo noenhanced size \(NumberText.decimal(width, 1))in,\(NumberText.decimal(height, 1))in \
      font "Helvetica,9"
        }
        set output "\(name).".format
        set multiplot\(sharesLegend ? "" : " layout \(rows),\(across)")
      \(body.joined())\(sharesLegend ? legend : "")  unset multiplot
      }
      unset output

      """
  }

  private func commands(_ panel: Panel, from first: Int) -> String {
    let bands = panel.series.enumerated().filter(\.element.hasBand).map { i, series in
      "\"\(name).dat\" index \(first + i) using 1:3:4 with filledcurves fillstyle transparent solid 0.18 noborder "
        + "linecolor rgb \"\(Self.colour(series))\" notitle"
    }
    let reference = panel.reference.map { ["\($0.value) \(Self.style($0))"] }
    let marks = panel.series.enumerated().flatMap { i, series in plots(series, first + i) }
    return """
        set title \(Self.quoted(panel.title))
        set xlabel \(Self.quoted(panel.xLabel))\(sharesLegend ? "" : " . \"\\n \"") offset 0,0.6
        set ylabel \(Self.quoted(panel.yLabel))
        \(sharesLegend ? "unset key" : "set key bmargin center horizontal Left reverse samplen 2.5")
        unset logscale
        set autoscale y\(panel.bottom.map { "; set yrange [\($0):*]" } ?? "")
        set offsets 0, 0, graph 0.05, graph 0.03
        \(Self.xAxis(panel))
      \(panel.logY ? "  set logscale y\n" : "")\
        plot \((bands + (reference ?? []) + marks).joined(separator: ", \\\n    "))

      """
  }

  private func plots(_ series: Series, _ index: Int) -> [String] {
    let file = "\"\(name).dat\" index \(index) using "
    let columns = series.mark == .errorBars || series.mark == .bars ? "1:2:3:4" : "1:2"
    let drawn = "\(file)\(columns) with \(Self.style(series)) title \(Self.quoted(series.title))"
    guard series.points.contains(where: { $0.label != nil }) else { return [drawn] }
    return [drawn, "\(file)1:4:5 with labels offset 0,0.6 font \",9\" textcolor rgb \"#333333\" notitle"]
  }

  /// How a series is drawn.
  static func style(_ series: Series) -> String {
    let colour = "linecolor rgb \"\(colour(series))\""
    return switch series.mark {
    case .line: "lines linewidth 2 \(colour)"
    case .dashed: "lines dashtype 2 linewidth 2 \(colour)"
    case .points: "points pointtype \(symbol(series)) pointsize 0.7 \(colour)"
    case .errorBars: "yerrorlines linewidth 1.5 pointtype \(symbol(series)) pointsize 0.6 \(colour)"
    case .bars: "yerrorbars linewidth 1 pointtype \(symbol(series)) pointsize 0.7 \(colour)"
    case .front: "steps linewidth 5 linecolor rgb \"#d8d8d8\""
    case .rings: "points pointtype 6 pointsize 1.3 linecolor rgb \"#555555\""
    case .below: "points pointtype 10 pointsize 0.9 linecolor rgb \"#555555\""
    }
  }

  /// How a panel's horizontal line is drawn, with its title.
  static func style(_ reference: (value: Double, title: String)) -> String {
    "with lines dashtype 3 linewidth 1.5 linecolor rgb \"#555555\" title \(quoted(reference.title))"
  }

  /// Okabe and Ito's colours, which readers with any colour vision can tell apart; black is the last.
  private static let palette = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
  /// One more than colours: the same colour comes again with another symbol, for 56 series.
  private static let symbols = [7, 5, 9, 13, 11, 6, 4, 8]
  /// The index of the black in the palette.
  static let black = 6

  private static func colour(_ series: Series) -> String { palette[series.colour % palette.count] }

  private static func symbol(_ series: Series) -> Int { symbols[series.colour % symbols.count] }

  private static func line(_ point: Point) -> String {
    let numbers = [point.x, point.y, point.low ?? point.y, point.high ?? point.y]
    let texts = numbers.map { $0.isFinite ? $0.description : "NaN" }
    return (texts + (point.label.map { [quoted($0)] } ?? [])).joined(separator: " ") + "\n"
  }

  /// Range and tics: just the data, with about six whole-numbered tics on a linear axis.
  private static func xAxis(_ panel: Panel) -> String {
    let x = panel.series.flatMap { $0.points.map(\.x) }.filter(\.isFinite)
    guard !panel.inBytes else { return bytesAxis(x.filter { $0 > 0 }) }
    guard let first = x.min(), let last = x.max(), first < last else { return "set autoscale x; set xtics autofreq" }
    guard !panel.logX else { return "set logscale x; set xrange [\(first / 1.2):\(last * 1.2)]; set xtics autofreq" }
    let steps = (0..<9).flatMap { power in [1, 2, 5].map { $0 * (0..<power).reduce(1) { tens, _ in tens * 10 } } }
    let step = steps.first { (last - first) / Double($0) <= 6 } ?? 1_000_000_000
    return "set xrange [\(first):\(last)]; set xtics \(step)"
  }

  static func whole(_ value: Double) -> String { "\(Int(value.rounded()))" }

  static func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
  }

  /// A `figure` environment around the PDF.
  var latex: String {
    "\\begin{figure}\n\\centering\n\\includegraphics[width=\\linewidth]{\(name).pdf}\n"
      + "\\caption{\(LaTeX.escaped(caption))}\n\\end{figure}\n"
  }
}

extension [Figure.Point] {
  /// The mean of several curves at every position, with the lowest and the highest value; NaN counts as absent.
  init(curves: [[Double]], x: (Int) -> Double) {
    let length = curves.map(\.count).max() ?? 0
    self = (0..<length).compactMap { i in
      let values = curves.compactMap { i < $0.count && $0[i].isFinite ? $0[i] : nil }
      guard let statistic = Statistic(values) else { return nil }
      return Figure.Point(x: x(i), y: statistic.mean, low: values.min(), high: values.max())
    }
  }
}
