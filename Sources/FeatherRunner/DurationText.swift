/// Durations as people write them.
public enum DurationText {
  /// The seconds of a text such as `90s`, `1.5m`, `2h` or `1d`; nil for anything else, and for what is not above zero.
  public static func seconds(_ text: String) -> Double? {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()),
      number > 0, (number * unit).isFinite
    else { return nil }
    return number * unit
  }
}
