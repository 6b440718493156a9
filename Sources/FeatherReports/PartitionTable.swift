/// How samples are divided among clients, before anything runs: as text, CSV and a picture.
public struct PartitionTable: Sendable {
  /// One division of samples.
  public struct Division: Sendable {
    /// What decides it, such as `mnist, 60000 samples; scheme iid, clients 2; seed 1`.
    public var title: String
    /// The number of clients.
    public var clients: Int
    /// Whether each client draws its own samples, so that clients share them.
    public var isDrawn: Bool
    /// Samples per class, shape [client, class], of the first clients at least.
    public var histograms: [[Int]]
    /// Mean total variation distance between a client's label distribution and that of all.
    public var labelSkew: Double

    /// A division.
    public init(title: String, clients: Int, isDrawn: Bool, histograms: [[Int]], labelSkew: Double) {
      (self.title, self.clients, self.isDrawn) = (title, clients, isDrawn)
      (self.histograms, self.labelSkew) = (histograms, labelSkew)
    }
  }

  /// The ways in which it is written.
  public enum Format: String, CaseIterable, Sendable {
    /// A heading, statistics and the first twenty clients of each division.
    case text
    /// One row per client.
    case csv
  }

  /// The most clients that text lists.
  static let mostListed = 20

  /// The divisions.
  public let divisions: [Division]

  /// A table of divisions.
  public init(_ divisions: [Division]) { self.divisions = divisions }

  /// The table in a format, with a line break at its end.
  public func rendered(_ format: Format) -> String {
    switch format {
    case .text: divisions.map(\.text).joined(separator: "\n")
    case .csv: csv
    }
  }

  private var csv: String {
    let classes = divisions.reduce(0) { max($0, $1.classes) }
    let header = ["division", "client", "samples"] + (0..<classes).map { "class_\($0)" }
    let rows = divisions.flatMap { division in
      division.histograms.enumerated().map { client, counts in
        [division.title, "\(client)", "\(counts.reduce(0, +))"] + counts.map { "\($0)" }
          + [String](repeating: "", count: classes - counts.count)
      }
    }
    return ([header] + rows).map { $0.map(ResultTable.quoted).joined(separator: ",") + "\n" }.joined()
  }
}

extension PartitionTable.Division {
  fileprivate var classes: Int { histograms.first?.count ?? 0 }

  /// Heading, statistics, and the first clients: samples of each class as shades of the client's largest, and as numbers.
  fileprivate var text: String {
    var grid = TextGrid()
    grid.addColumn("client", numeric: true)
    grid.addColumn("samples", numeric: true)
    grid.addColumn("labels")
    for k in 0..<classes { grid.addColumn("\(k)", numeric: true) }
    let listed = histograms.prefix(PartitionTable.mostListed)
    grid.rows = listed.enumerated().map { client, counts in
      ["\(client)", NumberText.grouped(counts.reduce(0, +)), Self.shades(counts)] + counts.map { "\($0)" }
    }
    let rest = clients - listed.count
    return title + "\n" + statistics.joined(separator: "\n") + "\n\n" + grid.plain
      + (rest > 0 ? "… and \(NumberText.grouped(rest)) clients more\n" : "")
  }

  private var statistics: [String] {
    let sizes = histograms.map { $0.reduce(0, +) }
    let owned = histograms.map { $0.count { $0 > 0 } }
    let counted = histograms.count
    var lines = ["\(NumberText.grouped(clients)) \(clients == 1 ? "client" : "clients")"]
    if isDrawn {
      lines[0] += ", each of which draws its own samples; of "
      lines[0] += counted < clients ? "the first \(NumberText.grouped(counted)):" : "all:"
    }
    return lines + [
      "samples per client: \(Self.range(sizes))", "classes per client: \(Self.range(owned))",
      "label skew: \(NumberText.decimal(labelSkew, 3))",
    ]
  }

  private static func range(_ values: [Int]) -> String {
    let ordered = values.sorted()
    guard let least = ordered.first, let most = ordered.last else { return "–" }
    // The lower one of the two in the middle, so that it is some client's.
    let median = ordered[(ordered.count - 1) / 2]
    return "\(NumberText.grouped(least)) to \(NumberText.grouped(most)), median \(NumberText.grouped(median))"
  }

  /// A character per class, the higher the more samples; a dot where there are none.
  private static func shades(_ counts: [Int]) -> String {
    let most = max(1, counts.max() ?? 0)
    let levels = Array("▁▂▃▄▅▆▇█")
    return String(counts.map { $0 == 0 ? "·" : levels[($0 * levels.count - 1) / most] })
  }
}

extension PartitionTable {
  /// A heat map of each division's first hundred clients, as a file of SVG.
  public var svg: String {
    var top = 0.0
    var maps: [Markup] = []
    for division in divisions {
      guard
        let histogram = LabelHistogram(
          clients: division.histograms.count, classes: division.classes,
          counts: division.histograms.joined().map(Double.init))
      else { continue }
      let drawing = PartitionMaps.drawing(histogram)
      let rest = division.clients - min(histogram.clients, PartitionMaps.mostClients)
      let lines =
        division.title.split(separator: "; ").flatMap { Self.wrapped(String($0)) }
        + (rest > 0 ? ["and \(NumberText.grouped(rest)) clients more"] : [])
      let text = 18 * Double(lines.count) + 8
      maps.append(
        Markup("g", ["transform": "translate(0 \(Chart.number(top)))"]) {
          Markup("title") { drawing.description }
          lines.enumerated().map { Chart.text($1, x: 8, y: 18 * Double($0 + 1)) }
          Markup("g", ["transform": "translate(0 \(Chart.number(text)))"]) { drawing.content }
        })
      top += drawing.height + text + 12
    }
    let (width, height) = (Chart.number(Chart.Place.width), Chart.number(top))
    return Markup(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(width) \(height)", "width": width, "height": height,
        "font-family": "sans-serif", "role": "img",
      ]
    ) {
      Markup("title") { "How the data is divided" }
      Markup("style") { Markup(literal: Self.style) }
      Markup("path", ["fill": "#ffffff", "d": "M0 0H\(width)V\(height)H0z"])
      Markup(maps)
    }.text + "\n"
  }

  /// The text in lines that fit a map's width, broken after commas.
  private static func wrapped(_ text: String) -> [String] {
    text.split(separator: ", ").reduce(into: []) { lines, part in
      if let last = lines.last, last.count + part.count < mostLetters {
        lines[lines.count - 1] = "\(last), \(part)"
      } else {
        lines.append(String(part))
      }
    }
  }

  private static let mostLetters = 70

  /// The page's light colours, without the variables that few programs but browsers read.
  private static let style: StaticString = """
    text { fill: #1b1f24; font-size: 12px; }
    .axis text { fill: #59626d; }
    .axis .label { fill: #1b1f24; font-size: 12.5px; }
    .heat path { fill: #0b4f8a; }
    .heat .frame { fill: none; stroke: #d5dae0; }
    .heat .on { fill: #ffffff; }
    .h1 { opacity: 0.1; } .h2 { opacity: 0.2; } .h3 { opacity: 0.3; } .h4 { opacity: 0.4; } .h5 { opacity: 0.5; }
    .h6 { opacity: 0.6; } .h7 { opacity: 0.7; } .h8 { opacity: 0.8; } .h9 { opacity: 0.9; }
    """
}
