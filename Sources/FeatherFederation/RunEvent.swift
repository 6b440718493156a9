public import FeatherExperiments

/// What a run says while it computes.
public enum RunEvent: Sendable {
  /// The parts of a run, in order.
  public enum Stage: String, CaseIterable, Sendable {
    /// Reading or drawing the data.
    case data
    /// Local training that yields the snapshots.
    case prepass
    /// Fitting the codecs.
    case fit
    /// The validation model on every snapshot.
    case validation
    /// The rounds of the federation.
    case rounds
  }

  /// `done` of `of` parts of a stage are finished: clients, codecs, clients, rounds.
  case progress(Stage, done: Int, of: Int)
  /// A round is finished.
  case round(RoundRecord)
}
