/// What `--log-format` asks for.
public enum LogFormat: String, CaseIterable, Hashable, Sendable {
  /// Lines for people.
  case plain
  /// One JSON object per line, for programs.
  case json
}

/// How the progress of a sweep is written to standard error.
public enum ProgressStyle: Hashable, Sendable {
  /// Bars redrawn in place, at most `columns` wide, with or without colour.
  case terminal(columns: Int, colour: Bool)
  /// Lines now and then, without escape codes.
  case plain
  /// One JSON object per event.
  case json
  /// Nothing but a line for each cell that failed or diverged.
  case quiet
  /// As ``quiet``, each line being the JSON object of that event.
  case quietJSON

  /// The style that flags and surroundings ask for.
  ///
  /// `--quiet` and `--log-format json` come first. A terminal gets bars, unless `TERM` is `dumb` or `CI` is set (to something
  /// other than `false` or `0`); a non-empty `NO_COLOR` takes the colours away (no-color.org).
  /// - Parameter columns: the terminal's width; 80 where it is nil or not positive.
  public static func choose(
    quiet: Bool, logFormat: LogFormat, environment: [String: String], isTerminal: Bool, columns: Int?
  ) -> ProgressStyle {
    switch (quiet, logFormat) {
    case (true, .plain): return .quiet
    case (true, .json): return .quietJSON
    case (false, .json): return .json
    case (false, .plain): break
    }
    let underCI = !["", "false", "0"].contains(environment["CI", default: ""])
    guard isTerminal, environment["TERM"] != "dumb", !underCI else { return .plain }
    let colour = environment["NO_COLOR", default: ""].isEmpty
    return .terminal(columns: usable(columns), colour: colour)
  }

  /// Whether text may stand among its lines, and is wanted there.
  public var isForPeople: Bool {
    switch self {
    case .terminal, .plain: true
    case .json, .quiet, .quietJSON: false
    }
  }

  /// A warning as this style says it; nothing where it is quiet.
  public func warning(_ message: String) -> String {
    switch self {
    case .terminal, .plain: "warning: \(message)\n"
    case .json: JSONLines.warning(message)
    case .quiet, .quietJSON: ""
    }
  }

  /// A width to draw in: the terminal's own, or 80 where it says nothing sensible.
  static func usable(_ columns: Int?) -> Int {
    guard let columns, columns > 0 else { return 80 }
    return columns
  }
}
