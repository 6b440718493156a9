internal import CKernels
internal import FeatherTensors

/// The dense layers of a network, compiled for a largest batch.
///
/// A batch is given by the addresses of its rows, so that it need not be copied together.
struct DenseStack: ~Copyable {
  /// One layer with its places in memory.
  private struct Stage {
    let activation: Activation
    /// Where its weights and its biases begin in the parameter vector.
    let weight: Int
    let bias: Int
    let layer: fw_layer
    /// Its outputs, shape [batch, outputs], and the addresses of their rows.
    let output: UnsafeMutablePointer<Float>
    let outputRows: RowAddresses
    /// The loss's gradient at its inputs, shape [batch, inputs]; nobody asks for the first layer's unless there are layers of images.
    let inputGradient: UnsafeMutablePointer<Float>

    func outputCount(_ rows: Int) -> Int { rows * layer.outputs }
  }

  /// What becomes of the gradients that `backward` forms.
  struct Sink {
    let rule: fw_rule
    /// What `rule` writes, the whole vectors.
    let state: fw_state
  }

  private let kernels: Kernels
  private let stages: UnsafeMutableBufferPointer<Stage>
  private let addresses: RowAddresses
  private let activations: AlignedBuffer
  private let gradients: AlignedBuffer

  /// Compiles the dense layers of `architecture`, which may be none.
  ///
  /// - Parameters:
  ///   - parameters: the whole parameter vector; outlives the stack.
  ///   - inputGradient: receives the gradient at the first layer's inputs where that is wanted, shape [batch, inputs].
  init(
    _ architecture: Architecture, batch: Int, forTraining: Bool, parameters: UnsafeMutablePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>, kernels: Kernels
  ) {
    self.kernels = kernels
    let layers = architecture.denseLayers
    let blocks = architecture.blocks.filter { $0.name.hasPrefix("dense") }
    let widths = blocks.filter { $0.shape.count == 2 }.map { $0.shape[1] }
    let outputs = layers.reduce(0) { $0 + $1.outputs }
    activations = AlignedBuffer(count: batch * outputs)
    // Rows of outputs and rows of weights.
    addresses = .allocate(capacity: layers.count * batch + outputs)
    addresses.initialize(repeating: nil, count: layers.count * batch + outputs)
    gradients = AlignedBuffer(count: forTraining ? batch * widths.dropFirst().reduce(0, +) : 0)
    stages = .allocate(capacity: layers.count)

    var (output, address, gradient) = (activations.base, addresses, gradients.base)
    for (number, layer) in layers.enumerated() {
      let (weight, bias) = (blocks[2 * number], blocks[2 * number + 1])
      let weightRows = address + batch
      Self.fill(address, output, count: batch, width: layer.outputs)
      Self.fill(weightRows, parameters + weight.offset, count: layer.outputs, width: widths[number])
      let stage = Stage(
        activation: layer.activation, weight: weight.offset, bias: bias.offset,
        layer: fw_layer(
          weight: parameters + weight.offset, row: weightRows, bias: parameters + bias.offset,
          outputs: layer.outputs, inputs: widths[number]),
        output: output, outputRows: address, inputGradient: number == 0 ? inputGradient : gradient)
      stages.initializeElement(at: number, to: stage)
      output += batch * layer.outputs
      address += batch + layer.outputs
      if number > 0 && forTraining { gradient += batch * widths[number] }
    }
  }

  deinit {
    stages.deinitialize()
    stages.deallocate()
    addresses.deallocate()
  }

  /// Writes the addresses of `count` contiguous rows.
  static func fill(_ addresses: RowAddresses, _ base: UnsafePointer<Float>, count: Int, width: Int) {
    for row in 0..<count { addresses[row] = base + row * width }
  }

  /// The outputs of the last layer, shape [batch, outputs]; nil where there is no layer.
  var outputs: UnsafeMutablePointer<Float>? { stages.last?.output }

  /// Computes the outputs of a batch.
  func forward(_ input: fw_rows, rows: Int) {
    var input = input
    for stage in stages {
      kernels.pointee.dense_forward(input, rows, stage.layer, stage.output)
      ElementwiseKernels.apply(stage.activation, stage.output, count: stage.outputCount(rows), kernels)
      input = fw_rows(row: stage.outputRows, filled: nil)
    }
  }

  /// Forms the gradients of all layers, the last one's first, from the loss's gradient in the outputs of a batch just computed.
  ///
  /// - Parameters:
  ///   - ahead: as many rows that the next batch will read, fetched to the cache meanwhile; or `input`.
  ///   - toInput: whether the gradient at the first layer's inputs is wanted.
  ///   - sink: uses a layer's gradients when its weights are no longer needed.
  func backward(_ input: fw_rows, ahead: fw_rows, rows: Int, toInput: Bool, into sink: Sink) {
    guard var delta = outputs else { return }
    for number in stages.indices.reversed() {
      let stage = stages[number]
      let isFirst = number == 0
      if !isFirst || toInput { kernels.pointee.dense_backward(delta, rows, stage.layer, stage.inputGradient) }
      let inputRows = isFirst ? input : fw_rows(row: stages[number - 1].outputRows, filled: nil)
      let batch = fw_dense_rows(
        delta: delta, input: inputRows, ahead: isFirst ? ahead : inputRows, count: rows)
      kernels.pointee.dense_step(
        batch, stage.layer, sink.rule, sink.state.advanced(by: stage.weight), sink.state.advanced(by: stage.bias))
      guard !isFirst else { return }
      delta = stage.inputGradient
      let before = stages[number - 1]
      ElementwiseKernels.applyDerivative(
        before.activation, delta: delta, output: before.output, count: before.outputCount(rows), kernels)
    }
  }
}

extension fw_state {
  /// The state of the parameters from `offset` on; what a rule does not use is nil.
  func advanced(by offset: Int) -> fw_state {
    fw_state(
      weight: weight + offset, first: first.map { $0 + offset }, second: second.map { $0 + offset },
      pull: pull.map { $0 + offset })
  }
}
