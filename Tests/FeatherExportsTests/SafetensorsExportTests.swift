import FeatherExperiments
import FeatherResults
import Foundation
import Testing

@testable import FeatherExports

@Suite("Exports to safetensors")
struct SafetensorsExportTests {
  private struct Entry {
    var shape: [Int]
    var values: [Float]
  }

  /// Reads a file as its format says, and checks that it keeps to it.
  private static func read(_ bytes: [UInt8]) throws -> (tensors: [String: Entry], metadata: [String: String]) {
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    #expect(length % 8 == 0 && bytes[8] == UInt8(ascii: "{"))
    let header = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: [String: Any]])
    var tensors: [String: Entry] = [:]
    var ranges: [Range<Int>] = []
    for (name, entry) in header where name != "__metadata__" {
      let offsets = try #require(entry["data_offsets"] as? [Int])
      ranges.append(offsets[0]..<offsets[1])
      let data = Array(bytes[(8 + length + offsets[0])..<(8 + length + offsets[1])])
      let values = stride(from: 0, to: data.count, by: 4).map { i in
        Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(data[i + $1]) << (8 * $1) })
      }
      #expect(entry["dtype"] as? String == "F32")
      tensors[name] = Entry(shape: try #require(entry["shape"] as? [Int]), values: values)
    }
    ranges.sort { $0.lowerBound < $1.lowerBound }
    #expect(ranges.first?.lowerBound == 0 && ranges.last?.upperBound == bytes.count - 8 - length)
    #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    return (tensors, try #require(header["__metadata__"] as? [String: String]))
  }

  @Test("the last weights are there layer by layer, with their shapes")
  func weights() throws {
    let fixture = try ExportsFixture()
    _ = try fixture.export(.safetensors)
    let (tensors, metadata) = try Self.read(try fixture.bytes("out/\(fixture.id(0))-weights.safetensors"))
    #expect(tensors.mapValues(\.shape) == ["dense1.weight": [2, 2], "dense1.bias": [2], "dense2.weight": [1, 2]])
    #expect(tensors["dense1.bias"]?.values == [4.2, 5.2])
    #expect(metadata["rounds"] == "2" && metadata["run"] == fixture.id(0) && metadata["content"] == "weights")
    #expect(metadata["spec"] == fixture.plan.cells[0].spec.canonicalJSON)
  }

  @Test("other checkpoints are asked for by their rounds, or all together; one that is not there is refused")
  func checkpoints() throws {
    let fixture = try ExportsFixture()
    let all = try fixture.export(.safetensors, checkpoint: .all).paths.filter { $0.contains("weights") }
    #expect(all.count == 8 && all[0].hasSuffix("\(fixture.id(0))-weights-0.safetensors"))
    _ = try fixture.export(.safetensors, checkpoint: .rounds(0), to: "initial")
    let initial = try Self.read(try fixture.bytes("initial/\(fixture.id(0))-weights-0.safetensors"))
    #expect(initial.tensors["dense1.bias"]?.values == [4, 5])
    #expect(throws: ExportError.self) { try fixture.export(.safetensors, checkpoint: .rounds(1), to: "none") }
  }

  @Test("each fit's halves are there layer by layer")
  func halves() throws {
    let fixture = try ExportsFixture()
    let names = try fixture.export(.safetensors).paths
    #expect(names.count { $0.contains("-encoder") } == 2 && names.count { $0.contains("-decoder") } == 2)
    let encoder = try Self.read(try fixture.bytes("out/\(fixture.id(2))-encoder.safetensors"))
    #expect(
      encoder.tensors.mapValues(\.shape) == [
        "fit0.encoder.0.weight": [2, 8], "fit0.encoder.0.bias": [2], "fit1.encoder.0.weight": [2, 8],
        "fit1.encoder.0.bias": [2],
      ])
    #expect(encoder.tensors["fit1.encoder.0.bias"]?.values == [116, 117])
    #expect(encoder.metadata["fit1"] == "group 1, fitted on the pre-pass")
    let decoder = try Self.read(try fixture.bytes("out/\(fixture.id(2))-decoder.safetensors"))
    #expect(decoder.tensors["fit0.decoder.0.weight"]?.shape == [8, 2])
    #expect(decoder.tensors["fit0.decoder.0.bias"]?.values == (16..<24).map { Float($0) / 2 })
  }

  @Test("runs that keep nothing are named with the keys to set; if none keeps anything it is an error")
  func nothingKept() throws {
    let spec = ExportsFixture.spec.replacing("{weights: all, codec: true}", with: "{weights: none, codec: false}")
    let bare = try ExportsFixture(spec) { result in
      result.weights = []
      for fit in result.fits.indices { (result.fits[fit].encoder, result.fits[fit].decoder) = (nil, nil) }
    }
    let error = #expect(throws: ExportError.self) { try bare.export(.safetensors) }
    #expect(error?.description.contains("store.weights: final") == true)
    let some = try ExportsFixture { result in
      result.status = .diverged(round: 1, reason: "loss is NaN")
      if result.spec.seed == 2 { result.weights = [] }
    }
    let notes = try some.export(.safetensors).notes
    #expect(notes == ["of 2 runs, \(some.id(1)), \(some.id(3)): it diverged, and no weights are kept then"])
  }

  @Test("halves with other parameters than the configuration's codec has are refused, and the other runs exported")
  func otherSizes() throws {
    let fixture = try ExportsFixture { result in
      guard result.spec.seed == 2 else { return }
      for fit in result.fits.indices { result.fits[fit].decoder?.removeLast() }
    }
    let report = try fixture.export(.safetensors)
    #expect(report.runs == 3 && report.failures.count == 1 && report.failures[0].contains(fixture.id(3)))
  }
}
