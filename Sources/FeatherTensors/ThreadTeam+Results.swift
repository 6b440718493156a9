internal import Synchronization

extension ThreadTeam {
  /// What the numbered pieces give, computed side by side, as far as one thread would have come.
  ///
  /// - Returns: one entry per number in 0..<`count`, up to the first piece that threw: its error is the last entry.
  public func results<Value>(_ count: Int, _ piece: (Int) throws -> Value) -> [Result<Value, any Error>] {
    let firstFailure = Atomic(count)
    var results = [Result<Value, any Error>?](repeating: nil, count: count)
    results.withUnsafeMutableBufferPointer { results in
      forEach(count) { number in
        // What comes after a failure is left out; what comes before it may still fail, and then counts.
        guard number < firstFailure.load(ordering: .relaxed) else { return }
        let result = Result { try piece(number) }
        if case .failure = result { firstFailure.min(number, ordering: .relaxed) }
        results[number] = result
      }
    }
    return results.prefix(firstFailure.load(ordering: .relaxed) + 1).compactMap { $0 }
  }

  /// What the numbered pieces give, computed side by side.
  ///
  /// - Throws: the error of the lowest number that failed.
  public func map<Value>(_ count: Int, _ piece: (Int) throws -> Value) throws -> [Value] {
    try results(count, piece).map { try $0.get() }
  }

  /// Calls `block` with the parts of 0..<`count`, each of `size` elements but the last, which may have fewer.
  public func forEachBlock(of count: Int, size: Int, _ block: (Range<Int>) -> Void) {
    forEach((count + size - 1) / size) { number in block(number * size..<min(count, (number + 1) * size)) }
  }
}
