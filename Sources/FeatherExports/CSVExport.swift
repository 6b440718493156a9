import FeatherExperiments
import FeatherReports
import FeatherResults

/// Flat tables: runs, their metrics (wide and long), clients and ledger, and a dictionary of all columns.
///
/// A run's clients are many, so they are written while its file is open; what the other tables need of a run is kept till the end, when
/// all columns are known.
struct CSVExport: RunExporter {
  /// What is kept of a run.
  private struct Kept {
    var cell: Cell
    var status: String
    var scalars: [(name: String, value: Double)]
    var curves: [(name: String, values: [Double])]
  }

  private static let run = (name: "run", longName: "the run's id, a text, which is also the name of its result file")
  private static let round = (name: "round", longName: "round of the federation, from 0")
  /// The arrays over rounds and clients, which every run has.
  private static let clientColumns = ["train_loss", "bytes_up", "relative_error", "mse", "participated"]
  private static let ledgerColumns = ["messages", "body_bytes", "header_bytes"]

  /// The keys that vary, in the plan's order.
  private let axes: [String]
  private var kept: [Kept] = []
  private var clients: AtomicStream?
  private var ledger: AtomicStream?
  private var dictionary = DataDictionary()
  private var quantities: [String: Quantity] = [:]

  init(_ export: SweepExport) { axes = export.results.plan.axes }

  mutating func add(_ run: ExportedRun, to files: inout ReportFiles) throws {
    // Both are made before either is written, so that a run is in both or in none.
    let clientRows = try clientRows(of: run)
    let ledgerRows = try ledgerRows(of: run)
    if clients == nil {
      clients = try files.stream("clients.csv")
      try clients?.append(CSVText.line(["run", "round", "client"] + Self.clientColumns))
      ledger = try files.stream("ledger.csv")
      try ledger?.append(CSVText.line(["run", "entry"] + Self.ledgerColumns))
    }
    try clients?.append(clientRows)
    try ledger?.append(ledgerRows)
    let summary = run.file.summary
    for (name, _) in summary.curves where quantities["metrics/\(name)"] == nil {
      quantities["metrics/\(name)"] = run.tree.array("/metrics/\(name)").map { Quantity($0) }
    }
    for (name, _) in summary.scalars where quantities[name] == nil {
      quantities[name] = Quantity(scalar: name, of: run.tree)
    }
    kept.append(Kept(cell: run.cell, status: run.status, scalars: summary.scalars, curves: summary.curves))
  }

  mutating func finish(_ files: inout ReportFiles) throws -> [String] {
    try files.put("runs.csv", runTable())
    try writeMetrics(&files)
    if let clients { try files.put(clients) }
    if let ledger { try files.put(ledger) }
    noteArrays()
    try files.put("columns.csv", dictionary.csv)
    return []
  }

  // MARK: Rows of one run

  private mutating func clientRows(of run: ExportedRun) throws -> String {
    guard run.tree.array("/uploads/round") == nil else { return try uploadRows(of: run) }
    let columns = try Self.clientColumns.map { try run.array("/clients/\($0)") }
    let shape = columns[0].shape
    guard shape.count == 2, columns.allSatisfy({ $0.shape == shape }) else {
      throw run.error("/clients does not have a value per round and client; run it again")
    }
    for column in columns { quantities["clients/\(column.name)"] = Quantity(column) }
    let table = NumberColumns(columns)
    var rows = ""
    for round in 0..<shape[0] {
      for client in 0..<shape[1] {
        rows += "\(run.id),\(round),\(client)\(table.text(round * shape[1] + client))\n"
      }
    }
    return rows
  }

  /// Those of a run that lists its uploads one by one: clients that did not take part have no rows.
  private mutating func uploadRows(of run: ExportedRun) throws -> String {
    let places = try ["round", "client"].map { try run.array("/uploads/\($0)") }
    let columns = try Self.clientColumns.dropLast().map { try run.array("/uploads/\($0)") }
    guard places[0].shape.count == 1, (places + columns).allSatisfy({ $0.shape == places[0].shape }) else {
      throw run.error("/uploads does not have a value per upload; run it again")
    }
    for column in columns { quantities["clients/\(column.name)"] = Quantity(column) }
    let table = NumberColumns(places + columns)
    return (0..<places[0].count).map { "\(run.id)\(table.text($0)),1\n" }.joined()
  }

  private mutating func ledgerRows(of run: ExportedRun) throws -> String {
    let columns = try Self.ledgerColumns.map { try run.array("/ledger/\($0)") }
    guard case .text(let names) = try run.array("/ledger/entry").data,
      columns.allSatisfy({ $0.shape == [names.count] })
    else { throw run.error("/ledger does not have its entries; run it again") }
    for column in columns { quantities["ledger/\(column.name)"] = Quantity(column) }
    let values = columns.map(\.data.doubles)
    return names.enumerated().map { entry, name in
      CSVText.line([run.id, name] + values.map { CSVText.number($0[entry], isWhole: true) })
    }.joined()
  }

  // MARK: Tables of all runs

  /// A row per run: the keys that vary, the others, the single numbers.
  private mutating func runTable() -> String {
    let keys = kept.flatMap { $0.cell.spec.flattened.map(\.key) }.uniqued
    let others = RunSpec.keys.map(\.key).filter { keys.contains($0) && !axes.contains($0) }
    let scalars = kept.flatMap { $0.scalars.map(\.name) }.uniqued
    dictionary.add("runs.csv", keys: [Self.run, ("status", "how the run ended: complete or diverged")])
    dictionary.add("runs.csv", configuration: axes + others)
    for name in scalars { note("runs.csv", name, quantities[name]) }
    var table = CSVText.line(["run", "status"] + axes + others + scalars)
    for run in kept {
      let given = Dictionary(uniqueKeysWithValues: run.cell.spec.flattened.map { ($0.key, $0.value) })
      let numbers = scalars.map { name in
        CSVText.number(
          run.scalars.first { $0.name == name }?.value ?? .nan, isWhole: quantities[name]?.isWhole ?? false)
      }
      table += CSVText.line(
        [run.cell.id.hex, run.status] + values(of: run.cell) + others.map { given[$0] ?? "" } + numbers)
    }
    return table
  }

  /// A row per run and round, and a row per run, round and metric.
  private mutating func writeMetrics(_ files: inout ReportFiles) throws {
    let names = kept.flatMap { $0.curves.map(\.name) }.uniqued
    for file in ["metrics.csv", "metrics-long.csv"] {
      dictionary.add(file, keys: [Self.run])
      dictionary.add(file, configuration: axes)
      dictionary.add(file, keys: [Self.round])
      guard file == "metrics.csv" else { continue }
      for name in names { note(file, name, quantities["metrics/\(name)"]) }
    }
    dictionary.add("metrics-long.csv", keys: [("metric", "name of a column of metrics.csv"), ("value", "its value")])
    let wide = try files.stream("metrics.csv")
    let long = try files.stream("metrics-long.csv")
    try wide.append(CSVText.line(["run"] + axes + ["round"] + names))
    try long.append(CSVText.line(["run"] + axes + ["round", "metric", "value"]))
    for run in kept {
      let start = [run.cell.id.hex] + values(of: run.cell)
      var (wideRows, longRows) = ("", "")
      for round in 0..<(run.curves.map(\.values.count).max() ?? 0) {
        let numbers = names.map { name in
          let curve = run.curves.first { $0.name == name }?.values ?? []
          let isWhole = quantities["metrics/\(name)"]?.isWhole ?? false
          return round < curve.count ? CSVText.number(curve[round], isWhole: isWhole) : ""
        }
        wideRows += CSVText.line(start + [String(round)] + numbers)
        for (name, number) in zip(names, numbers) where run.curves.contains(where: { $0.name == name }) {
          longRows += CSVText.line(start + [String(round), name, number])
        }
      }
      try wide.append(wideRows)
      try long.append(longRows)
    }
    try files.put(wide)
    try files.put(long)
  }

  /// The columns of the tables that were written run by run.
  private mutating func noteArrays() {
    dictionary.add("clients.csv", keys: [Self.run, Self.round, ("client", "the client's number, from 0")])
    for name in Self.clientColumns { note("clients.csv", name, quantities["clients/\(name)"]) }
    dictionary.add("ledger.csv", keys: [Self.run, ("entry", "purpose and direction of the messages")])
    for name in Self.ledgerColumns { note("ledger.csv", name, quantities["ledger/\(name)"]) }
  }

  private mutating func note(_ file: String, _ column: String, _ quantity: Quantity?) {
    dictionary.add(file, column, quantity ?? Quantity(unit: "1", longName: column))
  }

  /// A cell's values of the keys that vary; empty for a key that its codec, data set or partition does not have.
  private func values(of cell: Cell) -> [String] {
    axes.map { key in cell.varying.first { $0.key == key }?.value ?? "" }
  }
}

/// Columns of numbers as text.
private struct NumberColumns {
  private let columns: [(values: [Double], isWhole: Bool)]

  init(_ arrays: [ResultArray]) { columns = arrays.map { ($0.data.doubles, Quantity($0).isWhole) } }

  /// The numbers of a row, each behind a comma.
  func text(_ row: Int) -> String {
    columns.map { "," + CSVText.number($0.values[row], isWhole: $0.isWhole) }.joined()
  }
}
