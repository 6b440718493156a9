internal import FeatherExperiments

/// Which runs of two sweeps belong together: those of one id, then those that agree in all keys but the ones that vary only between the
/// sweeps.
struct SweepPairs {
  /// The pairs, in the order of the first sweep.
  private(set) var pairs: [(a: SweepResults.Run, b: SweepResults.Run)] = []
  /// The keys in which the runs of some pair differ, with the values of the first such pair.
  private(set) var disregarded: [KeyChange] = []
  /// The runs without a counterpart.
  private(set) var onlyA: [SweepResults.Run] = []
  private(set) var onlyB: [SweepResults.Run] = []

  init(_ a: SweepResults, _ b: SweepResults) {
    let byID = Dictionary(b.runs.map { ($0.cell.id, $0) }) { first, _ in first }
    let ids = Set(a.runs.map(\.cell.id))
    let rest = b.runs.filter { !ids.contains($0.cell.id) }
    let left = a.runs.contains { byID[$0.cell.id] == nil }
    let keys = left && !rest.isEmpty ? Self.keys(a.runs, b.runs) : []
    func place(_ run: SweepResults.Run) -> [String?] { keys.map(run.cell.spec.value) }
    var others = left ? Dictionary(rest.map { (place($0), $0) }) { first, _ in first } : [:]
    for run in a.runs {
      if let same = byID[run.cell.id] {
        pairs.append((run, same))
      } else if let other = others.removeValue(forKey: place(run)) {
        pairs.append((run, other))
        for change in other.cell.spec.changes(from: run.cell.spec)
        where !disregarded.contains(where: { $0.key == change.key }) {
          disregarded.append(change)
        }
      } else {
        onlyA.append(run)
      }
    }
    let paired = Set(pairs.map(\.b.cell.id))
    onlyB = b.runs.filter { !paired.contains($0.cell.id) }
  }

  /// The keys that runs must agree in: all but those that have one value in each sweep, and not the same.
  ///
  /// A run without a key, such as an identity codec's latent, does not count for it.
  private static func keys(_ a: [SweepResults.Run], _ b: [SweepResults.Run]) -> [String] {
    RunSpec.keys.map(\.key).filter { key in
      let values = [a, b].map { runs in Set(runs.lazy.compactMap { $0.cell.spec.value(of: key) }) }
      return values[0] == values[1] || values.contains { $0.count > 1 }
    }
  }
}
