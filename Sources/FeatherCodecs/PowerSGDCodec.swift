internal import FeatherTensors

/// Two thin matrices for each matrix of weights: one step of the power method.
///
/// Source: PowerSGD, Vogels et al. 2019, arXiv:1905.13727, algorithm 1. Of a matrix M the client forms P = M Q, makes P's columns
/// orthonormal (Gram and Schmidt's method, twice) and Q = Mᵀ P, and sends P and Q: the aggregator takes P Qᵀ. The encoder keeps Q
/// as the start of the same client's next upload, so that for updates that change slowly the columns of P turn into the leading singular
/// directions, and P Qᵀ into the best approximation of that rank (Eckart and Young). Columns of Q that are zero, as all are at
/// first, are drawn: standard normal numbers of the occasion's stream, matrix by matrix and column by column. A column of P that
/// depends on those before it, up to 10⁻⁶ of its length, becomes zero, and so does Q's.
///
/// P Qᵀ = P Pᵀ M is a projection: the codec is biased, and its error at most ‖M‖, up to the rounding of `values`. Vectors, and
/// matrices for which r (rows + columns) ≥ rows · columns, are sent whole. Sums are in Double.
///
/// Wire format, each part as `ValueFormat` says with a scale of its own where it has one, r = min(rank, rows, columns):
///
///     for each matrix in the order of offsets: P, r columns of `rows` values; then Q, r columns of `columns` values
///     all other values of the update, in order
public struct PowerSGDCodec: UpdateCodec {
  /// Length of the update, P.
  public let parameters: Int
  /// The matrices that are approximated, by offset; those not worth it are left out.
  public let matrices: [LayerMatrix]
  /// Columns of each thin matrix.
  public let rank: Int
  /// What is encoded.
  public let input: UpdateInput
  let values: ValueFormat
  /// The parts of an update that are sent whole.
  let rest: [Range<Int>]

  /// Approximates `matrices` of updates of `parameters` floats with `rank` columns each, and sends the rest whole.
  ///
  /// - Parameter matrices: within the update, none of them overlapping; those that would not become smaller are sent whole.
  public init(
    parameters: Int, matrices: [LayerMatrix], rank: Int, values: ValueFormat = .float32,
    input: UpdateInput = .difference
  ) {
    precondition(rank >= 1, "a low-rank approximation has at least one column")
    precondition(
      matrices.allSatisfy { $0.offset >= 0 && $0.rows >= 0 && $0.columns >= 0 && $0.range.upperBound <= parameters },
      "matrices lie within the update")
    self.parameters = parameters
    self.rank = rank
    self.values = values
    self.input = input
    self.matrices = matrices.sorted { $0.offset < $1.offset }.filter {
      min(rank, $0.rows, $0.columns) * ($0.rows + $0.columns) < $0.rows * $0.columns
    }
    var rest: [Range<Int>] = []
    var end = 0
    for matrix in self.matrices {
      precondition(matrix.offset >= end, "matrices do not overlap")
      if matrix.offset > end { rest.append(end..<matrix.offset) }
      end = matrix.range.upperBound
    }
    if end < parameters { rest.append(end..<parameters) }
    self.rest = rest
  }

  /// The columns that a matrix is approximated with, r.
  func rank(of matrix: LayerMatrix) -> Int { min(rank, matrix.rows, matrix.columns) }
  /// Values that are sent whole.
  var restCount: Int { rest.reduce(0) { $0 + $1.count } }

  /// Bytes of an upload without its header: those of r · rows and of r · columns values for each matrix, and of the rest.
  public var expectedByteCount: Int {
    matrices.reduce(values.byteCount(restCount)) { sum, matrix in
      let rank = rank(of: matrix)
      return sum + values.byteCount(rank * matrix.rows) + values.byteCount(rank * matrix.columns)
    }
  }
  /// Floats of all thin matrices and of the rest.
  public var latentSize: Int { matrices.reduce(restCount) { $0 + rank(of: $1) * ($1.rows + $1.columns) } }
  /// Thin matrices.
  public var kind: Payload.Kind { .powersgd }

  /// The client's half.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder {
    PowerSGDCoder(codec: self)
  }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder { PowerSGDCoder(codec: self) }
}

/// Both halves of PowerSGD; only the encoder remembers anything: `powersgd`, the columns of every Q.
struct PowerSGDCoder: UpdateEncoder, UpdateDecoder {
  let codec: PowerSGDCodec
  private static let name = "powersgd"

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: codec.parameters)
    let count = codec.matrices.reduce(0) { $0 + codec.rank(of: $1) * $1.columns }
    let start = memory.vectors[Self.name] ?? [Float](repeating: 0, count: count)
    guard start.count == count else {
      throw CodecError("\(start.count) values are remembered of a client, PowerSGD keeps \(count)")
    }
    var stream = occasion.stream()
    var (body, kept): ([UInt8], [Float]) = ([], [])
    body.reserveCapacity(codec.expectedByteCount)
    kept.reserveCapacity(count)
    try update.withUnsafeBufferPointer { update in
      for (number, matrix) in codec.matrices.enumerated() {
        let rank = codec.rank(of: matrix)
        let q = Array(start[kept.count..<kept.count + rank * matrix.columns])
        let step = PowerStep(UnsafeBufferPointer(rebasing: update[matrix.range]), columns: matrix.columns, rank: rank)
        let (left, right) = step.take(from: q, &stream)
        if let value = Reductions.firstNonFinite(right) {
          throw CodecError("value \(value) of matrix \(number)'s projection is beyond float32's range")
        }
        body += try codec.values.bytes(left)
        body += try codec.values.bytes(right)
        kept += right
      }
      body += try codec.values.bytes(codec.rest.flatMap { update[$0] })
    }
    memory.vectors[Self.name] = kept
    return Encoding(body: body)
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    guard body.count == codec.expectedByteCount else {
      throw CodecError("a payload has \(body.count) bytes, PowerSGD expects \(codec.expectedByteCount)")
    }
    var body = body
    func next(_ count: Int) throws -> [Float] {
      let part = body.prefix(codec.values.byteCount(count))
      body = body.dropFirst(part.count)
      return try codec.values.values(part, count: count)
    }
    var update = [Float](repeating: 0, count: codec.parameters)
    for matrix in codec.matrices {
      let rank = codec.rank(of: matrix)
      let left = try next(rank * matrix.rows)
      let right = try next(rank * matrix.columns)
      update.withUnsafeMutableBufferPointer {
        PowerStep.multiply(left, right, rank: rank, into: UnsafeMutableBufferPointer(rebasing: $0[matrix.range]))
      }
    }
    let rest = try next(codec.restCount)
    var place = 0
    for range in codec.rest {
      update.replaceSubrange(range, with: rest[place..<place + range.count])
      place += range.count
    }
    return try checkDecoded(update, of: "a decoded update")
  }
}
