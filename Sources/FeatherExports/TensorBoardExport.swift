import FeatherExperiments
import FeatherReports
import FeatherResults
import SwiftProtobuf

/// An event file of TensorBoard for each run, in a folder of its run id.
///
/// Curves of `/metrics` have the tags `metrics/test_accuracy` and the like, and those of clients `clients/relative_error/03` where there
/// are at most 32 clients. There is no point where there is no value. Values are float32, as TensorBoard's scalars are. The
/// configuration is in the run's hparams.
struct TensorBoardExport: RunExporter {
  /// More clients have no curves each.
  static let mostClients = 32
  /// TensorBoard takes every file with `tfevents` in its name for an event file.
  static let fileName = "events.out.tfevents.0000000000.featherweight"

  private var withoutClients = 0

  mutating func add(_ run: ExportedRun, to files: inout ReportFiles) throws {
    var file = try TensorBoardFile()
    try file.append([try run.sessionStart()], round: 0)
    let rounds = run.points
    for (round, values) in rounds.enumerated() { try file.append(values, round: round) }
    try file.append([try run.sessionEnd(after: rounds.count)], round: rounds.count)
    if run.clients > Self.mostClients { withoutClients += 1 }
    _ = try ReportFiles(in: "\(files.folder)/\(run.id)")
    try files.put("\(run.id)/\(Self.fileName)", bytes: file.bytes)
  }

  func finish(_ files: inout ReportFiles) throws -> [String] {
    guard withoutClients > 0 else { return [] }
    return ["\(withoutClients) runs have more than \(Self.mostClients) clients, so no curves for each of them"]
  }
}

extension ExportedRun {
  fileprivate var clients: Int { tree.array("/client")?.count ?? 0 }

  /// The points of all curves, round by round.
  fileprivate var points: [[Tensorboard_Summary.Value]] {
    var points = [[Tensorboard_Summary.Value]](repeating: [], count: tree.array("/round")?.count ?? 0)
    for (name, values) in file.summary.curves {
      for (round, value) in zip(points.indices, values) where !value.isNaN {
        points[round].append(.init("metrics/\(name)", value))
      }
    }
    guard (1...TensorBoardExport.mostClients).contains(clients) else { return points }
    let took = tree.array("/clients/participated")?.data.doubles ?? []
    for array in tree.arrays where array.path.hasPrefix("/clients/") && array.axes == ["round", "client"] {
      guard array.name != "participated", array.shape == [points.count, clients], took.count == array.count else {
        continue
      }
      for (place, value) in array.data.doubles.enumerated() where took[place] == 1 && !value.isNaN {
        let (round, client) = place.quotientAndRemainder(dividingBy: clients)
        points[round].append(.init("clients/\(array.name)/\(client < 10 ? "0" : "")\(client)", value))
      }
    }
    return points
  }

  /// The configuration, which the hparams plugin shows beside the last values of curves.
  fileprivate func sessionStart() throws -> Tensorboard_Summary.Value {
    var data = Tensorboard_Hparams_HParamsPluginData()
    for attribute in file.summary.config { data.sessionStartInfo.hparams[attribute.name] = attribute.value.hparam }
    return try .init("_hparams_/session_start_info", hparams: data)
  }

  /// How the run ended.
  fileprivate func sessionEnd(after rounds: Int) throws -> Tensorboard_Summary.Value {
    var data = Tensorboard_Hparams_HParamsPluginData()
    data.sessionEndInfo.status = file.summary.status == .complete ? .success : .failure
    data.sessionEndInfo.endTimeSecs = Double(rounds)
    return try .init("_hparams_/session_end_info", hparams: data)
  }
}

extension ResultAttribute.Value {
  fileprivate var hparam: Google_Protobuf_Value {
    switch self {
    case .text(let text): Google_Protobuf_Value(stringValue: text)
    case .integer(let integer): Google_Protobuf_Value(numberValue: Double(integer))
    case .real(let real): Google_Protobuf_Value(numberValue: real)
    case .byte(let byte): Google_Protobuf_Value(boolValue: byte != 0)
    }
  }
}
