import Foundation
import Testing

@testable import FeatherReports

@Suite("Student's t distribution")
struct StudentTTests {
  private struct Row: Decodable {
    let confidence: Double
    let degrees: Int
    let quantile: Double
  }

  // The series sums some ν/2 terms, and near the end of the tail an error of the probability is magnified.
  @Test("quantiles are SciPy's to twelve digits")
  func reference() throws {
    let url = try #require(Bundle.module.url(forResource: "student_t", withExtension: "json", subdirectory: "Fixtures"))
    let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: url))
    #expect(rows.count == 138)
    for row in rows {
      let quantile = StudentT.quantile(central: row.confidence, degrees: row.degrees)
      #expect(abs(quantile / row.quantile - 1) < 1e-12, "\(row)")
    }
  }

  @Test("one degree of freedom is Cauchy's distribution, whose quantile is a tangent")
  func cauchy() {
    for probability in [0.1, 0.5, 0.9, 0.95] {
      let exact = tan(Double.pi * probability / 2)
      #expect(abs(StudentT.quantile(central: probability, degrees: 1) / exact - 1) < 1e-13)
    }
  }

  // t(0.975, 2) = 4.302652729749462; the deviation of 1, 2, 3 is 1.
  @Test("an interval is the deviation times t over the root of n; one number has none")
  func interval() throws {
    let half = try #require(Statistic([1, 2, 3])?.halfInterval)
    #expect(abs(half - 4.302652729749462 / 3.0.squareRoot()) < 1e-12)
    #expect(Statistic([0.5])?.halfInterval == nil)
    #expect(Statistic([0.5, 0.5])?.halfInterval == 0)
  }
}
