import FeatherExperiments
import Foundation
import Testing

@testable import FeatherFederation

/// A configuration in which the clients that stay in each round of `spec` are the only ones that are there, and all stay.
private func withoutDropOuts(_ spec: RunSpec, in folder: String) throws -> RunSpec {
  var twin = spec
  let cohort = Array(0..<spec.partition.clients)
  let dropOuts = DropOuts(probability: spec.federation.dropout, seed: spec.seed)
  var lines = "client,from,to\n"
  for round in 0..<spec.federation.rounds {
    for client in dropOuts.staying(cohort, round) { lines += "\(client),\(round),\(round + 1)\n" }
  }
  let path = "\(folder)/\(UUID().uuidString).csv"
  try lines.write(toFile: path, atomically: true, encoding: .utf8)
  twin.federation.dropout = 0
  twin.federation.availability = try PartitionFile(path: path)
  return twin
}

@Suite("Drop-outs and absence")
struct DropOutTests {
  private static let codecs = EveryCodec.specs.filter {
    ![.trajectory, .cosineTrajectory].contains($0.spec.addOns.transform)
  }.map(\.name)

  @Test("who drops out leaves a round as if it had not been chosen, whatever the codec remembers", arguments: codecs)
  func asIfAbsent(name: String) throws {
    var spec = try #require(EveryCodec.specs.first { $0.name == name }).spec
    (spec.partition.clients, spec.federation.rounds) = (max(3, spec.partition.clients), 5)
    (spec.federation.participation, spec.federation.dropout) = (1, 0.5)
    let folder = NSTemporaryDirectory()
    let dropped = try run(spec)
    let absent = try run(try withoutDropOuts(spec, in: folder))
    #expect("\(dropped.rounds.map(\.uploads))" == "\(absent.rounds.map(\.uploads))")
    #expect(dropped.weights.map(\.parameters.bits) == absent.weights.map(\.parameters.bits))
    #expect(dropped.rounds.map(\.testLoss) == absent.rounds.map(\.testLoss))
    // All of them received the model.
    #expect(dropped.rounds.allSatisfy { $0.participants == spec.partition.clients })
    #expect(dropped.rounds.contains { $0.dropped > 0 } && absent.rounds.allSatisfy { $0.dropped == 0 })
    #expect(dropped.ledger[.model, .down].messages == 5 * spec.partition.clients)
    #expect(absent.ledger[.model, .down].messages == absent.rounds.reduce(0) { $0 + $1.uploads.count })
    #expect(dropped.ledger[.update, .up] == absent.ledger[.update, .up])
  }

  @Test("a codec that follows broadcasts hears them where everyone drops out, too")
  func followers() throws {
    var spec = quickSpec(clients: 2, rounds: 8, codec: .direct(DirectCodecSpec(.stc)))
    spec.addOns.transform = .trajectory
    spec.federation.dropout = 0.6
    try spec.validate()
    let result = try run(spec)
    #expect(result.status == .complete)
    #expect(result.rounds.contains { $0.uploads.isEmpty })
    #expect(everything(in: try Federation(spec, data: Digits.splits(), threads: 2).run()) == everything(in: result))
  }

  @Test("a round without uploads leaves the model as it was, and is evaluated and recorded")
  func emptyRounds() throws {
    var spec = quickSpec(clients: 3, rounds: 4)
    let path = "\(NSTemporaryDirectory())/\(UUID().uuidString).csv"
    try "client,from,to\n0,1,2\n2,1,2\n1,3,4\n".write(toFile: path, atomically: true, encoding: .utf8)
    spec.federation.availability = try PartitionFile(path: path)
    let result = try run(spec)
    #expect(result.rounds.map(\.participants) == [0, 2, 0, 1])
    #expect(result.rounds.map { $0.uploads.map(\.client) } == [[], [0, 2], [], [1]])
    let weights = result.weights.map(\.parameters.bits)
    #expect(zip(weights, weights.dropFirst()).map { $0 == $1 } == [true, false, true, false])
    #expect(result.rounds[2].testLoss == result.rounds[1].testLoss && result.rounds[2].bytesDown == 0)
    #expect(result.ledger[.model, .down].messages == 3 && result.ledger[.update, .up].messages == 3)
  }

  @Test("a trace that was changed after the sweep was planned is refused")
  func changed() throws {
    var spec = quickSpec(clients: 2)
    let path = "\(NSTemporaryDirectory())/\(UUID().uuidString).csv"
    try "client,from,to\n0,0,2\n".write(toFile: path, atomically: true, encoding: .utf8)
    spec.federation.availability = try PartitionFile(path: path)
    try "client,from,to\n1,0,2\n".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: (any Error).self) { try run(spec) }
  }
}
