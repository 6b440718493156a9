import Foundation
import Testing

@testable import FeatherExperiments

/// The text of a file in the folder of fixtures.
func fixture(_ name: String) throws -> String {
  try String(contentsOf: fixtures().appendingPathComponent(name), encoding: .utf8)
}

/// The folder of fixtures.
func fixtures() throws -> URL {
  try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
}

/// A spec with these lines after format and name, which are lines 1 and 2.
func sweep(_ body: String, set overrides: [String] = []) throws -> Plan {
  try SweepSpec.load(text: "featherweight: 1\nname: t\n" + body, file: "t.yaml", overrides: overrides).plan()
}

/// The same, as if the spec lay in the folder of fixtures.
func sweepBesideFixtures(_ body: String, set overrides: [String] = []) throws -> Plan {
  let file = try fixtures().appendingPathComponent("t.yaml").path
  return try SweepSpec.load(text: "featherweight: 1\nname: t\n" + body, file: file, overrides: overrides).plan()
}

/// The values of the varying keys, one text per cell.
func rows(_ plan: Plan) -> [String] {
  plan.cells.map { $0.varying.map(\.value).joined(separator: " ") }
}

/// The message of the error that the body throws.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}
