internal import FeatherExperiments
internal import FeatherResults

/// How many samples of each class each client has.
struct LabelHistogram {
  let clients: Int
  let classes: Int
  /// Client by client.
  let counts: [Double]

  /// A histogram; nil where the counts do not fill it, or are none.
  init?(clients: Int, classes: Int, counts: [Double]) {
    guard clients > 0, classes > 0, counts.count == clients * classes,
      counts.allSatisfy({ $0 >= 0 && $0.isFinite })
    else { return nil }
    (self.clients, self.classes, self.counts) = (clients, classes, counts)
  }

  /// The one in a run's file.
  init(_ tree: ResultTree) throws(ReportError) {
    guard let array = tree.array("/clients/label_histogram"), array.shape.count == 2,
      let histogram = LabelHistogram(clients: array.shape[0], classes: array.shape[1], counts: array.data.doubles)
    else { throw ReportError("has no /clients/label_histogram of clients and classes; run it again") }
    self = histogram
  }

  func count(_ client: Int, _ label: Int) -> Double { counts[client * classes + label] }
}

/// The divisions of the samples among the clients that a sweep has, each as a heat map.
struct PartitionMaps {
  /// The most divisions and the most clients that are drawn.
  static let (mostMaps, mostClients) = (6, 100)

  private let maps: [(title: String, histogram: LabelHistogram)]
  /// How many there are, drawn or not.
  private let distinct: Int
  /// Files that could not be read, and why.
  let unreadable: [String]

  /// Reads one run of each division; the next one where a file cannot be read.
  init(_ results: SweepResults, _ histograms: SweepPage.Histograms) {
    var order: [String] = []
    var titles: [String: String] = [:]
    var found: [String: LabelHistogram] = [:]
    var unreadable: [String] = []
    let keys = RunSpec.keys.map(\.key).filter { $0.hasPrefix("partition.") || $0.hasPrefix("dataset.") }
    let varying = VaryingKeys(results.varyingKeys)
    let told = varying.keys.indices.filter { keys.contains(varying.keys[$0]) || varying.keys[$0] == "seed" }
    for run in results.runs where run.summary != nil {
      let division = keys.map { run.cell.spec.value(of: $0) ?? "" }.joined(separator: "\u{1F}")
      if titles[division] == nil {
        order.append(division)
        let values = varying.values(of: run.cell)
        titles[division] = told.compactMap { i in values[i].map { "\(varying.headings[i]) \($0)" } }.joined(
          separator: ", ")
      }
      guard found[division] == nil, order.firstIndex(of: division) ?? 0 < Self.mostMaps, unreadable.count < 20 else {
        continue
      }
      do {
        found[division] = try histograms(run.cell.id)
      } catch {
        unreadable.append("\(run.cell.id): \(error)")
      }
    }
    distinct = order.count
    maps = order.compactMap { key in found[key].map { (titles[key] ?? "", $0) } }
    self.unreadable = unreadable
  }

  /// The figure; nil where no division is known.
  var figure: PageFigure? {
    guard !maps.isEmpty else { return nil }
    let cut = maps.filter { $0.histogram.clients > Self.mostClients }
    return PageFigure(
      title: "How the data is divided",
      caption: [
        "Training samples of each class that each client has, of one run per division; other seeds draw anew.",
        distinct > maps.count ? "Of \(distinct) divisions \(maps.count) are drawn." : nil,
        cut.isEmpty
          ? nil
          : "Of \(cut.map { NumberText.grouped($0.histogram.clients) }.joined(separator: " and ")) clients the first \(Self.mostClients) "
            + "are drawn.",
      ],
      panels: maps.map { PageFigure.panel($0.title, Self.picture($0.histogram, $0.title)) }, legend: nil)
  }

  private static let (left, right, levels) = (58.0, 466.0, 10)

  /// A cell per client and class, the darker the more samples.
  static func picture(_ histogram: LabelHistogram, _ title: String) -> Markup {
    let drawing = drawing(histogram)
    return Chart.picture(
      title: "How the data is divided" + (title.isEmpty ? "" : ", \(title)"), description: drawing.description,
      height: drawing.height
    ) { drawing.content }
  }

  /// What `picture` shows, its height, and a description.
  static func drawing(_ histogram: LabelHistogram) -> (content: Markup, height: Double, description: String) {
    let clients = min(histogram.clients, mostClients)
    let (width, height) = (
      min((right - left) / Double(clients), 44), min(max(170 / Double(histogram.classes), 3), 17)
    )
    let bottom = 4 + height * Double(histogram.classes)
    let most = (0..<clients).flatMap { c in (0..<histogram.classes).map { histogram.count(c, $0) } }.max() ?? 0
    var paths = [String](repeating: "", count: levels + 1)
    var numbers: [Markup] = []
    for client in 0..<clients {
      for label in 0..<histogram.classes {
        let count = histogram.count(client, label)
        let level = most > 0 ? Int((count / most * Double(levels)).rounded(.up)) : 0
        let (x, y) = (left + Double(client) * width, 4 + Double(label) * height)
        paths[level] +=
          "M\(Chart.number(x)) \(Chart.number(y))h\(Chart.number(width))v\(Chart.number(height))h\(Chart.number(-width))z"
        guard width >= 30, height >= 12 else { continue }
        numbers.append(
          Chart.text(
            Axis.count(count), x: x + width / 2, y: y + height / 2 + 4, anchor: "middle",
            style: level > 6 ? "on" : "off"))
      }
    }
    let heat = Markup("g", ["class": "heat"]) {
      paths.enumerated().map { level, path in
        path.isEmpty || level == 0 ? Markup() : Markup("path", ["class": "h\(level)", "d": path])
      }
      Markup(
        "path",
        ["class": "frame", "d": "M58 4H\(Chart.number(left + Double(clients) * width))V\(Chart.number(bottom))H58z"])
      numbers
    }
    let description =
      "\(histogram.classes) classes, \(histogram.clients) clients, at most \(Axis.count(most)) samples of a class at one client"
    let content =
      heat + labels(histogram.classes, clients, width, height, bottom) + key(most, bottom + 52)
    return (content, bottom + 66, description)
  }

  /// Numbers of clients and classes, from 0 as in result files.
  private static func labels(
    _ classes: Int, _ clients: Int, _ width: Double, _ height: Double, _ bottom: Double
  ) -> Markup {
    func every(_ count: Int, _ size: Double, _ room: Double) -> [Int] {
      let step = [1, 2, 5, 10, 20, 50, 100].first { Double($0) * size >= room } ?? 200
      return Array(stride(from: 0, to: count, by: step))
    }
    return Markup("g", ["class": "axis"]) {
      every(clients, width, 22).map { c in
        Chart.text("\(c)", x: left + (Double(c) + 0.5) * width, y: bottom + 15, anchor: "middle")
      }
      every(classes, height, 12).map { label in
        Chart.text("\(label)", x: left - 6, y: 4 + (Double(label) + 0.5) * height + 4, anchor: "end")
      }
      Chart.text("client", x: left + Double(clients) * width / 2, y: bottom + 32, anchor: "middle", style: "label")
      Markup(
        "text",
        [
          "class": "label", "transform": "translate(14 \(Chart.number((4 + bottom) / 2))) rotate(-90)",
          "text-anchor": "middle",
        ]
      ) { "class" }
    }
  }

  /// What the shades mean.
  private static func key(_ most: Double, _ y: Double) -> Markup {
    Markup("g", ["class": "heat key"]) {
      Chart.text("0", x: left, y: y + 8)
      (1...levels).map { level in
        Markup(
          "path",
          ["class": "h\(level)", "d": "M\(Chart.number(left + 4 + Double(level) * 10)) \(Chart.number(y))h10v8h-10z"])
      }
      Chart.text("\(Axis.count(most)) samples", x: left + 120, y: y + 8)
    }
  }
}
