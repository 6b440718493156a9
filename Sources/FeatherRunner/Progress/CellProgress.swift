/// Where a running cell is.
struct CellProgress {
  /// The cell's run id.
  let id: String
  /// Its varying keys.
  let label: String
  /// When it was started, in seconds.
  let start: Double
  /// The stage last heard of; empty at first.
  private(set) var stage = ""
  /// Finished parts of the stage.
  private(set) var done = 0
  /// Parts of the stage.
  private(set) var of = 0
  /// The accuracy after the last round.
  var accuracy: Double?
  /// The share of the cell that is done, 0…1; never falls.
  private(set) var fraction = 0.0
  /// The share that an earlier session had done: nothing of it was paid for in this one.
  private(set) var inherited = 0.0
  /// Whether there was a stage between data and rounds; a cell without a codec to fit has none.
  private var hasPreparation = false

  init(id: String, label: String, start: Double) {
    self.id = id
    self.label = label
    self.start = start
  }

  /// Notes that `done` of `of` parts of a stage are finished.
  mutating func advance(stage: String, done: Int, of: Int) {
    let resumes = stage == "rounds" && self.stage != "rounds" && done > 1
    (self.stage, self.done, self.of) = (stage, done, of)
    guard let (begin, share) = span(of: stage), of > 0 else { return }
    func reached(_ parts: Int) -> Double { begin + share * min(1, max(0, Double(parts) / Double(of))) }
    if resumes { inherited = max(0, reached(done - 1) - fraction) }
    fraction = max(fraction, min(1, reached(done)))
  }

  /// Notes that the cell goes on where an earlier session had come to.
  mutating func resume(stage: String, done: Int, of: Int) {
    advance(stage: stage, done: done, of: of)
    inherited = fraction
  }

  /// Where a stage begins and how much of a cell it is: shares of a typical cell's time, rounds taking what is left.
  private mutating func span(of stage: String) -> (begin: Double, share: Double)? {
    hasPreparation = hasPreparation || ["prepass", "fit", "validation"].contains(stage)
    switch stage {
    case "data": return (0, 0.02)
    case "prepass": return (0.02, 0.15)
    case "fit": return (0.17, 0.15)
    case "validation": return (0.32, 0.08)
    case "rounds": return hasPreparation ? (0.4, 0.6) : (0.02, 0.98)
    default: return nil
    }
  }

  /// The stage in words, such as `rounds 12/40`.
  var position: String {
    guard !stage.isEmpty else { return "starting" }
    return of > 0 ? "\(DisplayText.printable(stage)) \(done)/\(of)" : DisplayText.printable(stage)
  }
}
