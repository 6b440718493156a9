internal import Glibc

extension SweepIndex {
  /// What the index of a folder says of complete runs whose files were not touched since it was written, by run id.
  ///
  /// Reading one index takes the time of a few result files. What it does not say, because it is older than a file, damaged or not
  /// there, is to be read from the files; so are runs that diverged, since it does not keep why. Configurations are left out.
  /// - Parameter warn: is told why an index that is there cannot be read.
  public static func known(in folder: String, warn: (String) -> Void = { _ in }) -> [String: RunSummary] {
    let path = "\(folder)/sweep.h5"
    guard let written = changeTime(path) else { return [:] }
    let tree: ResultTree
    do throws(ResultsError) {
      tree = try HDF5Reader.decode(AtomicFile.read(path))
      try RunFile.checkFormat(tree, format, version)
    } catch {
      warn("\(error.at(path)); the result files are read in its place")
      return [:]
    }
    guard case .text(let ids)? = tree.array("/run")?.data,
      case .text(let states)? = tree.array("/scalars/status")?.data, ids.count == states.count
    else { return [:] }
    let scalars = columns(of: "/scalars/", in: tree) { $0 == [ids.count] }
    let curves = columns(of: "/curves/", in: tree) { $0.count == 2 && $0[0] == ids.count }
    var known: [String: RunSummary] = [:]
    for (run, id) in ids.enumerated() where states[run] == "complete" {
      // A file that changed in the same tick of the clock may be newer than the index.
      guard let changed = changeTime("\(folder)/\(id).h5"), changed < written else { continue }
      // A number that a run does not have is NaN in the index, and so is a curve after the run's last round.
      let numbers = scalars.compactMap { $0.values[run].isNaN ? nil : ($0.name, $0.values[run]) }
      let rounds = numbers.first { $0.0 == "rounds" }.flatMap { Int(exactly: $0.1) } ?? 0
      known[id] = RunSummary(
        completeRun: id, scalars: numbers,
        curves: curves.compactMap { curve in
          let width = curve.values.count / ids.count
          let values = curve.values[run * width..<run * width + min(max(rounds, 0), width)]
          return values.allSatisfy(\.isNaN) ? nil : (curve.name, Array(values))
        })
    }
    return known
  }

  private static func columns(
    of group: String, in tree: ResultTree, where isColumn: ([Int]) -> Bool
  ) -> [(name: String, values: [Double])] {
    tree.arrays.compactMap { array in
      guard array.path.hasPrefix(group), case .float64(let values) = array.data, isColumn(array.shape) else {
        return nil
      }
      return (array.name, values)
    }
  }

  /// When a file's content or place last changed, in nanoseconds; nobody can set it back.
  private static func changeTime(_ path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return status.st_ctim.tv_sec * 1_000_000_000 + status.st_ctim.tv_nsec
  }
}
