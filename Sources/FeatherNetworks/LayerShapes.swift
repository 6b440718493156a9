/// Follows one sample's shape through a list of layers, and says which layer does not fit and why.
enum LayerShapes {
  /// No size may be larger: far beyond what trains here, and products of sizes stay far from overflow.
  static let largestSize = 1 << 16
  /// No sample may have more elements.
  static let largestCount = 1 << 28

  /// The shape after each layer.
  ///
  /// - Throws: `NetworkError` naming the first layer that does not fit, its own shape and its input's.
  static func outputs(of layers: [Layer], names: [String], input: SampleShape) throws(NetworkError) -> [SampleShape] {
    guard layers.contains(where: { $0.kind == "dense" || $0.kind == "conv" }) else {
      throw NetworkError("a network has at least one dense or convolution layer, and none is given")
    }
    guard isSensible(input) else {
      throw NetworkError("a network cannot take inputs of shape \(input): every size must be positive and sensible")
    }
    var shapes: [SampleShape] = []
    var shape = input
    for (layer, name) in zip(layers, names) {
      let next = try output(of: layer, name: name, input: shape)
      guard isSensible(next) else {
        throw NetworkError("\(name) makes \(next) of its input \(shape): every size must be positive and sensible")
      }
      shapes.append(next)
      shape = next
    }
    if case .image = shape {
      throw NetworkError("\(names[names.count - 1]) ends the network with an image \(shape): add flatten after it")
    }
    return shapes
  }

  private static func output(of layer: Layer, name: String, input: SampleShape) throws(NetworkError) -> SampleShape {
    switch (layer, input) {
    case (.dense(let outputs, _), .vector):
      return .vector(outputs)
    case (.dense(let outputs, _), .image):
      throw NetworkError(
        "\(name) (\(outputs) outputs) expects a vector but its input is an image \(input): put flatten before it")
    case (.flatten, .image):
      return .vector(input.count)
    case (.convolution(let channels, let kernel, let stride, let padding, _), .image(_, let height, let width)):
      let window = Window(name: name, side: kernel, stride: stride, padding: padding)
      let size = try window.output(height: height, width: width, input: input)
      return .image(channels: channels, height: size.height, width: size.width)
    case (.maxPool(let side, let stride), .image(let channels, let height, let width)):
      let window = Window(name: name, side: side, stride: stride, padding: 0)
      let size = try window.output(height: height, width: width, input: input)
      return .image(channels: channels, height: size.height, width: size.width)
    case (.convolution, .vector), (.maxPool, .vector), (.flatten, .vector):
      throw NetworkError(
        "\(name) expects an image [channels, height, width] but its input is a vector \(input): leave it out, or put it "
          + "before the flatten")
    }
  }

  private static func isSensible(_ shape: SampleShape) -> Bool {
    let bound =
      if case .vector = shape { largestCount } else { largestSize }
    guard shape.dimensions.allSatisfy({ $0 > 0 && $0 <= bound }) else { return false }
    return shape.count <= largestCount
  }

  /// The square that a convolution or a pool moves over an image.
  private struct Window: CustomStringConvertible {
    let name: String
    let side: Int
    let stride: Int
    let padding: Int

    var description: String {
      "\(name) (\(side)x\(side), stride \(stride)\(padding == 0 ? "" : ", padding \(padding)"))"
    }

    func output(height: Int, width: Int, input: SampleShape) throws(NetworkError) -> (height: Int, width: Int) {
      guard side > 0, side <= largestSize, stride > 0, stride <= largestSize else {
        throw NetworkError("\(self) on its input \(input): side and stride must be positive and sensible")
      }
      guard padding >= 0, padding < side else {
        throw NetworkError("\(self) on its input \(input): padding must be at least 0 and less than the side")
      }
      let room = (height: height + 2 * padding - side, width: width + 2 * padding - side)
      guard room.height >= 0, room.width >= 0 else {
        throw NetworkError(
          "\(self) does not fit its input \(input): use a smaller square, more padding, or fewer layers that shrink")
      }
      return (room.height / stride + 1, room.width / stride + 1)
    }
  }
}
