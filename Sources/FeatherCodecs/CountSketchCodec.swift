internal import FeatherTensors

/// A count sketch, of which the largest elements are recovered.
///
/// Source: FetchSGD, Rothchild et al. 2020, arXiv:2007.07682; the sketch itself: Charikar, Chen and Farach-Colton 2002.
/// Row j of a table of r rows and c columns adds up s_j(i) x_i in column h_j(i), with random signs s and columns h.
/// Every row estimates x_i as s_j(i) times that cell: unbiased, with variance (‖x‖₂² − x_i²) / c. Decoding takes the
/// median of the r estimates (of an even number the mean of the middle two), keeps the k of largest magnitude, among
/// equal ones those of lower index, and sets the rest to zero. Keeping the largest makes the whole biased.
///
/// The sketch is linear: before rounding, the tables of two updates add up to the table of their sum, since signs and
/// columns are keyed by the run's seed and the round alone, the same for all clients. Row j has a Philox stream of its
/// own, of which word i is for element i: its lowest bit is the sign (1 is −), its upper 31 bits times c / 2³¹, rounded
/// down, the column. A column's probability is off by less than 2⁻³¹. Cells are added up in Double in the order of the
/// elements, then rounded to float32.
///
/// Wire format: r c cells, row by row, as `ValueFormat` says, float32 unless fewer bits are asked for.
public struct CountSketchCodec: UpdateCodec {
  /// Length of the update, P.
  public let parameters: Int
  /// Rows of the table, r.
  public let rows: Int
  /// Columns of the table, c.
  public let columns: Int
  /// Elements that are recovered, k.
  public let count: Int
  /// How cells are written.
  public let values: ValueFormat
  /// What is encoded.
  public let input: UpdateInput

  /// Sketches `parameters` floats in a table of `rows` and `columns`, of which `count` elements are recovered.
  ///
  /// - Parameter count: at most P; nil for a tenth of the columns, the ratio in the paper's code, but at least one where there are any.
  public init(
    parameters: Int, rows: Int = 5, columns: Int, count: Int? = nil, values: ValueFormat = .float32,
    input: UpdateInput = .difference
  ) {
    let count = count ?? min(parameters, max(1, columns / 10))
    precondition((1..<1 << 16).contains(rows) && (1..<1 << 31).contains(columns), "a sketch has rows and columns")
    precondition(count >= 0 && count <= parameters, "\(count) places of \(parameters)")
    self.parameters = parameters
    self.rows = rows
    self.columns = columns
    self.count = count
    self.values = values
    self.input = input
  }

  /// Bytes of an upload without its header: those of r c cells.
  public var expectedByteCount: Int { values.byteCount(rows * columns) }
  /// r c floats.
  public var latentSize: Int { rows * columns }
  /// A table.
  public var kind: Payload.Kind { .sketch }

  /// The client's half.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder {
    CountSketchCoder(codec: self)
  }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder { CountSketchCoder(codec: self) }
}

/// Both halves of the count sketch: it has no state.
struct CountSketchCoder: UpdateEncoder, UpdateDecoder {
  let codec: CountSketchCodec

  /// The words that say where a row adds up each element: the same for all clients.
  private func words(ofRow row: Int, at occasion: Occasion) -> RandomStream {
    var shared = occasion
    shared.client = 0
    return shared.stream(lane: 1 << 16 | row)
  }

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: codec.parameters)
    let cells = table(of: update, at: occasion).map { Float($0) }
    if let cell = Reductions.firstNonFinite(cells) {
      throw CodecError(
        "row \(cell / codec.columns), column \(cell % codec.columns) of a sketch is more than float32 can hold")
    }
    return Encoding(body: try codec.values.bytes(cells))
  }

  /// The table, row by row, before it is rounded.
  func table(of update: [Float], at occasion: Occasion) -> [Double] {
    let columns = codec.columns
    var table = [Double](repeating: 0, count: codec.rows * columns)
    table.withUnsafeMutableBufferPointer { table in
      for row in 0..<codec.rows {
        let cells = UnsafeMutableBufferPointer(rebasing: table[row * columns..<(row + 1) * columns])
        var stream = words(ofRow: row, at: occasion)
        forEachBlock { start, words in
          stream.fill(words)
          for (i, word) in words.enumerated() {
            let signed = Double(update[start + i]).bitPattern ^ UInt64(word & 1) << 63
            cells[Self.column(word, of: columns)] += Double(bitPattern: signed)
          }
        }
      }
    }
    return table
  }

  /// Elements whose words are drawn at a time: few enough to stay close to the processor.
  private static let block = 1024

  /// Goes through the elements in blocks: where one starts, and room for its words.
  private func forEachBlock(_ body: (Int, UnsafeMutableBufferPointer<UInt32>) -> Void) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Self.block) { words in
      words.initialize(repeating: 0)
      for start in stride(from: 0, to: codec.parameters, by: Self.block) {
        body(start, UnsafeMutableBufferPointer(rebasing: words[..<min(Self.block, codec.parameters - start)]))
      }
    }
  }

  @inline(__always)
  private static func column(_ word: UInt32, of columns: Int) -> Int {
    Int(truncatingIfNeeded: (UInt64(word >> 1) * UInt64(truncatingIfNeeded: columns)) >> 31)
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    let table = try checkDecoded(codec.values.values(body, count: codec.rows * codec.columns))
    let estimates = estimates(from: table, at: occasion)
    let places = Places.largest(codec.count, of: estimates)
    return Places.scatter(places.map { estimates[Int($0)] }, at: places, of: codec.parameters)
  }

  /// Every element's estimate: the median of its rows'.
  private func estimates(from table: [Float], at occasion: Occasion) -> [Float] {
    let (rows, columns, block) = (codec.rows, codec.columns, Self.block)
    var streams = (0..<rows).map { words(ofRow: $0, at: occasion) }
    var estimates = [Float](repeating: 0, count: rows * block)
    return [Float](unsafeUninitializedCapacity: codec.parameters) { medians, filled in
      forEachBlock { start, words in
        estimates.withUnsafeMutableBufferPointer { estimates in
          for row in 0..<rows {
            streams[row].fill(words)
            for (i, word) in words.enumerated() {
              let cell = table[row * columns + Self.column(word, of: columns)]
              estimates[row * block + i] = Float(bitPattern: cell.bitPattern ^ word << 31)
            }
          }
          Self.sortColumns(estimates, rows: rows, width: block)
          let (low, high) = ((rows - 1) / 2 * block, rows / 2 * block)
          for i in words.indices {
            // Halves before the sum, which cannot overflow then; not of a single middle one, which may be too small to halve.
            let (a, b) = (estimates[low + i], estimates[high + i])
            medians[start + i] = low == high ? a : a / 2 + b / 2
          }
        }
      }
      filled = codec.parameters
    }
  }

  /// Sorts each column of `rows` rows by an odd-even transposition network, whose steps are the same for all columns.
  private static func sortColumns(_ values: UnsafeMutableBufferPointer<Float>, rows: Int, width: Int) {
    let bytes = UnsafeMutableRawBufferPointer(values)
    let size = MemoryLayout<SIMD4<Float>>.size
    for step in 0..<rows {
      for row in stride(from: step % 2, to: rows - 1, by: 2) {
        for first in stride(from: 4 * row * width, to: 4 * (row + 1) * width, by: size) {
          let second = first + 4 * width
          let a = bytes.loadUnaligned(fromByteOffset: first, as: SIMD4<Float>.self)
          let b = bytes.loadUnaligned(fromByteOffset: second, as: SIMD4<Float>.self)
          let isSorted = a .< b
          bytes.storeBytes(of: b.replacing(with: a, where: isSorted), toByteOffset: first, as: SIMD4<Float>.self)
          bytes.storeBytes(of: a.replacing(with: b, where: isSorted), toByteOffset: second, as: SIMD4<Float>.self)
        }
      }
    }
  }
}
