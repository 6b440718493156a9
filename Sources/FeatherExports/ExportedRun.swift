import FeatherExperiments
import FeatherResults

/// A run that is exported: its configuration and everything in its file.
struct ExportedRun {
  let cell: Cell
  let file: RunFile

  var id: String { cell.id.hex }
  var spec: RunSpec { cell.spec }
  var tree: ResultTree { file.tree }

  /// Opens a run's file.
  ///
  /// - Throws: `ResultsError` where it is damaged; `ExportError` where it is another run's.
  init(_ cell: Cell, file path: String) throws {
    try self.init(cell, RunFile.open(path), path)
  }

  init(_ cell: Cell, _ file: RunFile, _ path: String) throws(ExportError) {
    guard file.summary.runID == cell.id.hex else {
      throw ExportError("\(path): holds run \(file.summary.runID), not \(cell.id): rename or remove it")
    }
    self.cell = cell
    self.file = file
  }

  /// An error of this run.
  func error(_ what: String) -> ExportError { ExportError("run \(id): \(what)") }

  /// An array that every run file has.
  func array(_ path: String) throws(ExportError) -> ResultArray {
    guard let array = tree.array(path) else { throw error("its file has no \(path); run it again") }
    return array
  }

  /// The elements of an array of float32, or none where the file does not have it.
  func floats(_ path: String) throws(ExportError) -> [Float]? {
    guard let array = tree.array(path) else { return nil }
    guard case .float32(let values) = array.data else { throw error("\(path) is not of float32; run it again") }
    return values
  }

  /// How the run ended, in a word.
  var status: String { file.summary.status == .complete ? "complete" : "diverged" }

  /// The elements of an array of whole numbers, or none where the file does not have it.
  func integers(_ path: String) throws(ExportError) -> [Int]? {
    guard let array = tree.array(path) else { return nil }
    guard case .int64(let values) = array.data else { throw error("\(path) is not of whole numbers; run it again") }
    return values.map(Int.init)
  }

  /// The layers' slices of the model's parameters, which follow each other and are not empty.
  func layout() throws(ExportError) -> [ParameterSlice] {
    let shape = try array("/weights/layout/shape").shape
    guard case .text(let names) = try array("/weights/layout/slice").data,
      let offsets = try integers("/weights/layout/offset"), let sizes = try integers("/weights/layout/shape"),
      offsets.count == names.count, shape.count == 2, shape[0] == names.count
    else { throw error("/weights/layout does not say the layers; run it again") }
    var end = 0
    var slices: [ParameterSlice] = []
    for (number, name) in names.enumerated() {
      let slice = ParameterSlice(
        name: name, offset: offsets[number],
        shape: sizes[number * shape[1]..<(number + 1) * shape[1]].prefix { $0 > 0 }.map { $0 })
      guard slice.offset == end, let next = Self.end(of: slice), next > end else {
        throw error("/weights/layout has no sensible slice \(name); run it again")
      }
      end = next
      slices.append(slice)
    }
    return slices
  }

  /// Where a slice ends; nil where that is beyond counting.
  private static func end(of slice: ParameterSlice) -> Int? {
    var count = 1
    for size in slice.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      count = product
    }
    let (end, overflow) = slice.offset.addingReportingOverflow(count)
    return overflow ? nil : end
  }

  /// The stored global weights that are meant, each after so many rounds; none where the run has none of those.
  func weights(_ choice: CheckpointChoice) throws(ExportError) -> [(rounds: Int, parameters: ArraySlice<Float>)] {
    guard let values = try floats("/weights/global") else { return [] }
    guard let rounds = try integers("/weights/checkpoint"), !rounds.isEmpty, values.count.isMultiple(of: rounds.count)
    else { throw error("/weights/checkpoint does not fit /weights/global; run it again") }
    let width = values.count / rounds.count
    let all = rounds.enumerated().map { (rounds: $1, parameters: values[$0 * width..<($0 + 1) * width]) }
    switch choice {
    case .all: return all
    case .last: return all.suffix(1)
    case .rounds(let rounds): return all.filter { $0.rounds == rounds }
    }
  }
}
