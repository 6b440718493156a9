import FeatherExperiments
import FeatherReports
import Foundation

@testable import FeatherExports
@testable import FeatherResults

/// A made-up sweep in a temporary folder, removed with the value: a model of eight parameters, two clients, two rounds.
final class ExportsFixture {
  static let spec = """
    featherweight: 1
    name: made-up
    base:
      model: {name: mlp, hidden: [2]}
      partition: {scheme: iid, clients: 2}
      store: {weights: all, codec: true}
    sweep:
      grid:
        codec: [{name: identity}, {name: autoencoder, latent: 2}]
        seed: [1, 2]
    """

  /// Weights and biases of two layers.
  static let layout = [
    ParameterSlice(name: "dense1.weight", offset: 0, shape: [2, 2]),
    ParameterSlice(name: "dense1.bias", offset: 4, shape: [2]),
    ParameterSlice(name: "dense2.weight", offset: 6, shape: [1, 2]),
  ]

  let path: String
  let plan: Plan
  var folder: String { path + "/sweep" }

  /// Writes the runs of a spec but for those that are left out.
  init(
    _ spec: String = ExportsFixture.spec, without missing: Set<Int> = [], _ change: (inout RunResult) -> Void = { _ in }
  ) throws {
    path = FileManager.default.temporaryDirectory.appending(path: "feather-" + UUID().uuidString).path
    plan = try SweepSpec.load(text: spec, file: "made-up.yaml").plan()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (number, cell) in plan.cells.enumerated() where !missing.contains(number) {
      var result = Self.result(cell.spec)
      change(&result)
      try RunFile.write(result, identity: RunIdentity(cell.spec, cell.id), to: "\(folder)/\(cell.id).h5")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Client 1 sits out the second round.
  static func result(_ spec: RunSpec) -> RunResult {
    let isFitted = spec.codec.isFitted
    let clients = [3, 4].map { ClientRecord(indices: Array(0..<Int32($0)), labelHistogram: [$0, 0]) }
    var result = RunResult(
      spec: spec,
      sizes: ModelSizes(model: 8, encoder: isFitted ? 18 : 0, decoder: isFitted ? 24 : 0, latent: isFitted ? 2 : 8),
      layout: layout, clients: clients, labelSkew: 0.125, classes: 2)
    result.rounds = (0..<2).map { round in
      let uploads = (0..<2 - round).map { client in
        UploadRecord(
          client: client, trainLoss: 0.5 / Double(round + 1), bytes: 24, relativeError: 1e-5 * Double(client + 1),
          meanSquaredError: 1e-6, latent: nil)
      }
      return RoundRecord(
        round: round, testAccuracy: 0.1 + 0.2 * Double(round), testLoss: 1 / Double(round + 3),
        bytesUp: 24 * uploads.count,
        bytesDown: 40 * uploads.count, uploads: uploads)
    }
    result.ledger.count(.update, .up, bodyBytes: 32, headerBytes: 8)
    result.weights = [0, 2].map { rounds in (rounds, (0..<8).map { Float($0) + Float(rounds) / 10 }) }
    if isFitted {
      result.fits = (0..<2).map { fit in
        var record = CodecFitRecord()
        record.group = fit
        record.trainLoss = [1, 0.5]
        record.encoder = (0..<18).map { Float($0 + 100 * fit) }
        record.decoder = (0..<24).map { Float($0 + 100 * fit) / 2 }
        return record
      }
    }
    return result
  }

  /// The sweep as its files tell.
  func results() throws -> SweepResults {
    let runs = plan.cells.map { cell -> SweepResults.Run in
      let summary = try? RunFile.open("\(folder)/\(cell.id).h5").summary
      return SweepResults.Run(cell: cell, summary: summary, state: summary == nil ? "pending" : "done")
    }
    return SweepResults(plan: plan, folder: folder, runs: runs)
  }

  /// Exports all of it.
  func export(_ format: ExportFormat, checkpoint: CheckpointChoice = .last, to name: String = "out") throws
    -> SweepExport.Report
  {
    try SweepExport(results(), checkpoint: checkpoint).write(format, to: "\(path)/\(name)")
  }

  func id(_ run: Int) -> String { plan.cells[run].id.hex }

  func bytes(_ name: String) throws -> [UInt8] { try AtomicFile.read("\(path)/\(name)") }

  func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

  /// The lines of a file.
  func lines(_ name: String) throws -> [String] { try text(name).split(separator: "\n").map(String.init) }

  /// A table as rows of fields by column; of tables in which nothing is quoted.
  func rows(_ name: String) throws -> [[String: String]] {
    let lines = try lines(name).map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  func names(_ folder: String = "out") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
  }
}
