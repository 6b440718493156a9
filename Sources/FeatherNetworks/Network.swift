internal import FeatherTensors

/// A fully connected network compiled for a largest batch: parameters, gradients and every workspace are allocated once.
///
/// All parameters lie in one contiguous vector in the order of `Architecture.blocks`; so do the gradients.
public struct Network: ~Copyable {
  /// The layers.
  public let architecture: Architecture
  /// The most rows a batch may have.
  public let batch: Int
  private let loss: Loss
  private let stages: [Stage]
  private let parameterBuffer: AlignedBuffer
  private let gradientBuffer: AlignedBuffer
  private let inputBuffer: AlignedBuffer
  private let activationBuffer: AlignedBuffer
  private let deltaBuffer: AlignedBuffer

  /// One dense layer with its places in the buffers.
  private struct Stage {
    let inputs: Int
    let outputs: Int
    let activation: Activation
    let weight: Int
    let bias: Int
    /// Where its output [batch, outputs] begins in the activations.
    let output: Int
  }

  /// Compiles `architecture` for batches of at most `batch` rows; parameters are zero until assigned.
  ///
  /// - Parameter forTraining: whether gradients will be asked for, which needs a linear last layer; without them the network takes
  ///   half the memory.
  public init(_ architecture: Architecture, loss: Loss, batch: Int, forTraining: Bool = true) {
    precondition(batch > 0, "a batch has at least one row")
    precondition(
      !forTraining || architecture.layers.last?.activation == .linear,
      "the losses take their gradient at a linear last layer")
    self.architecture = architecture
    self.loss = loss
    self.batch = batch
    var stages: [Stage] = []
    var parameter = 0
    var activation = 0
    for (inputs, layer) in zip(architecture.widths, architecture.layers) {
      let bias = parameter + inputs * layer.outputs
      stages.append(
        Stage(
          inputs: inputs, outputs: layer.outputs, activation: layer.activation, weight: parameter, bias: bias,
          output: activation))
      parameter = bias + layer.outputs
      activation += batch * layer.outputs
    }
    self.stages = stages
    parameterBuffer = AlignedBuffer(count: parameter)
    gradientBuffer = AlignedBuffer(count: forTraining ? parameter : 0)
    inputBuffer = AlignedBuffer(count: batch * architecture.inputs)
    activationBuffer = AlignedBuffer(count: activation)
    let widest = stages.dropFirst().map(\.inputs).max() ?? 0
    deltaBuffer = AlignedBuffer(count: forTraining ? 2 * batch * widest : 0)
  }

  /// The parameter vector, shape [P]; valid while the network lives.
  public var parameters: UnsafeMutableBufferPointer<Float> { parameterBuffer.elements }

  /// The gradient of the mean loss of the last batch, shape [P]; empty when not compiled for training.
  public var gradients: UnsafeMutableBufferPointer<Float> { gradientBuffer.elements }

  /// Where a batch's inputs are gathered, shape [batch, inputs].
  public var inputs: UnsafeMutableBufferPointer<Float> { inputBuffer.elements }

  /// The output of the last layer, shape [batch, outputs]; a loss replaces it by its gradient.
  public var outputs: UnsafeMutableBufferPointer<Float> {
    let last = stages[stages.count - 1]
    return UnsafeMutableBufferPointer(start: activationBuffer.base + last.output, count: batch * last.outputs)
  }

  /// A copy of the parameter vector.
  public var parameterArray: [Float] { parameterBuffer.array }

  /// Replaces the parameters, shape [P].
  public func assign(_ parameters: [Float]) {
    parameterBuffer.assign(parameters)
  }

  /// Computes the outputs of the first `rows` inputs.
  public func forward(rows: Int) {
    precondition(rows > 0 && rows <= batch, "a batch of \(rows) rows in a network compiled for \(batch)")
    var input = UnsafePointer(inputBuffer.base)
    for stage in stages {
      let output = activationBuffer.base + stage.output
      let bias = parameterBuffer.base + stage.bias
      for row in 0..<rows { (output + row * stage.outputs).update(from: bias, count: stage.outputs) }
      OneDNN.multiply(
        .init(base: input, columns: stage.inputs),
        .init(base: parameterBuffer.base + stage.weight, columns: stage.inputs, transposed: true),
        into: output, rows: rows, columns: stage.outputs, inner: stage.inputs, keep: 1)
      ElementwiseKernels.apply(stage.activation, output, count: rows * stage.outputs)
      input = UnsafePointer(output)
    }
  }

  /// Compares the outputs of the last `forward` with labels; the outputs become the loss's gradient.
  ///
  /// - Returns: the sum of the rows' losses in nats, and the number of rows classified correctly.
  public func score(labels: UnsafePointer<UInt8>, rows: Int) -> (loss: Double, correct: Int) {
    precondition(loss == .softmaxCrossEntropy, "labels go with softmax cross-entropy")
    guard let base = outputs.baseAddress else { return (0, 0) }
    return Losses.softmaxCrossEntropy(base, labels: labels, rows: rows, classes: architecture.outputs)
  }

  /// Compares the outputs of the last `forward` with target vectors [rows, outputs]; the outputs become the loss's gradient.
  ///
  /// - Returns: the sum over rows and outputs of the squared errors.
  public func score(targets: UnsafePointer<Float>, rows: Int) -> Double {
    precondition(loss == .meanSquaredError, "target vectors go with mean squared error")
    guard let base = outputs.baseAddress else { return 0 }
    return Losses.squaredError(base, targets: targets, rows: rows, width: architecture.outputs)
  }

  /// Computes `gradients` from the loss's gradient that `score` left in the outputs.
  public func backward(rows: Int) {
    precondition(gradientBuffer.count == parameterBuffer.count, "the network was not compiled for training")
    guard var delta = outputs.baseAddress else { return }
    let half = deltaBuffer.count / 2
    for (number, stage) in stages.enumerated().reversed() {
      if number < stages.count - 1 {
        ElementwiseKernels.applyDerivative(
          stage.activation, delta: delta, output: activationBuffer.base + stage.output, count: rows * stage.outputs)
      }
      let input = number == 0 ? inputBuffer.base : activationBuffer.base + stages[number - 1].output
      accumulate(stage, delta: delta, input: input, rows: rows)
      guard number > 0 else { break }
      let next = deltaBuffer.base + (number % 2) * half
      OneDNN.multiply(
        .init(base: delta, columns: stage.outputs),
        .init(base: parameterBuffer.base + stage.weight, columns: stage.inputs),
        into: next, rows: rows, columns: stage.inputs, inner: stage.outputs)
      delta = next
    }
  }

  /// The gradients of one layer: weight = deltaᵀ · input, bias = column sums of delta, row 0 first.
  private func accumulate(
    _ stage: Stage, delta: UnsafePointer<Float>, input: UnsafePointer<Float>, rows: Int
  ) {
    OneDNN.multiply(
      .init(base: delta, columns: stage.outputs, transposed: true), .init(base: input, columns: stage.inputs),
      into: gradientBuffer.base + stage.weight, rows: stage.outputs, columns: stage.inputs, inner: rows)
    let bias = gradientBuffer.base + stage.bias
    bias.update(from: delta, count: stage.outputs)
    for row in 1..<Swift.max(rows, 1) {
      let values = delta + row * stage.outputs
      for column in 0..<stage.outputs { bias[column] += values[column] }
    }
  }
}
