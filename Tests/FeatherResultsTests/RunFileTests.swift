import FeatherExperiments
import Testing

@testable import FeatherResults

@Suite struct RunFileTests {
  @Test("equal results give equal bytes, another result others") func equalBytes() throws {
    let first = try RunFile.encode(Example.run(), identity: Example.identity())
    let second = try RunFile.encode(Example.run(), identity: Example.identity())
    #expect(first == second)
    #expect(try RunFile.encode(Example.run(rounds: 3), identity: Example.identity()) != first)
  }

  @Test("a file read back holds exactly what was written", arguments: Example.Kind.allCases)
  func roundTrip(kind: Example.Kind) throws {
    let result = kind.result
    let meant = RunFileLayout.tree(result, Example.identity())
    let read = try RunFile(bytes: RunFile.encode(result, identity: Example.identity())).tree
    #expect(read.arrays.count == meant.arrays.count)
    for array in meant.arrays {
      let found = try #require(read.array(array.path))
      #expect(found.shape == array.shape && found.axes == array.axes && found.attributes == array.attributes)
      #expect(found.data.typeName == array.data.typeName && found.data.bytes() == array.data.bytes(), "\(array.path)")
    }
    for group in meant.groups {
      let found = try #require(read.group(group.path)).attributes.filter { $0.name != "content_sha256" }
      #expect(found == group.attributes)
    }
  }

  @Test("the summary tells configuration, numbers and curves") func summary() throws {
    let summary = try RunFile(bytes: RunFile.encode(Example.run(), identity: Example.identity())).summary
    #expect(summary.runID == "0123456789ab" && summary.canonicalJSON == #"{"seed":7}"#)
    #expect(summary.status == .complete)
    #expect(
      summary.config == [
        .init("codec.centre", .byte(1)), .init("codec.latent", .integer(4)), .init("codec.name", .text("autoencoder")),
        .init("seed", .integer(7)), .init("training.learningRate", .real(0.05)),
      ])
    #expect(summary.curve("test_accuracy") == [0.5, 0.9, 0.8, 0.85])
    #expect(summary.scalar("final_test_accuracy") == 0.85 && summary.scalar("best_test_accuracy") == 0.9)
    // Ten uploads of 16 bytes for 5000 float32 values, three decoders of 3600 bytes; 8 bytes of header each.
    #expect(summary.scalar("upload_ratio") == 1250)
    #expect(summary.scalar("lifetime_ratio_body") == 200_000.0 / (160 + 10_800))
    #expect(summary.scalar("bytes_up") == 10 * 24 + 3 * 3608 && summary.scalar("bytes_down") == 10 * 20_008)
    #expect(summary.scalar("bytes_update_up") == 10 * 24 && summary.scalar("bytes_decoder_up") == 3 * 3608)
    #expect(summary.scalar("bytes_model_down") == 10 * 20_008 && summary.scalar("bytes_prepass_down") == 0)
  }

  @Test("scores on subsets and after local epochs, views and normalisation are read back where they are")
  func coloured() throws {
    let file = try RunFile(bytes: RunFile.encode(Example.colouredRun(), identity: Example.identity()))
    func values(_ path: String) throws -> [Double] { try #require(file.tree.array(path)).data.doubles }
    #expect(try values("/metrics/test_accuracy_colour") == [0.6, 0.7, 0.8])
    #expect(try values("/metrics/test_loss_grey") == [0.5, 0.5, 0.5])
    #expect(file.summary.scalar("final_test_accuracy_colour") == 0.8)
    #expect(file.summary.scalar("final_test_accuracy_grey") == 0.4 + 2.0 / 10)
    #expect(file.tree.array("/clients/epoch_accuracy")?.shape == [3, 3, 2])
    #expect(file.tree.array("/clients/epoch_accuracy")?.axes == ["round", "client", "local_epoch"])
    // Client 1 sits out round 1.
    let accuracy = try values("/clients/epoch_accuracy")
    #expect(Array(accuracy[0..<8]) == [0, 0.5, 1, 1.5, 2, 2.5, 10, 10.5])
    #expect(accuracy[8].isNaN && accuracy[9].isNaN && accuracy[10] == 12)
    #expect(try values("/clients/epoch_loss")[11] == 12.75)
    #expect(try values("/clients/grey_samples") == [0, 7, 0] && values("/clients/noise_deviation") == [0, 0, 0.1])
    #expect(try values("/dataset/normalisation_mean") == [0.5, 0.4])
    #expect(try values("/dataset/normalisation_deviation") == [0.25, 0.2])
  }

  @Test("a run without them has none of their arrays")
  func plain() {
    let paths = RunFileLayout.tree(Example.run(), Example.identity()).arrays.map(\.path)
    for part in ["_colour", "_grey", "epoch_accuracy", "grey_samples", "noise", "/dataset", "channel", "local_epoch"] {
      #expect(!paths.contains { $0.contains(part) })
    }
  }

  @Test("a diverged run says when and why", arguments: [nil, 0, 2])
  func diverged(round: Int?) throws {
    let bytes = try RunFile.encode(Example.diverged(round: round), identity: Example.identity())
    let summary = try RunFile(bytes: bytes).summary
    #expect(summary.status == .diverged(round: round, reason: "training loss of client 1 is NaN"))
    #expect(summary.scalar("rounds") == Double(round ?? 0))
    #expect(summary.scalar("final_test_accuracy")?.isNaN == (round ?? 0 == 0))
  }

  @Test("files of another kind are refused with one clear line")
  func refusals() throws {
    let sound = try RunFile.encode(Example.run(), identity: Example.identity())
    var other = RunFileLayout.tree(Example.run(), Example.identity())
    other.groups[0] = ResultGroup("/", [.init("format", .text("something"))])
    let foreign = try HDF5Writer.encode(other)
    other.groups[0] = ResultGroup(
      "/", [.init("format", .text("featherweight-run")), .init("format_version", .integer(2))])
    let newer = try HDF5Writer.encode(other)
    let cases: [([UInt8], String)] = [
      ([], "not an HDF5 file"), (Array("PK\u{3}\u{4} a zip".utf8), "not an HDF5 file"),
      (Array(sound.prefix(50)), "cut short: 50 bytes"),
      (Array(sound.prefix(sound.count / 2)), "cut short: \(sound.count / 2) of \(sound.count) bytes"),
      (Array(sound.dropLast()), "cut short: \(sound.count - 1) of \(sound.count) bytes"),
      (sound + [0], "\(sound.count + 1) bytes where its header says \(sound.count)"),
      (foreign, "its format is 'something'; expected 'featherweight-run'"), (newer, "its format version is 2"),
    ]
    for (bytes, message) in cases {
      let error = #expect(throws: ResultsError.self) { try RunFile(bytes: bytes) }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "") lacks: \(message)")
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test("text with a zero byte and an attribute too long are refused, not cut")
  func unwritable() throws {
    var identity = Example.identity()
    identity.yaml = "seed: 7\0"
    #expect(throws: ResultsError.self) { try RunFile.encode(Example.run(), identity: identity) }
    identity = Example.identity()
    identity.canonicalJSON = String(repeating: " ", count: 70_000)
    #expect(throws: ResultsError.self) { try RunFile.encode(Example.run(), identity: identity) }
  }
}
