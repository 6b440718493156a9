import FeatherTensors
import Foundation
import Testing

@Suite struct HadamardTests {
  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    let input: [Float]
    let output: [Double]
    var testDescription: String { "d = \(input.count)" }
  }

  static let cases: [Case] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/hadamard.json")
    // A missing fixture gives no cases, and the count below fails.
    return (try? JSONDecoder().decode([Case].self, from: Data(contentsOf: file))) ?? []
  }()

  @Test("the fixture has every case")
  func fixture() { #expect(Self.cases.count == 9) }

  @Test("the transform is the product with SciPy's matrix", arguments: cases)
  func reference(known: Case) {
    let output = Hadamard.transformed(known.input)
    let largest = known.output.reduce(0) { max($0, abs($1)) }
    // At most eight additions and a product, each rounded by 6e-8 of partial sums.
    #expect(zip(output, known.output).allSatisfy { abs(Double($0) - $1) <= 1e-6 * largest })
  }

  @Test("every element is the definition's: −1 for an odd number of common ones", arguments: 0...11)
  func definition(log: Int) {
    let d = 1 << log
    let place = 5 % d
    var unit = [Float](repeating: 0, count: d)
    unit[place] = 1
    let column = Hadamard.transformed(unit)
    let magnitude = Float(1 / Double(d).squareRoot())
    #expect(
      column.indices.allSatisfy { column[$0] == ((place & $0).nonzeroBitCount % 2 == 0 ? magnitude : -magnitude) })
  }

  @Test("the transform is its own inverse and keeps the norm", arguments: 0...14)
  func inverse(log: Int) {
    var stream = RandomStream(seed: 8, purpose: .codec, lane: log)
    let values = (0..<1 << log).map { _ in Float(stream.normal()) }
    let once = Hadamard.transformed(values)
    #expect(abs(Reductions.squaredNorm(once) / Reductions.squaredNorm(values) - 1) < 1e-5)
    #expect(Reductions.relativeError(of: Hadamard.transformed(once), to: values) < 1e-6)
  }

  @Test("half a million values in blocks of 8,192 take milliseconds")
  func large() {
    var stream = RandomStream(seed: 8, purpose: .codec)
    var values = (0..<557_056).map { _ in stream.uniformFloat() - 0.5 }
    let norm = Reductions.squaredNorm(values)
    let clock = ContinuousClock()
    let start = clock.now
    values.withUnsafeMutableBufferPointer { values in
      for block in stride(from: 0, to: values.count, by: 8192) {
        Hadamard.transform(UnsafeMutableBufferPointer(rebasing: values[block..<block + 8192]))
      }
    }
    print("Hadamard, 68 x 8,192: \(clock.now - start)")
    #expect(abs(Reductions.squaredNorm(values) / norm - 1) < 1e-5)
  }
}
