/// Events as JSON objects, one a line, keys in a fixed order.
enum JSONLines {
  /// The line of an event, its newline included.
  /// - Parameter time: seconds since the sweep started.
  static func line(_ event: SweepEvent, time: Double) -> String {
    let (name, fields) = describe(event)
    let milliseconds = (time * 1000).rounded() / 1000
    let all = [("event", text(name)), ("time", number(milliseconds))] + fields
    return "{" + all.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}\n"
  }

  /// The line of a warning, which comes before the sweep starts.
  static func warning(_ message: String) -> String {
    "{\"event\":\"warning\",\"time\":0.0,\"message\":\(text(message))}\n"
  }

  private static func describe(_ event: SweepEvent) -> (name: String, fields: [(String, String)]) {
    switch event {
    case .started(let sweep, let cells, let done, let jobs):
      return ("started", [("sweep", text(sweep)), ("cells", "\(cells)"), ("done", "\(done)"), ("jobs", "\(jobs)")])
    case .cellStarted(let worker, let id, let label):
      return ("cell_started", cell(worker, id) + [("label", text(label))])
    case .cellProgress(let worker, let id, let stage, let done, let of):
      return ("cell_progress", cell(worker, id) + [("stage", text(stage)), ("done", "\(done)"), ("of", "\(of)")])
    case .cellRound(let worker, let id, let round, let of, let accuracy):
      let fields = [("round", "\(round)"), ("of", "\(of)"), ("accuracy", number(accuracy))]
      return ("cell_round", cell(worker, id) + fields)
    case .cellFinished(let worker, let id, let label, let outcome, let seconds):
      let end = describe(outcome) + [("seconds", number(seconds))]
      return ("cell_finished", cell(worker, id) + [("label", text(label))] + end)
    case .cellTakenOver, .cellResumed, .cellRetried, .cellDeferred, .cellElsewhere, .waiting, .stopping:
      return describeTurn(event)
    case .finished(let complete, let diverged, let failed, let elsewhere, let interrupted, let seconds):
      let counts = [
        ("complete", "\(complete)"), ("diverged", "\(diverged)"), ("failed", "\(failed)"),
        ("elsewhere", "\(elsewhere)"), ("interrupted", "\(interrupted)"),
      ]
      return ("finished", counts + [("seconds", number(seconds))])
    }
  }

  /// What does not happen in a sweep that is left in peace.
  private static func describeTurn(_ event: SweepEvent) -> (name: String, fields: [(String, String)]) {
    switch event {
    case .cellTakenOver(let worker, let id, let label, let from):
      return ("cell_taken_over", cell(worker, id) + [("label", text(label)), ("from", text(from))])
    case .cellResumed(let worker, let id, let label, let stage, let done, let of):
      let place = [("stage", text(stage)), ("done", "\(done)"), ("of", "\(of)")]
      return ("cell_resumed", cell(worker, id) + [("label", text(label))] + place)
    case .cellRetried(let worker, let id, let label, let reason, let attempt, let of):
      let turn = [("reason", text(reason)), ("attempt", "\(attempt)"), ("of", "\(of)")]
      return ("cell_retried", cell(worker, id) + [("label", text(label))] + turn)
    case .cellDeferred(let worker, let id): return ("cell_deferred", cell(worker, id))
    case .cellElsewhere(let id, let label, let outcome):
      return ("cell_elsewhere", [("id", text(id)), ("label", text(label))] + describe(outcome))
    case .waiting(let cells, let by): return ("waiting", [("cells", "\(cells)"), ("by", text(by))])
    case .stopping(let running): return ("stopping", [("running", "\(running)")])
    case .started, .cellStarted, .cellProgress, .cellRound, .cellFinished, .finished: return describe(event)
    }
  }

  private static func cell(_ worker: Int, _ id: String) -> [(String, String)] {
    [("worker", "\(worker)"), ("id", text(id))]
  }

  /// All three keys whatever the outcome, so that the lines make a table.
  private static func describe(_ outcome: SweepEvent.Outcome) -> [(String, String)] {
    let (word, accuracy, reason) =
      switch outcome {
      case .complete(let accuracy): ("complete", number(accuracy), "null")
      case .diverged(let reason): ("diverged", "null", text(reason))
      case .failed(let reason): ("failed", "null", text(reason))
      case .interrupted(let place): ("interrupted", "null", text(place))
      }
    return [("outcome", text(word)), ("accuracy", accuracy), ("reason", reason)]
  }

  /// The shortest decimal that reads back as the same number; JSON has no NaN and no infinity.
  private static func number(_ value: Double) -> String {
    value.isFinite ? "\(value)" : "null"
  }

  private static func text(_ value: String) -> String {
    var result = "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
