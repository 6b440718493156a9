internal import CKernels

/// A range that is cut into blocks by its length alone.
struct Blocks {
  /// All blocks but the last have this length.
  let length: Int
  let total: Int

  /// The most blocks: enough for any number of threads, and their partial sums stay small beside the weights.
  private static let most = 128

  /// Cuts 0..<total into at most 128 blocks of a multiple of `unit`.
  init(_ total: Int, unit: Int) {
    let units = (total + unit - 1) / unit
    length = (units + Self.most - 1) / Self.most * unit
    self.total = total
  }

  var count: Int { (total + length - 1) / length }

  subscript(number: Int) -> (begin: Int, end: Int) { (number * length, min((number + 1) * length, total)) }
}

/// Where the layers of an autoencoder lie in its parameters, and their workspaces in one buffer.
///
/// Workspaces hold a batch as rows, [rows, width], and as lanes, [width, lanes]: the rows side by side, their number rounded up.
struct AutoencoderLayout {
  /// One layer; places are counted from the start of their buffer.
  struct Layer {
    let inputs: Int
    let outputs: Int
    let activation: Activation
    /// The weights; the biases follow.
    let weight: Int
    /// The blocks of the last layer's outputs, of any other's inputs.
    let blocks: Blocks
    /// What the layer sees, as lanes, and as rows; the first layer's rows lie where the samples do.
    let lanes: Int
    let rows: Int
    /// The loss's gradient at its outputs, as lanes; of the last layer, for one tile of each block.
    let delta: Int
  }

  let layers: [Layer]
  /// The shares of the blocks in a sum: of outputs, or of the gradient of the last layer's inputs.
  let shares: Int
  /// The gradient of a hidden layer's inputs, as rows.
  let gradient: Int
  /// Floats of the workspaces.
  let count: Int
  /// Columns whose batch stays in the second-level cache, both as lanes and as rows.
  let columnsAtATime: Int

  init(_ architecture: Architecture, batch: Int) {
    let lanes = Self.padded(batch)
    let widths = architecture.widths
    let weights = architecture.blocks.filter { $0.shape.count == 2 }.map(\.offset)
    var next = 0
    func take(_ count: Int) -> Int {
      // Places begin on a cache line.
      defer { next += Self.padded(count) }
      return next
    }
    var layers: [Layer] = []
    var shares = 0
    for (number, layer) in architecture.denseLayers.enumerated() {
      let inputs = widths[number]
      let isLast = number == widths.count - 2
      let blocks = isLast ? Blocks(layer.outputs, unit: 1024) : Blocks(inputs, unit: 1024)
      shares = max(shares, blocks.count * (isLast ? batch * Self.padded(inputs) : layer.outputs * lanes))
      layers.append(
        Layer(
          inputs: inputs, outputs: layer.outputs, activation: layer.activation, weight: weights[number], blocks: blocks,
          lanes: take(inputs * lanes), rows: take(number == 0 ? 0 : batch * inputs),
          delta: take((isLast ? blocks.count * Self.tile : layer.outputs) * lanes)))
    }
    self.layers = layers
    self.shares = take(shares)
    gradient = take(batch * Self.padded(widths.dropFirst().dropLast(2).max() ?? 0))
    count = next
    columnsAtATime = max(64, Self.padded(16_384 / lanes))
  }

  /// Outputs of the last layer that are computed, compared and stepped together.
  static let tile = FW_TILE

  /// `count` rounded up to a multiple of the kernels' lanes.
  static func padded(_ count: Int) -> Int {
    let lanes = FW_LANES
    return (count + lanes - 1) / lanes * lanes
  }
}
