internal import FeatherTensors

/// A loss, weight or update that became NaN or infinite: the run ends, and says so.
struct Divergence: Error {
  let reason: String

  /// Refuses a loss that is not finite; `culprit` is the key of the step size that is to blame.
  static func check(
    loss: Double, of what: @autoclosure () -> String, culprit: String = "training.learningRate"
  ) throws {
    guard loss.isFinite else {
      throw Divergence(reason: "\(what()) became \(loss): lower \(culprit)")
    }
  }

  /// Refuses a vector that is not finite everywhere; `culprit` is the key of the step size that is to blame.
  static func check(
    vector: [Float], of what: @autoclosure () -> String, culprit: String = "training.learningRate"
  ) throws {
    guard let index = Reductions.firstNonFinite(vector) else { return }
    throw Divergence(reason: "\(what()) became \(vector[index]) at parameter \(index): lower \(culprit)")
  }
}
