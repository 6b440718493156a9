import FeatherExperiments
import FeatherResults
import Testing

@testable import FeatherReports

@Suite("Choosing runs and metrics")
struct QueryTests {
  private func results() throws -> SweepResults { try SyntheticSweep.results() }

  private func chosen(_ conditions: String...) throws -> [Int] {
    let results = try results()
    let filter = try RunFilter(conditions, of: results)
    return results.runs.indices.filter { filter.accepts(results.runs[$0]) }
  }

  @Test("conditions compare keys, states, ids and metrics, and all must hold")
  func conditions() throws {
    #expect(try chosen() == Array(0..<9))
    #expect(try chosen("codec.name=identity") == [0, 1, 2])
    #expect(try chosen("codec.name=identity,autoencoder", "seed=2,3") == [1, 2, 4, 5, 7, 8])
    #expect(try chosen("seed > 1.5", "seed<=2") == [1, 4, 7])
    #expect(try chosen("state=pending") == [5])
    #expect(try chosen("state!=done,pending") == [7, 8])
    #expect(try chosen("final_test_accuracy>=0.94") == [0, 1, 2])
    #expect(try chosen("test_accuracy@best=0.99").count == 8)
    let id = try results().runs[3].cell.id.hex
    #expect(try chosen("id=\(id.prefix(6))") == [3])
    #expect(try chosen("id!=\(id)").count == 8)
  }

  @Test("a run without the key fulfils != alone")
  func absentKeys() throws {
    #expect(try chosen("codec.centre=true") == [3, 4, 5])
    #expect(try chosen("codec.centre!=true") == [0, 1, 2, 6, 7, 8])
    #expect(try chosen("codec.latent<64") == [3, 4, 5, 6, 7, 8])
    #expect(try chosen("final_test_loss!=7").count == 9)
  }

  @Test(
    "what is no condition is refused, with the way out",
    arguments: [
      ("seed", "'seed' is no condition; expected KEY=VALUE, or one of != < <= > >= between them"),
      ("=3", "'=3' is no condition; expected KEY=VALUE, or one of != < <= > >= between them"),
      ("seed>x", "'seed>x': > compares with one number"),
      ("seed<1,2", "'seed<1,2': < compares with one number"),
      ("state>done", "'state>done': state is compared with = or != alone"),
      (
        "codec.latnt=3",
        "'codec.latnt=3': no configuration has the key 'codec.latnt' and no run such a metric; did you mean 'codec.latent'?"
      ),
      (
        "zzzzzzzzzzz=3",
        "'zzzzzzzzzzz=3': no configuration has the key 'zzzzzzzzzzz' and no run such a metric; keys are dotted, such as "
          + "codec.latent"
      ),
    ])
  func refusedConditions(text: String, message: String) throws {
    let results = try results()
    #expect(throws: ReportError(message)) { try RunFilter([text], of: results) }
  }

  @Test("a filter that nothing passes is an error")
  func nothing() throws {
    let results = try results()
    let filter = try RunFilter(["seed=7", "state=done"], of: results)
    #expect(
      throws: ReportError(
        "results/tiny_sweep: none of 9 runs is one of seed=7 and state=done; 'featherweight ls' lists them")
    ) { try results.matching(filter) }
  }

  @Test("a metric is a number, or a curve's last, best or some round's value")
  func metrics() throws {
    let results = try results()
    let run = try #require(results.runs[3].summary)
    func value(_ text: String) throws -> Double? { try MetricSelector(text, of: results).value(of: run) }
    #expect(try value("test_accuracy") == 0.92)
    #expect(try value("test_accuracy@last") == 0.92)
    #expect(try value("test_accuracy@best") == 0.99)
    #expect(try value("test_accuracy@0") == 0.99)
    #expect(try value("test_accuracy@10") == nil, "there are ten rounds, counted from 0")
    #expect(try value("mean_relative_error@best") == 0.03)
    #expect(try value("model_parameters") == 15_910)
    #expect(try value("bytes_up@last") == 0 && value("bytes_up") == 4_202_976, "a curve, and a number of the same name")
    #expect(try MetricSelector("bytes_up@last", of: results).description == "bytes_up@last")
    #expect(try MetricSelector("test_accuracy@last", of: results).description == "test_accuracy")
  }

  @Test(
    "a metric that there is not is refused, with the nearest name",
    arguments: [
      ("test_acuracy", "no run has the metric 'test_acuracy'; did you mean 'test_accuracy'?"),
      ("upload_ratio@best", "'upload_ratio@best': upload_ratio is one number per run; leave '@best' out"),
      (
        "test_accuracy@first",
        "'test_accuracy@first': after '@' comes last, best or a round counted from 0, but 'first' is none"
      ),
    ])
  func refusedMetrics(text: String, message: String) throws {
    let results = try results()
    #expect(throws: ReportError(message)) { try MetricSelector(text, of: results) }
  }
}
