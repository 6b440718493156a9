internal import CKernels
internal import FeatherTensors

/// The parameters and workspaces of a tied autoencoder, and the two passes of a step; symbols as in `TiedAutoencoderTrainer`.
struct TiedPasses: ~Copyable {
  /// One pair of layers with its places in memory; ranges of floats are counted from the start of their buffer.
  private struct Stage {
    let layer: fw_layer
    /// Of the encoder's layer; the decoder's layer before this one has the same, and its last one is linear.
    let activation: Activation
    /// Where W, b and c begin in the parameter vector.
    let weight: Int
    let bias: Int
    let decoderBias: Int
    /// The encoder's outputs, [batch, outputs].
    let up: UnsafeMutablePointer<Float>
    /// The decoder's outputs, [batch, inputs], and the loss's gradient there.
    let down: UnsafeMutablePointer<Float>
    let downGradient: UnsafeMutablePointer<Float>
    /// The gradient at the encoder's outputs and below it, from row `rows` on, what the decoder's layer saw: [2 batch, outputs].
    let joint: UnsafeMutablePointer<Float>
  }

  let parameters: AlignedBuffer
  private let stages: [Stage]
  private let workspace: AlignedBuffer
  /// Zeros: the biases of a layer that has none.
  private let zeros: AlignedBuffer
  /// A gradient of biases, and what a step of biases that nobody wants writes.
  private let sums: AlignedBuffer
  private let unwanted: AlignedBuffer
  /// The addresses of rows of weights, and two batches of rows.
  private let weightRows: RowTable
  private let rowTable: RowTable
  private let targetTable: RowTable
  private let kernels: Kernels

  init(_ encoder: Architecture, batch: Int, kernels: Kernels) {
    self.kernels = kernels
    let widths = encoder.widths
    let widest = widths.reduce(0, max)
    parameters = AlignedBuffer(count: TiedAutoencoderTrainer.parameterCount(encoder))
    zeros = AlignedBuffer(count: widest)
    sums = AlignedBuffer(count: widest)
    unwanted = AlignedBuffer(count: 3 * widest)
    let outputs = widths.dropFirst().reduce(0, +)
    weightRows = RowTable(count: outputs)
    rowTable = RowTable(count: 2 * batch)
    targetTable = RowTable(count: batch)
    workspace = AlignedBuffer(count: batch * (3 * outputs + 2 * widths.dropLast().reduce(0, +)))

    var (place, row) = (workspace.base, weightRows.base)
    func take(_ count: Int) -> UnsafeMutablePointer<Float> {
      defer { place += count }
      return place
    }
    let blocks = encoder.blocks
    var stages: [Stage] = []
    var decoderBias = parameters.count
    for (number, layer) in encoder.denseLayers.enumerated() {
      let (weight, bias) = (blocks[2 * number].offset, blocks[2 * number + 1].offset)
      DenseStack.fill(row, parameters.base + weight, count: layer.outputs, width: widths[number])
      decoderBias -= widths[number]
      stages.append(
        Stage(
          layer: fw_layer(
            weight: parameters.base + weight, row: row, bias: parameters.base + bias, outputs: layer.outputs,
            inputs: widths[number]),
          activation: layer.activation, weight: weight, bias: bias, decoderBias: decoderBias,
          up: take(batch * layer.outputs), down: take(batch * widths[number]),
          downGradient: take(batch * widths[number]), joint: take(2 * batch * layer.outputs)))
      row += layer.outputs
    }
    self.stages = stages
  }

  /// Keeps the parameters alone.
  consuming func finish() -> AlignedBuffer { parameters }

  private var rowAddresses: RowAddresses { rowTable.base }
  private var targets: RowAddresses { targetTable.base }

  /// Computes a batch's outputs, and leaves the loss's gradient in their place.
  ///
  /// - Returns: the sum of the squared errors.
  func forward(_ rows: ArraySlice<Int>, of samples: UnsafeBufferPointer<Float>) -> Double {
    guard let base = samples.baseAddress, let first = stages.first else { return 0 }
    for (i, row) in rows.enumerated() { targets[i] = UnsafePointer(base + row * first.layer.inputs) }
    var input = targets
    for stage in stages {
      kernels.pointee.dense_forward(fw_rows(row: input, filled: nil), rows.count, stage.layer, stage.up)
      ElementwiseKernels.apply(stage.activation, stage.up, count: rows.count * stage.layer.outputs, kernels)
      DenseStack.fill(rowAddresses, stage.up, count: rows.count, width: stage.layer.outputs)
      input = rowAddresses
    }
    guard var hidden = stages.last?.up else { return 0 }
    for (number, stage) in stages.enumerated().reversed() {
      let count = rows.count * stage.layer.outputs
      (stage.joint + count).update(from: hidden, count: count)
      kernels.pointee.dense_backward(hidden, rows.count, stage.layer, stage.down)
      addBiases(stage, rows: rows.count)
      if number > 0 {
        ElementwiseKernels.apply(
          stages[number - 1].activation, stage.down, count: rows.count * stage.layer.inputs, kernels)
      }
      hidden = stage.down
    }
    return Losses.squaredError(first.down, targets: targets, rows: rows.count, width: first.layer.inputs)
  }

  private func addBiases(_ stage: Stage, rows: Int) {
    let bias = parameters.base + stage.decoderBias
    for row in 0..<rows {
      let output = stage.down + row * stage.layer.inputs
      for i in 0..<stage.layer.inputs { output[i] += bias[i] }
    }
  }

  /// Forms the gradients from what `forward` left, the decoder's from its output inwards, then the encoder's; weights are stepped
  /// once nothing needs them.
  func backward(rows: Int, into sink: DenseStack.Sink) {
    for number in stages.indices { backwardDecoder(number, rows: rows, into: sink) }
    for number in stages.indices.reversed() { backwardEncoder(number, rows: rows, into: sink) }
  }

  /// The loss's gradient at the decoder's outputs of a stage, before their activation.
  private func decoderDelta(_ number: Int) -> UnsafeMutablePointer<Float> {
    number == 0 ? stages[0].down : stages[number].downGradient
  }

  /// Steps c, and forms the gradient at what the decoder's layer saw.
  private func backwardDecoder(_ number: Int, rows: Int, into sink: DenseStack.Sink) {
    let stage = stages[number]
    let isLatent = number == stages.count - 1
    let delta = decoderDelta(number)
    let gradient = isLatent ? stage.joint : stages[number + 1].downGradient
    DenseStack.fill(rowAddresses, delta, count: rows, width: stage.layer.inputs)
    var layer = stage.layer
    layer.bias = UnsafePointer(zeros.base)
    kernels.pointee.dense_forward(fw_rows(row: rowAddresses, filled: nil), rows, layer, gradient)
    ElementwiseKernels.applyDerivative(
      stage.activation, delta: gradient, output: isLatent ? stage.up : stages[number + 1].down,
      count: rows * stage.layer.outputs, kernels)
    stepBiases(at: stage.decoderBias, delta, rows: rows, width: stage.layer.inputs, into: sink)
  }

  /// Forms the gradient at the encoder's layer's inputs, then steps its weights and b.
  private func backwardEncoder(_ number: Int, rows: Int, into sink: DenseStack.Sink) {
    let stage = stages[number]
    if number > 0 {
      let before = stages[number - 1]
      kernels.pointee.dense_backward(stage.joint, rows, stage.layer, before.joint)
      ElementwiseKernels.applyDerivative(
        before.activation, delta: before.joint, output: before.up, count: rows * stage.layer.inputs, kernels)
      DenseStack.fill(rowAddresses, before.up, count: rows, width: stage.layer.inputs)
    } else {
      rowAddresses.update(from: targets, count: rows)
    }
    DenseStack.fill(rowAddresses + rows, decoderDelta(number), count: rows, width: stage.layer.inputs)
    stepBiases(at: stage.bias, stage.joint, rows: rows, width: stage.layer.outputs, into: sink)
    // The kernel steps biases by all of these rows, of which half concern none: what it writes there is left alone.
    let width = zeros.count
    let nowhere = fw_state(
      weight: unwanted.base, first: unwanted.base + width, second: unwanted.base + 2 * width, pull: nil)
    let joint = fw_rows(row: rowAddresses, filled: nil)
    kernels.pointee.dense_step(
      fw_dense_rows(delta: stage.joint, input: joint, ahead: joint, count: 2 * rows), stage.layer,
      sink.rule, sink.state.advanced(by: stage.weight), nowhere)
  }

  /// Steps biases by their gradient: delta summed from the first row on.
  private func stepBiases(
    at place: Int, _ delta: UnsafePointer<Float>, rows: Int, width: Int, into sink: DenseStack.Sink
  ) {
    let sum = sums.base
    sum.update(from: delta, count: width)
    for row in 1..<max(rows, 1) {
      let values = delta + row * width
      for i in 0..<width { sum[i] += values[i] }
    }
    kernels.pointee.step(sink.rule, sink.state.advanced(by: place), sum, width)
  }
}

/// Addresses of rows, none at first.
private final class RowTable {
  let base: RowAddresses

  init(count: Int) {
    base = .allocate(capacity: count)
    base.initialize(repeating: nil, count: count)
  }

  deinit { base.deallocate() }
}
