/// Why a layer does not fit what comes before it, or what the data set asks for.
struct LayerMisfit: Error {
  /// The layer's index, from 0.
  var index: Int
  var message: String
}

extension LayerSpec: CustomStringConvertible {
  /// No side of an image or of the square that moves over it may be larger.
  static let largestSide = 1 << 16
  /// No sample may have more numbers between two layers.
  static let largestCount = 1 << 28

  /// The kind and what decides its shape, such as `convolution 5x5, padding 2`.
  public var description: String {
    switch self {
    case .flatten: "flatten"
    case .dense(let outputs, _): "dense \(outputs)"
    case .maxPool(let size, let stride): "maxPool \(size)x\(size), stride \(stride)"
    case .convolution(_, let kernel, let stride, let padding, _):
      "convolution \(kernel)x\(kernel)" + (stride == 1 ? "" : ", stride \(stride)")
        + (padding == 0 ? "" : ", padding \(padding)")
    }
  }

  /// The shape of one sample after each layer: [channels, height, width] of an image, [count] of a vector.
  static func shapes(of layers: [LayerSpec], input: [Int]) throws(LayerMisfit) -> [[Int]] {
    var shapes: [[Int]] = []
    for (index, layer) in layers.enumerated() {
      shapes.append(try layer.output(of: shapes.last ?? input, index: index))
    }
    return shapes
  }

  /// Refuses layers that do not lead from an image to one number per class.
  static func check(_ layers: [LayerSpec], for dataset: DatasetSpec) throws(LayerMisfit) {
    let shapes = try shapes(of: layers, input: dataset.image.dimensions)
    guard let last = shapes.last, let layer = layers.last else { return }
    guard last != [dataset.classes] else {
      guard case .dense(_, let activation) = layer, activation != .linear else { return }
      throw LayerMisfit(
        index: layers.count - 1,
        message: "layer \(layers.count) (\(layer)) is the last and has activation \(activation.rawValue), but the loss "
          + "takes its numbers as they are; leave activation out")
    }
    let remedy: String =
      switch layer {
      case .dense: "write dense: \(dataset.classes)"
      case .flatten: "add {dense: \(dataset.classes)}"
      case .convolution, .maxPool: "add flatten and {dense: \(dataset.classes)}"
      }
    throw LayerMisfit(
      index: layers.count - 1,
      message: "layer \(layers.count) (\(layer)) is the last and gives \(last), but \(dataset.name.rawValue) has "
        + "\(dataset.classes) classes, which takes [\(dataset.classes)]; \(remedy)")
  }

  /// Weights and biases of all layers for one input; nil where the layers do not fit, or where the number is beyond counting.
  static func parameters(of layers: [LayerSpec], input: [Int]) -> Int? {
    parameterCounts(of: layers, input: input)?.reduce(0 as Int?) { total, count in
      guard let (sum, overflow) = total?.addingReportingOverflow(count), !overflow else { return nil }
      return sum
    }
  }

  /// Weights and biases of each layer that has any; nil likewise.
  static func parameterCounts(of layers: [LayerSpec], input: [Int]) -> [Int]? {
    guard let shapes = try? shapes(of: layers, input: input) else { return nil }
    var counts: [Int] = []
    for (layer, before) in zip(layers, [input] + shapes) {
      let inputs: [Int]
      let outputs: Int
      switch layer {
      case .flatten, .maxPool: continue
      case .dense(let width, _): (inputs, outputs) = (before, width)
      case .convolution(let channels, let kernel, _, _, _): (inputs, outputs) = ([before[0], kernel, kernel], channels)
      }
      var count = outputs
      for factor in inputs {
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        count = product
      }
      let (added, overflow) = count.addingReportingOverflow(outputs)
      guard !overflow else { return nil }
      counts.append(added)
    }
    return counts
  }

  private func output(of input: [Int], index: Int) throws(LayerMisfit) -> [Int] {
    func misfit(_ what: String) -> LayerMisfit {
      LayerMisfit(index: index, message: "layer \(index + 1) (\(self)) \(what)")
    }
    let isImage = input.count == 3
    let output: [Int]
    switch self {
    case .dense(let outputs, _):
      guard !isImage else {
        throw misfit("takes a vector [numbers], but gets an image \(input); put flatten before it")
      }
      output = [outputs]
    case .flatten:
      guard isImage else {
        throw misfit("takes an image [channels, height, width], but gets a vector \(input); leave it out")
      }
      output = [input.reduce(1, *)]
    case .convolution, .maxPool:
      guard isImage else {
        throw misfit("takes an image [channels, height, width], but gets a vector \(input); put it before flatten")
      }
      output = try window(over: input, misfit)
    }
    guard output.allSatisfy({ $0 > 0 }), Self.isCountable(output) else {
      throw misfit("makes \(output) of \(input), but a sample has 1 to \(Self.largestCount) numbers; change its sizes")
    }
    return output
  }

  /// The output of a square that moves over an image: floor((side + 2 padding − kernel) / stride) + 1.
  private func window(over input: [Int], _ misfit: (String) -> LayerMisfit) throws(LayerMisfit) -> [Int] {
    let (channels, side, stride, padding): (Int, Int, Int, Int) =
      switch self {
      case .convolution(let channels, let kernel, let stride, let padding, _): (channels, kernel, stride, padding)
      case .maxPool(let size, let stride): (input[0], size, stride, 0)
      case .flatten, .dense: (input[0], 1, 1, 0)
      }
    guard padding >= 0, [channels, side, stride].allSatisfy({ (1...Self.largestSide).contains($0) }) else {
      throw misfit("on an image \(input): its sizes must be from 1 to \(Self.largestSide)")
    }
    guard padding < side else {
      throw misfit("on an image \(input): its padding must be smaller than its side \(side)")
    }
    let least = side - 2 * padding
    guard input[1] >= least, input[2] >= least else {
      throw misfit(
        "takes at least [\(input[0]), \(least), \(least)], but gets \(input); "
          + "make it smaller, or shrink less before it")
    }
    return [channels] + input[1...].map { ($0 + 2 * padding - side) / stride + 1 }
  }

  private static func isCountable(_ shape: [Int]) -> Bool {
    var count = 1
    for size in shape {
      guard shape.count == 1 || size <= largestSide else { return false }
      count *= size  // at most 2^48
    }
    return count <= largestCount
  }
}

extension ModelSpec {
  /// The number of elements of one sample after each layer; nil where the layers do not fit the data set's images.
  public func elementCounts(for dataset: DatasetSpec) -> [Int]? {
    (try? LayerSpec.shapes(of: layers(for: dataset), input: dataset.image.dimensions))?.map { $0.reduce(1, *) }
  }

  /// Whether any layer can be computed by Winograd's minimal filtering, by its shape.
  func suitsWinograd(for dataset: DatasetSpec) -> Bool {
    let layers = layers(for: dataset)
    let input = dataset.image.dimensions
    guard let shapes = try? LayerSpec.shapes(of: layers, input: input) else { return false }
    return zip(layers, [input] + shapes).contains { layer, before in
      guard case .convolution(let channels, kernel: 3, stride: 1, _, _) = layer else { return false }
      return min(channels, before[0]) >= 16
    }
  }
}
