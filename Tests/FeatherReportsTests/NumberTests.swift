import Testing

@testable import FeatherReports

@Suite("Numbers in tables")
struct NumberTests {
  @Test("the deviation of 1…n is sqrt(n (n + 1) / 12)", arguments: 2...20)
  func closedForm(n: Int) throws {
    let statistic = try #require(Statistic((1...n).map(Double.init)))
    #expect(statistic.mean == Double(n + 1) / 2)
    let expected = (Double(n * (n + 1)) / 12).squareRoot()
    #expect(abs(try #require(statistic.deviation) - expected) < 1e-14 * expected)  // a few roundings
  }

  @Test("one number has no deviation, equal numbers have zero, none have no statistic")
  func few() {
    #expect(Statistic([0.3]).map { $0.mean == 0.3 && $0.deviation == nil } == true)
    #expect(Statistic([0.1, 0.1, 0.1]).map { $0.mean == 0.1 && $0.deviation == 0 && $0.count == 3 } == true)
    #expect(Statistic([]) == nil)
  }

  @Test(
    "decimals are rounded and grouped",
    arguments: [
      (0.948, 3, "0.948"), (0.9996, 3, "1.000"), (0.0625, 3, "0.063"), (-1234.56, 1, "-1,234.6"), (-0.0001, 2, "0.00"),
      (1_034_182, 0, "1,034,182"), (999, 0, "999"), (.nan, 2, "–"), (.infinity, 2, "∞"), (1e300, 2, "1e+300"),
    ])
  func decimals(value: Double, decimals: Int, text: String) {
    #expect(NumberText.decimal(value, decimals) == text)
  }

  @Test("ratios have two decimals below ten, bytes the unit that fits")
  func units() {
    #expect(
      [0.6123, 9.99, 9.996, 497.1875, 1988.75].map { NumberText.ratio($0) }
        == ["0.61x", "9.99x", "10.0x", "497.2x", "1,988.8x"])
    #expect(
      [0, 999, 63_640, 999_949, 999_950, 4_200_256, 7_000_000_000].map(NumberText.bytes)
        == ["0 B", "999 B", "63.6 kB", "999.9 kB", "1.0 MB", "4.2 MB", "7.0 GB"])
  }
}
