import FeatherExperiments
import Foundation
import Testing

@testable import FeatherReports
@testable import FeatherResults

@Suite("Accuracy against bytes")
struct FrontierTests {
  /// Small whole numbers, so that there are ties of either kind.
  private static func points(_ seed: UInt64) -> [ParetoFront.Point?] {
    var state = seed
    func next() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 60)
    }
    return (0..<(next() * 3)).map { _ in
      switch next() {
      case 0: nil
      case 1: ParetoFront.Point(bytes: Double(next()), accuracy: .nan)
      default: ParetoFront.Point(bytes: Double(next()), accuracy: Double(next()))
      }
    }
  }

  @Test("the front is what no other point beats, as the definition has it", arguments: 1...200)
  func bruteForce(seed: UInt64) {
    let points = Self.points(seed)
    let expected = points.map { point -> Bool in
      guard let point, point.accuracy.isFinite else { return false }
      return !points.contains { other in
        guard let other else { return false }
        return other.bytes <= point.bytes && other.accuracy >= point.accuracy && other != point
      }
    }
    #expect(ParetoFront.marks(points) == expected)
  }

  @Test("equal points are on the front together, and nothing infinite or absent is")
  func ties() {
    typealias Point = ParetoFront.Point
    let best = Point(bytes: 10, accuracy: 0.9)
    let same = [best, Point(bytes: 10, accuracy: 0.8), best, Point(bytes: 11, accuracy: 0.9)]
    #expect(ParetoFront.marks(same) == [true, false, true, false])
    #expect(ParetoFront.marks([nil, Point(bytes: .infinity, accuracy: 1), best]) == [false, false, true])
    #expect(ParetoFront.marks([Point(bytes: .nan, accuracy: 1), Point(bytes: 1, accuracy: .nan)]) == [false, false])
    #expect(ParetoFront.marks([]).isEmpty)
  }

  // 20 uploads: of 63,648 B, and of 40 and 136 B with two decoders of 572,768 and 2,100,128 B; 20 models go down in all of them.
  @Test("a table per condition has bytes, ratios, accuracies and the front of either axis, cheapest upload first")
  func tables() throws {
    let report = try FrontierFixture.report()
    #expect(report.conditions.map(\.title) == ["clients 2", "clients 5"])
    #expect(
      report.text.hasPrefix(
        """
        ## clients 2

        | codec                    | settings  |     up | up ratio | ★ up |   life | life ratio | ★ life | final accuracy | points lost |   n |
        | ------------------------ | --------- | -----: | -------: | ---- | -----: | ---------: | ------ | -------------: | ----------: | --: |
        | autoencoder              | latent 8  |  800 B | 1,591.2x | ★    | 1.1 MB |      1.11x | ★      |  0.870 ± 0.014 |        10.0 | 2/2 |
        | autoencoder              | latent 32 | 2.7 kB |   468.0x | ★    | 4.2 MB |      0.30x |        |  0.930 ± 0.014 |         4.0 | 2/2 |
        | autoencoder + quantise 8 | latent 32 | 2.7 kB |   468.0x |      | 4.2 MB |      0.30x |        |  0.920 ± 0.014 |         5.0 | 2/2 |
        | identity                 | –         | 1.3 MB |    1.00x | ★    | 1.3 MB |      1.00x | ★      |  0.970 ± 0.014 |         0.0 | 2/2 |

        ## clients 5

        """))
    #expect(report.latex.contains("\\caption{front: clients 5. Test accuracy after the last round."))
    #expect(report.latex.contains("autoencoder & latent 8 & 800 B & 1,591.2$\\times$ & $\\star$ &"))
  }

  @Test("the CSV has all three axes in full precision")
  func csv() throws {
    let lines = try FrontierFixture.report().csv.split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    #expect(lines.count == 9 && Set(lines.map(\.count)) == [3 + 4 + 3 + 12])
    #expect(lines[0].prefix(4) == ["clients", "codec", "latent", "n"])
    let row = Dictionary(uniqueKeysWithValues: zip(lines[0], lines[2]))
    #expect(row["codec"] == "autoencoder" && row["latent"] == "32" && row["n"] == "2" && row["planned"] == "2")
    #expect(row["bytes_uplink_mean"] == "2720.0" && row["bytes_uplink_sd"] == "0.0" && row["ratio_uplink"] == "468.0")
    #expect(row["bytes_life_mean"] == "4202976.0" && row["front_life"] == "0" && row["front_uplink"] == "1")
    #expect(row["bytes_everything_mean"] == "5475936.0" && row["front_everything"] == "0")
    #expect(lines[4][1...2] == ["identity", ""])
  }

  @Test("missing runs are marked and count with what is there; settings of which a run diverged are on no front")
  func gaps() throws {
    let report = try FrontierFixture.report { cell in
      guard cell.spec.partition.clients == 2, case .autoencoder(let settings) = cell.spec.codec else {
        return .complete
      }
      if cell.spec.quantise != nil { return nil }
      guard cell.spec.seed == 2 else { return .complete }
      return settings.latent == 8 ? .diverged(round: 1, reason: "NaN") : nil
    }
    let rows = report.text.split(separator: "\n")
    #expect(rows.contains { $0.contains("latent 8  ") && $0.hasSuffix("| 1/2† |") && !$0.contains("★") })
    #expect(
      rows.contains { $0.contains("latent 32 ") && $0.hasSuffix("| 1/2* |") && $0.contains("|   468.0x | ★    |") })
    let empty = "| autoencoder + quantise 8 | latent 32 |      – |        – |      |      – |          – |        |"
    #expect(rows.contains { $0.hasPrefix(empty) && $0.hasSuffix("|              – |           – | 0/2* |") })
    #expect(report.text.contains("\nMarked *: 3 of 16 runs missing ("))
    #expect(report.text.contains("\nMarked †: 1 diverged in round 1, left out of the means ("))
    let panel = try #require(report.figures.first?.panels.first)
    let rings = try #require(panel.series.first { $0.mark == .rings })
    #expect(rings.points.map(\.x) == [800, 2720])
    #expect(report.figures[0].caption.contains("Not drawn for want of a complete run: 1, listed in the table."))
  }

  @Test("a sweep over codecs alone is one table without a heading, and without identity it has no ratios")
  func oneCondition() throws {
    let report = try FrontierFixture.report(
      "name: t\nsweep: {grid: {codec: [{name: autoencoder, latent: 8}, {name: autoencoder}], seed: [1, 2]}}")
    #expect(report.text.hasPrefix("| codec "))
    #expect(
      report.text.contains("| autoencoder | latent 32 | 2.7 kB |        – | ★    | 4.2 MB |          – | ★      |"))
    #expect(report.text.contains("Ratios and points lost need runs with the codec identity"))
    #expect(report.csv.hasPrefix("codec,latent,n,"))
    let panel = try #require(report.figures.first?.panels.first)
    #expect(panel.title == "" && panel.reference == nil)
    #expect(panel.series.map(\.title) == ["Pareto front", "autoencoder (latent)"])
  }

  @Test("a codec that is shared in part of a sweep is two series; a quantised identity is a codec, not the reference")
  func series() throws {
    let report = try FrontierFixture.report(
      """
      name: t
      sweep:
        grid:
          codec:
            - [{name: identity}, {name: quantise, bits: 8}]
            - {name: autoencoder, scope: shared}
            - {name: autoencoder, scope: perClient}
      """)
    #expect(report.codecs == ["identity + quantise 8", "autoencoder, shared", "autoencoder, perClient"])
    #expect(report.conditions[0].identity == nil)
  }

  @Test("another accuracy is compared where asked, and one that no run has is refused")
  func scores() throws {
    // All rounds but the last have 0.99.
    let best = try FrontierFixture.report(score: .best)
    #expect(best.conditions[0].entries.allSatisfy { $0.accuracy?.mean == 0.99 })
    #expect(best.conditions[0].entries.map { $0.fronts.contains(.uplink) } == [true, false, false, false])
    let error = #expect(throws: ReportError.self) { try FrontierFixture.report(score: .grey) }
    #expect(
      error?.description == "results/front: no complete run has the accuracy 'grey'; choose another with --metric")
  }
}
