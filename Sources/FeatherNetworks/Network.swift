internal import FeatherTensors

/// A network compiled for a largest batch: parameters, gradients and every workspace are allocated once.
///
/// Layers of images, if any, are an `ImageStack`; the dense layers after them are here. All parameters lie in one contiguous
/// vector in the order of `Architecture.blocks`; so do the gradients.
public struct Network: ~Copyable {
  /// What a network is compiled for.
  public enum Purpose: Hashable, Sendable {
    /// Outputs alone.
    case inference
    /// Outputs and gradients.
    case training
    /// Outputs, and steps that are taken while gradients are formed (`backward(rows:stepping:)`): dense layers only. The gradients
    /// are never stored, which saves their memory and a pass over it.
    case fusedTraining
  }

  /// The layers.
  public let architecture: Architecture
  /// The most rows a batch may have.
  public let batch: Int
  /// How each convolution is computed, such as `conv1 direct, conv2 winograd`; nil where there is none.
  ///
  /// Where the passes differ, they are named in the order forward, gradient of the weights, gradient of the inputs.
  public let convolutions: String?
  private let loss: Loss
  private let images: ImageStack?
  private let stages: [Stage]
  private let parameterBuffer: AlignedBuffer
  private let gradientBuffer: AlignedBuffer
  private let inputBuffer: AlignedBuffer
  /// The flattened outputs of the layers of images and their gradient, shape [batch, features]; empty where there are none.
  private let featureBuffer: AlignedBuffer
  private let featureGradientBuffer: AlignedBuffer
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
  /// - Parameter purpose: what will be asked of the network; training needs a linear last layer where that is dense.
  /// - Throws: `NetworkError` when the library cannot compute a layer of images; never for dense layers alone.
  public init(
    _ architecture: Architecture, loss: Loss, batch: Int, for purpose: Purpose = .training
  ) throws(NetworkError) {
    precondition(batch > 0, "a batch has at least one row")
    if case .dense(_, let activation) = architecture.layers[architecture.layers.count - 1] {
      precondition(
        purpose == .inference || activation == .linear, "the losses take their gradient at a linear last layer")
    }
    self.architecture = architecture
    self.loss = loss
    self.batch = batch
    let forTraining = purpose != .inference
    let stages = Self.stages(of: architecture, batch: batch)
    self.stages = stages
    let parameters = architecture.parameterCount
    parameterBuffer = AlignedBuffer(count: parameters)
    gradientBuffer = AlignedBuffer(count: purpose == .training ? parameters : 0)
    activationBuffer = AlignedBuffer(count: batch * stages.reduce(0) { $0 + $1.outputs })
    let widest = stages.dropFirst().map(\.inputs).max() ?? 0
    deltaBuffer = AlignedBuffer(count: forTraining ? 2 * batch * widest : 0)
    // A flatten before all other layers changes nothing: images are laid out plainly already.
    let flatten = architecture.layers.firstIndex(of: .flatten) ?? 0
    let rows = flatten == 0 ? batch : ImageStack.room(for: batch)
    inputBuffer = AlignedBuffer(count: rows * architecture.inputs)
    let features = flatten == 0 ? 0 : rows * architecture.widths[flatten]
    featureBuffer = AlignedBuffer(count: features)
    featureGradientBuffer = AlignedBuffer(count: forTraining ? features : 0)
    guard flatten > 0 else {
      images = nil
      convolutions = nil
      return
    }
    precondition(purpose != .fusedTraining, "only dense layers are stepped while their gradient is formed")
    let images = try ImageStack(
      architecture, layers: flatten, batch: batch, forTraining: forTraining,
      memory: .init(
        inputs: inputBuffer.base, parameters: parameterBuffer.base, gradients: gradientBuffer.base,
        features: featureBuffer.base, featureGradients: featureGradientBuffer.base))
    self.images = images
    convolutions = images.convolutions
  }

  private static func stages(of architecture: Architecture, batch: Int) -> [Stage] {
    var stages: [Stage] = []
    var blocks = architecture.blocks.filter { $0.name.hasPrefix("dense") }[...]
    var activation = 0
    for layer in architecture.denseLayers {
      guard let weight = blocks.popFirst(), let bias = blocks.popFirst() else { break }
      stages.append(
        Stage(
          inputs: weight.shape[1], outputs: layer.outputs, activation: layer.activation, weight: weight.offset,
          bias: bias.offset, output: activation))
      activation += batch * layer.outputs
    }
    return stages
  }

  /// The parameter vector, shape [P]; valid while the network lives.
  public var parameters: UnsafeMutableBufferPointer<Float> { parameterBuffer.elements }

  /// The gradient of the mean loss of the last batch, shape [P]; empty when not compiled for training.
  public var gradients: UnsafeMutableBufferPointer<Float> { gradientBuffer.elements }

  /// Where a batch's inputs are gathered, shape [batch, inputs]: images channel by channel, row by row.
  ///
  /// With layers of images, a forward pass of fewer rows may clear others.
  public var inputs: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: inputBuffer.base, count: batch * architecture.inputs)
  }

  /// The output of the last layer, shape [batch, outputs]; a loss replaces it by its gradient.
  public var outputs: UnsafeMutableBufferPointer<Float> {
    guard let last = stages.last else {
      return UnsafeMutableBufferPointer(start: featureBuffer.base, count: batch * architecture.outputs)
    }
    return UnsafeMutableBufferPointer(start: activationBuffer.base + last.output, count: batch * last.outputs)
  }

  /// What the first dense layer reads.
  private var denseInputs: UnsafeMutablePointer<Float> { images == nil ? inputBuffer.base : featureBuffer.base }

  /// A copy of the parameter vector.
  public var parameterArray: [Float] { parameterBuffer.array }

  /// Replaces the parameters, shape [P].
  public func assign(_ parameters: [Float]) {
    parameterBuffer.assign(parameters)
  }

  /// Computes the outputs of the first `rows` inputs.
  public func forward(rows: Int) {
    precondition(rows > 0 && rows <= batch, "a batch of \(rows) rows in a network compiled for \(batch)")
    images?.forward(rows: rows)
    var input = UnsafePointer(denseInputs)
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
    let delta = propagate(rows: rows) { stage, delta, input in
      accumulate(stage, delta: delta, input: input, rows: rows)
    }
    guard let images, let delta else { return }
    if stages.isEmpty { featureGradientBuffer.base.update(from: delta, count: rows * architecture.outputs) }
    images.backward(rows: rows)
  }

  /// Takes a step with the gradient that follows from the loss's gradient that `score` left in the outputs, layer by layer.
  public func backward(rows: Int, stepping optimizer: inout Optimizer) {
    precondition(deltaBuffer.count > 0 || stages.count == 1, "the network was not compiled for fused training")
    optimizer.beginStep()
    _ = propagate(rows: rows) { stage, delta, input in
      optimizer.stepDense(
        parameters, weight: stage.weight, bias: stage.bias, outputs: stage.outputs, inputs: stage.inputs,
        delta: delta, input: input, rows: rows)
    }
  }

  /// Carries the loss's gradient from the outputs to the first dense layer, whose inputs' gradient it forms only for layers of images.
  ///
  /// - Parameter visit: called for each layer, the last one first, with the gradient at its outputs and its inputs, when its weights
  ///   are no longer needed.
  /// - Returns: the gradient that was formed last.
  private func propagate(
    rows: Int, visit: (Stage, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> UnsafeMutablePointer<Float>? {
    guard var delta = outputs.baseAddress else { return nil }
    let half = deltaBuffer.count / 2
    for (number, stage) in stages.enumerated().reversed() {
      if number < stages.count - 1 {
        ElementwiseKernels.applyDerivative(
          stage.activation, delta: delta, output: activationBuffer.base + stage.output, count: rows * stage.outputs)
      }
      let input = number == 0 ? denseInputs : activationBuffer.base + stages[number - 1].output
      guard number > 0 || images != nil else {
        visit(stage, delta, input)
        break
      }
      let next = number == 0 ? featureGradientBuffer.base : deltaBuffer.base + (number % 2) * half
      OneDNN.multiply(
        .init(base: delta, columns: stage.outputs),
        .init(base: parameterBuffer.base + stage.weight, columns: stage.inputs),
        into: next, rows: rows, columns: stage.inputs, inner: stage.outputs)
      visit(stage, delta, input)
      delta = next
    }
    return delta
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
