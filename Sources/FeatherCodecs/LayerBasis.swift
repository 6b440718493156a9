internal import FeatherTensors

/// An orthonormal basis of updates, layer by layer, in which few coefficients say most.
struct LayerBasis: Sendable {
  /// The basis of one layer.
  private struct Layer: Sendable {
    let matrix: LayerMatrix
    var cosines: (height: CosineBasis, width: CosineBasis)?
    var inputs: DirectionSpan?
    var outputs: DirectionSpan?
  }

  /// Sides that are longer keep their axes: what it takes to follow them grows with the square.
  static let longestSide = 1 << 12
  private static let mostRows = 512

  private var layers: [Layer]
  private let follows: Bool
  private var global: [Float]?

  init(_ matrices: [LayerMatrix], cosines: Bool, follows: Bool) {
    self.follows = follows
    layers = matrices.map { matrix in
      var layer = Layer(matrix: matrix)
      if cosines, let image = matrix.image {
        layer.cosines = (CosineBasis(image.x), CosineBasis(image.y))
      }
      if follows, matrix.rows <= Self.mostRows, matrix.columns <= Self.longestSide {
        layer.inputs = DirectionSpan(dimension: matrix.columns)
        layer.outputs = DirectionSpan(dimension: matrix.rows)
      }
      return layer
    }
  }

  /// Learns how the global model changed since it was heard last, or all that was learned before.
  mutating func follow(_ broadcast: Broadcast) {
    switch broadcast {
    case .model(let global, let team): follow(global, team: team)
    case .knowledge(let knowledge):
      global = knowledge.model
      var bases = knowledge.bases[...]
      for number in layers.indices {
        if let basis = layers[number].inputs.flatMap({ _ in bases.popFirst() }) { layers[number].inputs?.parts = basis }
        if let basis = layers[number].outputs.flatMap({ _ in bases.popFirst() }) {
          layers[number].outputs?.parts = basis
        }
      }
    }
  }

  /// All that was learned.
  var knowledge: CommonKnowledge? {
    guard follows else { return nil }
    return CommonKnowledge(
      model: global, bases: layers.flatMap { layer in [layer.inputs, layer.outputs].compactMap { $0?.parts } })
  }

  private mutating func follow(_ global: [Float], team: ThreadTeam) {
    defer { self.global = global }
    guard follows, let last = self.global else { return }
    layers.withUnsafeMutableBufferPointer { layers in
      let layers = layers
      team.forEach(layers.count) { number in
        let matrix = layers[number].matrix
        var change = (0..<matrix.rows * matrix.columns).map {
          Double(global[matrix.offset + $0]) - Double(last[matrix.offset + $0])
        }
        change.withUnsafeMutableBufferPointer { change in
          if let base = change.baseAddress { Self.applyCosines(layers[number], base, isInverse: false) }
        }
        layers[number].inputs?.follow(change)
        layers[number].outputs?.follow(Self.transposed(change, rows: matrix.rows))
      }
    }
  }

  /// The coefficients of an update, shape [P]: those of a layer in its place, what is in no layer as it is.
  func coefficients(of update: [Float]) -> [Float] { transformed(update, isInverse: false) }

  /// The update of coefficients.
  func update(of coefficients: [Float]) -> [Float] { transformed(coefficients, isInverse: true) }

  private func transformed(_ values: [Float], isInverse: Bool) -> [Float] {
    var result = values
    for layer in layers {
      let matrix = layer.matrix
      let range = matrix.range
      var elements = values[range].map(Double.init)
      elements.withUnsafeMutableBufferPointer { elements in
        guard let base = elements.baseAddress else { return }
        if !isInverse { Self.applyCosines(layer, base, isInverse: false) }
        layer.inputs?.transform(base, count: matrix.rows, isInverse: isInverse)
      }
      if let outputs = layer.outputs {
        var columns = Self.transposed(elements, rows: matrix.rows)
        columns.withUnsafeMutableBufferPointer { columns in
          if let base = columns.baseAddress { outputs.transform(base, count: matrix.columns, isInverse: isInverse) }
        }
        elements = Self.transposed(columns, rows: matrix.columns)
      }
      elements.withUnsafeMutableBufferPointer { elements in
        if isInverse, let base = elements.baseAddress { Self.applyCosines(layer, base, isInverse: true) }
      }
      for (i, place) in range.enumerated() { result[place] = Float(elements[i]) }
    }
    return result
  }

  /// The cosine transform of every image of a layer, along its rows and its columns.
  private static func applyCosines(_ layer: Layer, _ values: UnsafeMutablePointer<Double>, isInverse: Bool) {
    guard let (height, width) = layer.cosines else { return }
    let count = layer.matrix.rows * layer.matrix.columns
    let image = height.count * width.count
    withUnsafeTemporaryAllocation(of: Double.self, capacity: image) { scratch in
      guard let scratch = scratch.baseAddress else { return }
      width.transform(lines: count / width.count, at: values, isInverse: isInverse, scratch: scratch)
      for start in stride(from: 0, to: count, by: image) {
        height.transform(columnsOf: values + start, width: width.count, isInverse: isInverse, scratch: scratch)
      }
    }
  }

  private static func transposed(_ elements: [Double], rows: Int) -> [Double] {
    let columns = elements.count / max(rows, 1)
    return [Double](unsafeUninitializedCapacity: elements.count) { result, count in
      for row in 0..<rows {
        for column in 0..<columns { result[column * rows + row] = elements[row * columns + column] }
      }
      count = elements.count
    }
  }
}
