// Sizes are in hundreds of points, which is what the script's widths and heights count in.

extension Figure {
  /// Panels side by side.
  var across: Int { min(columns, panels.count) }
  /// Rows of panels.
  var rows: Int { (panels.count + columns - 1) / columns }

  private var width: Double { 4.3 * Double(across) }
  private var height: Double { 3.6 * Double(rows) + legendHeight }

  /// How tall the shared legend is; 0 without one.
  var legendHeight: Double {
    guard sharesLegend, !panels.isEmpty else { return 0 }
    return 0.2 * Double(legendRows) + 0.15
  }

  private var legendRows: Int { (entries.count + perRow - 1) / perRow }

  /// Entries of the shared legend side by side: as many of the longest as there is room for.
  private var perRow: Int {
    let longest = entries.map(\.title.count).max() ?? 0
    // gnuplot reckons with letters wider than most are, and cuts off what has no room then.
    return max(1, Int((width - 0.1) / (0.5 + 0.092 * Double(longest))))
  }

  /// What the shared legend explains: every title of any panel once, and how it is drawn.
  private var entries: [(title: String, style: String)] {
    let all = panels.flatMap { panel in
      (panel.reference.map { [($0.title, Self.style($0))] } ?? [])
        + panel.series.map { series in
          var series = series
          // A legend shows what to look for; a bar without a value says nothing.
          if series.mark == .bars { series.mark = .points }
          return (series.title, "with \(Self.style(series)) title \(Self.quoted(series.title))")
        }
    }
    var seen: Set<String> = []
    return all.filter { seen.insert($0.0).inserted }
  }

  /// Where a panel stands, when not gnuplot but the legend's height decides.
  func placement(_ panel: Int) -> String {
    let (row, column) = (Double(panel / across), Double(panel % across))
    let left = 4.3 * column
    let top = height - 3.6 * row
    return margins(left: left + 0.68, right: left + 4.15, top: top - 0.4, bottom: top - 3.6 + 0.6)
  }

  private func margins(left: Double, right: Double, top: Double, bottom: Double) -> String {
    func share(_ part: Double, _ whole: Double) -> String { NumberText.decimal(part / whole, 4) }
    return "  set lmargin at screen \(share(left, width)); set rmargin at screen \(share(right, width))\n"
      + "  set tmargin at screen \(share(top, height)); set bmargin at screen \(share(bottom, height))\n"
  }

  /// The shared legend: a panel below the others that shows nothing else.
  var legend: String {
    let samples = entries.map { "NaN \($0.style)" }
    return margins(left: 0, right: width, top: legendHeight, bottom: 0) + """
        unset border; unset tics; unset grid; unset title; unset xlabel; unset ylabel; unset logscale
        set xrange [0:1]; set yrange [0:1]; set offsets 0, 0, 0, 0
        set key center center vertical Left reverse samplen 1.5 maxrows \(legendRows)
        plot \(samples.joined(separator: ", \\\n    "))
        set border 3 linewidth 0.8; set tics nomirror out scale 0.5; set xtics; set ytics
        set grid ytics linewidth 0.5 linecolor rgb "#dddddd"

      """
  }

  /// A logarithmic axis of bytes with powers of ten, or with twice and five times these too where there are few.
  static func bytesAxis(_ x: [Double]) -> String {
    guard let first = x.min(), let last = x.max() else { return "set autoscale x; set xtics autofreq" }
    // Few bytes apart need room for tics, many for the first and last point's marks.
    let room = first * 2 > last ? 1.6 : first * 100 > last ? 1.1 : 1.3
    let (low, high) = (first / room, last * room)
    let powers = (0..<18).map { (0..<$0).reduce(1.0) { tens, _ in tens * 10 } }
    func within(_ factors: [Double]) -> [Double] {
      powers.flatMap { power in factors.map { $0 * power } }.filter { (low...high).contains($0) }
    }
    let finest = within([1, 1.5, 2, 3, 5, 7])
    let tics = [[1], [1, 3], [1, 2, 5]].map(within).first { $0.count >= 4 } ?? finest
    let marks = tics.map { "\"\(bytes($0))\" \(whole($0))" }.joined(separator: ", ")
    return "set logscale x; set xrange [\(low):\(high)]; set xtics (\(marks))"
  }

  /// Bytes without a zero behind the point.
  private static func bytes(_ count: Double) -> String {
    NumberText.bytes(Int(count)).replacing(".0 ", with: " ", maxReplacements: 1)
  }
}
