internal import FeatherExperiments
internal import FeatherResults

/// The groups of a sweep as a page's figures show them: how each is called and drawn, and in which panel it is.
struct PageGroups {
  /// A group with a complete run.
  struct Entry {
    var group: ResultTable.Group
    /// The values of its keys that vary, such as `clients 2, autoencoder, latent 8`.
    var label: String
    /// The same without what the panel's title says.
    var short: String
    /// What its colour stands for: the codec without its settings, or the short label where there are few.
    var family: String
    /// How its points are drawn.
    var style: SeriesStyle
    var isIdentity: Bool
    /// Test accuracy after the last round.
    var accuracy: Statistic?
    /// Bytes over the run's life but for broadcasts.
    var life: Statistic?

    fileprivate init(_ named: Named, isSplit: Bool) {
      group = named.group
      let parts = [named.condition, named.codec].filter { !$0.isEmpty }
      label = parts.isEmpty ? "all runs" : parts.joined(separator: ", ")
      short = isSplit ? named.codec : label
      family = named.family
      style = SeriesStyle(colour: 0, dash: 0, symbol: 0)
      isIdentity = named.isIdentity
      accuracy = Statistic(group.runs.compactMap { $0.scalar("final_test_accuracy") }.filter(\.isFinite))
      life = Statistic(group.runs.compactMap(FrontierReport.Axis.life.bytes))
    }

    fileprivate var point: ParetoFront.Point? {
      guard let accuracy, let life else { return nil }
      return ParetoFront.Point(bytes: life.mean, accuracy: accuracy.mean)
    }
  }

  /// Groups that are compared with each other.
  struct Panel {
    /// What they have in common and other panels do not; empty where there is one panel.
    var title: String
    var entries: [Entry]
    /// Indices of the entries that are drawn in colour as lines, with how; in plan order.
    var lines: [(index: Int, style: SeriesStyle)]
    /// Indices of those that no other beats in bytes and accuracy, by bytes; none where codecs do not differ.
    var front: [Int]
  }

  /// The most groups that are told apart by colour in one panel.
  static let mostLines = 8
  /// The most panels.
  static let mostPanels = 9

  /// The panels that are shown.
  let panels: [Panel]
  /// The titles of those that are left out.
  let omitted: [String]
  /// The families with their styles, in plan order.
  let families: [(name: String, style: SeriesStyle)]
  /// How many groups have a complete run, and how many have none.
  let (count, empty): (Int, Int)
  /// Whether there are so few series, which are groups but for their panel, that each has a colour of its own.
  let areFew: Bool

  /// Groups under different conditions are in different panels where codecs differ too: only under one are they compared.
  init(_ table: ResultTable) {
    let named = Self.named(table)
    (count, empty) = (named.count, table.groups.count - named.count)
    let conditions = Self.distinct(named.map(\.condition))
    let hasCodecs = Set(named.map(\.codec)).count > 1
    let isSplit = conditions.count > 1 && hasCodecs
    var entries = named.map { Entry($0, isSplit: isSplit) }
    let series = Self.distinct(entries.map(\.short))
    areFew = series.count <= Self.mostLines
    // Few families among many series would leave most of them alike.
    let isCoarse = Set(entries.map(\.family)).count < 4 && series.count <= 24
    if areFew || isCoarse {
      for i in entries.indices { entries[i].family = entries[i].short }
    }
    Self.style(&entries)
    var seen: Set<String> = []
    families = entries.filter { seen.insert($0.family).inserted }.map { ($0.family, $0.style) }
    let all = (isSplit ? conditions : [""]).map { title in
      let own = zip(entries, named).filter { !isSplit || $0.1.condition == title }.map(\.0)
      return Self.panel(title, own, front: hasCodecs ? Self.front(own) : [])
    }
    panels = Array(all.prefix(Self.mostPanels))
    omitted = all.dropFirst(Self.mostPanels).map(\.title)
  }

  /// Every entry that some panel shows in colour, each once.
  var chosen: [(entry: Entry, style: SeriesStyle)] {
    panels.flatMap { panel in panel.lines.map { (panel.entries[$0.index], $0.style) } }
  }

  // MARK: Names

  fileprivate struct Named {
    var group: ResultTable.Group
    var condition: String
    var codec: String
    var family: String
    var isIdentity: Bool
  }

  /// The groups with a complete run, by what varies: the codec with its settings, and all else.
  private static func named(_ table: ResultTable) -> [Named] {
    let names = CodecNames(table)
    let isCodec = table.keys.map { $0.hasPrefix("codec.") }
    return table.groups.filter { !$0.runs.isEmpty }.map { group in
      let condition = table.keys.indices.filter { !isCodec[$0] }.compactMap { column in
        group.values[column].map { "\(table.varying.headings[column]) \($0)" }
      }
      let name = names.name(of: group)
      let codec = isCodec.contains(true) ? [name.codec] + name.settings.map { "\($0.key) \($0.value)" } : []
      return Named(
        group: group, condition: condition.joined(separator: ", "), codec: codec.joined(separator: ", "),
        family: isCodec.contains(true) ? name.codec : condition.joined(separator: ", "),
        isIdentity: isCodec.contains(true) && name.isIdentity)
    }
  }

  private static func distinct(_ texts: [String]) -> [String] {
    var seen: Set<String> = []
    return texts.filter { seen.insert($0).inserted }
  }

  // MARK: Styles

  /// A colour and a symbol for each family; those of text are for no compression alone.
  ///
  /// Colours come again after seven families, with other symbols.
  private static func style(_ entries: inout [Entry]) {
    var numbers: [String: Int] = [:]
    for i in entries.indices {
      let entry = entries[i]
      guard !entry.isIdentity else { continue }
      let number = numbers[entry.family] ?? numbers.count
      numbers[entry.family] = number
      entries[i].style = SeriesStyle(
        colour: 1 + number % (SeriesStyle.colours - 1), dash: number % SeriesStyle.dashes,
        symbol: number + number / (SeriesStyle.colours - 1) + 1)
    }
  }

  // MARK: Panels

  private static func front(_ entries: [Entry]) -> [Int] {
    let marks = ParetoFront.marks(entries.map(\.point))
    return entries.indices.filter { marks[$0] }
      .sorted { (entries[$0].life?.mean ?? 0, $0) < (entries[$1].life?.mean ?? 0, $1) }
  }

  private static func panel(_ title: String, _ entries: [Entry], front: [Int]) -> Panel {
    let chosen = entries.count <= mostLines ? Array(entries.indices) : choose(entries, front)
    // Lines of one colour differ by their dashes.
    var used: Set<[Int]> = []
    let lines = chosen.map { index in
      var style = entries[index].style
      while used.contains([style.colour, style.dash]) { style.dash = (style.dash + 1) % SeriesStyle.dashes }
      used.insert([style.colour, style.dash])
      return (index: index, style: style)
    }
    return Panel(title: title, entries: entries, lines: lines, front: front)
  }

  /// Of many, those that tell most: no compression, the lowest accuracy, up to five of the front, the best of each family, and then the best.
  private static func choose(_ entries: [Entry], _ front: [Int]) -> [Int] {
    var chosen: [Int] = []
    func add(_ index: Int?) {
      guard let index, chosen.count < mostLines, !chosen.contains(index) else { return }
      chosen.append(index)
    }
    let byAccuracy = entries.indices.filter { entries[$0].accuracy != nil }
      .sorted { (-(entries[$0].accuracy?.mean ?? 0), $0) < (-(entries[$1].accuracy?.mean ?? 0), $1) }
    add(entries.firstIndex(where: \.isIdentity))
    add(byAccuracy.last)
    let most = min(5, front.count)
    for i in 0..<most { add(front[most == 1 ? 0 : i * (front.count - 1) / (most - 1)]) }
    for index in byAccuracy where !chosen.contains(where: { entries[$0].family == entries[index].family }) {
      add(index)
    }
    for index in byAccuracy { add(index) }
    return chosen.sorted()
  }
}
