internal import CKernels
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
    /// Outputs, and steps that are taken while the gradients of dense layers are formed (`backward(rows:stepping:)`). Those are never
    /// stored, which saves their memory and a pass over it; the gradients of layers of images are.
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
  private let dense: DenseStack
  private let kernels: Kernels
  /// How many of the parameters belong to layers of images; they come first.
  private let imageParameters: Int
  private let outputWidth: Int
  private let parameterBuffer: AlignedBuffer
  private let gradientBuffer: AlignedBuffer
  private let inputBuffer: AlignedBuffer
  /// The flattened outputs of the layers of images and their gradient, shape [batch, features]; empty where there are none.
  private let featureBuffer: AlignedBuffer
  private let featureGradientBuffer: AlignedBuffer
  /// The addresses of the rows that the first dense layer reads where nobody gives others.
  private let rowAddresses: RowAddresses

  /// Compiles `architecture` for batches of at most `batch` rows; parameters are zero until assigned.
  ///
  /// - Parameter purpose: what will be asked of the network; training needs a linear last layer where that is dense.
  /// - Throws: `NetworkError` when the library cannot compute a layer of images; never for dense layers alone.
  public init(
    _ architecture: Architecture, loss: Loss, batch: Int, for purpose: Purpose = .training
  ) throws(NetworkError) {
    try self.init(architecture, loss: loss, batch: batch, for: purpose, kernels: .best)
  }

  init(
    _ architecture: Architecture, loss: Loss, batch: Int, for purpose: Purpose, kernels: Kernels
  ) throws(NetworkError) {
    precondition(batch > 0, "a batch has at least one row")
    if case .dense(_, let activation) = architecture.layers[architecture.layers.count - 1] {
      precondition(
        purpose == .inference || activation == .linear, "the losses take their gradient at a linear last layer")
    }
    self.architecture = architecture
    self.loss = loss
    self.batch = batch
    self.kernels = kernels
    let forTraining = purpose != .inference
    outputWidth = architecture.outputs
    let parameters = architecture.parameterCount
    imageParameters = architecture.blocks.first { $0.name.hasPrefix("dense") }?.offset ?? parameters
    let gradients = forTraining ? purpose == .training ? parameters : imageParameters : 0
    parameterBuffer = AlignedBuffer(count: parameters)
    gradientBuffer = AlignedBuffer(count: gradients)
    // A flatten before all other layers changes nothing: images are laid out plainly already.
    let flatten = architecture.layers.firstIndex(of: .flatten) ?? 0
    let rows = flatten == 0 ? batch : ImageStack.room(for: batch)
    let width = architecture.widths[flatten]
    inputBuffer = AlignedBuffer(count: rows * architecture.inputs)
    let features = flatten == 0 ? 0 : rows * width
    featureBuffer = AlignedBuffer(count: features)
    featureGradientBuffer = AlignedBuffer(count: forTraining ? features : 0)
    rowAddresses = .allocate(capacity: batch)
    rowAddresses.initialize(repeating: nil, count: batch)
    DenseStack.fill(
      rowAddresses, flatten == 0 ? inputBuffer.base : featureBuffer.base, count: batch, width: width)
    dense = DenseStack(
      architecture, batch: batch, forTraining: forTraining, parameters: parameterBuffer.base,
      inputGradient: featureGradientBuffer.base, kernels: kernels)
    guard flatten > 0 else {
      images = nil
      convolutions = nil
      return
    }
    let images = try ImageStack(
      architecture, layers: flatten, batch: batch, forTraining: forTraining,
      memory: .init(
        inputs: inputBuffer.base, parameters: parameterBuffer.base, gradients: gradientBuffer.base,
        features: featureBuffer.base, featureGradients: featureGradientBuffer.base),
      kernels: kernels)
    self.images = images
    convolutions = images.convolutions
  }

  deinit { rowAddresses.deallocate() }

  /// The parameter vector, shape [P]; valid while the network lives.
  public var parameters: UnsafeMutableBufferPointer<Float> { parameterBuffer.elements }

  /// The gradient of the mean loss of the last batch, shape [P]; only that of the layers of images when compiled for fused training.
  public var gradients: UnsafeMutableBufferPointer<Float> { gradientBuffer.elements }

  /// Where a batch's inputs are gathered, shape [batch, inputs]: images channel by channel, row by row.
  ///
  /// With layers of images, a forward pass of fewer rows may clear others.
  public var inputs: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: inputBuffer.base, count: batch * architecture.inputs)
  }

  /// The output of the last layer, shape [batch, outputs]; a loss replaces it by its gradient.
  public var outputs: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: dense.outputs ?? featureBuffer.base, count: batch * outputWidth)
  }

  /// Whether the first layer can read rows wherever they lie.
  public var readsRows: Bool { images == nil }

  /// The rows that the first dense layer reads where nobody gives others.
  private var plainRows: fw_rows { fw_rows(row: rowAddresses, filled: nil) }

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
    dense.forward(plainRows, rows: rows)
  }

  /// Computes the outputs of rows that lie one after the other at `inputs`, shape [rows, inputs], without a copy where possible.
  ///
  /// - Parameter filled: the bits of `FilledBlocks` for these rows, where they are known.
  public func forward(rows: Int, at inputs: UnsafePointer<Float>, filled: UnsafePointer<UInt64>? = nil) {
    precondition(rows > 0 && rows <= batch, "a batch of \(rows) rows in a network compiled for \(batch)")
    guard images == nil else {
      inputBuffer.base.update(from: inputs, count: rows * architecture.inputs)
      return forward(rows: rows)
    }
    withAddresses(of: inputs, rows: rows, width: architecture.inputs) {
      dense.forward(fw_rows(row: $0, filled: filled), rows: rows)
    }
  }

  /// Computes the outputs of rows of bytes that lie one after the other at `bytes`, shape [rows, inputs].
  ///
  /// An input is its byte divided by 255. Bytes take a quarter of the memory of floats, which a pass over many rows waits for.
  ///
  /// - Parameter filled: the bits of `FilledBlocks` for these rows, where they are known.
  public func forward(rows: Int, at bytes: UnsafePointer<UInt8>, filled: UnsafePointer<UInt64>? = nil) {
    precondition(rows > 0 && rows <= batch, "a batch of \(rows) rows in a network compiled for \(batch)")
    kernels.pointee.unpack(bytes, rows * architecture.inputs, inputBuffer.base)
    guard images == nil else { return forward(rows: rows) }
    dense.forward(fw_rows(row: rowAddresses, filled: filled), rows: rows)
  }

  private func withAddresses<Result>(
    of base: UnsafePointer<Float>, rows: Int, width: Int, _ body: (RowAddresses) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: rows) { addresses in
      addresses.initialize(repeating: nil)
      guard let first = addresses.baseAddress else { preconditionFailure("a batch has at least one row") }
      DenseStack.fill(first, base, count: rows, width: width)
      return body(first)
    }
  }

  /// Computes the outputs of the rows at `addresses`, without layers of images.
  func forward(_ addresses: fw_rows, rows: Int) {
    precondition(readsRows, "layers of images read copies")
    dense.forward(addresses, rows: rows)
  }

  /// Compares the outputs of the last `forward` with labels; the outputs become the loss's gradient.
  ///
  /// - Returns: the sum of the rows' losses in nats, and the number of rows classified correctly.
  public func score(labels: UnsafePointer<UInt8>, rows: Int) -> (loss: Double, correct: Int) {
    precondition(loss == .softmaxCrossEntropy, "labels go with softmax cross-entropy")
    guard let base = outputs.baseAddress else { return (0, 0) }
    return Losses.softmaxCrossEntropy(base, labels: labels, rows: rows, classes: outputWidth, kernels)
  }

  /// Compares the outputs of the last `forward` with target vectors [rows, outputs]; the outputs become the loss's gradient.
  ///
  /// - Returns: the sum over rows and outputs of the squared errors.
  public func score(targets: UnsafePointer<Float>, rows: Int) -> Double {
    withAddresses(of: targets, rows: rows, width: outputWidth) { score(targets: $0, rows: rows) }
  }

  /// The same with the addresses of the rows' targets.
  func score(targets: RowAddresses, rows: Int) -> Double {
    precondition(loss == .meanSquaredError, "target vectors go with mean squared error")
    guard let base = outputs.baseAddress else { return 0 }
    return Losses.squaredError(base, targets: targets, rows: rows, width: outputWidth)
  }

  /// Computes `gradients` from the loss's gradient that `score` left in the outputs.
  public func backward(rows: Int) {
    precondition(gradientBuffer.count == parameterBuffer.count, "the network was not compiled for training")
    var rule = fw_rule()
    rule.kind = fw_rule_store
    let state = fw_state(weight: gradientBuffer.base, first: nil, second: nil, pull: nil)
    backward(plainRows, ahead: plainRows, rows: rows, into: .init(rule: rule, state: state))
  }

  /// Takes a step with the gradient that follows from the loss's gradient that `score` left in the outputs, layer by layer.
  public func backward(rows: Int, stepping optimizer: inout Optimizer) {
    let sink = optimizer.beginStep(parameterBuffer.base)
    backward(plainRows, ahead: plainRows, rows: rows, into: sink)
    guard images != nil else { return }
    kernels.pointee.step(sink.rule, sink.state, gradientBuffer.base, imageParameters)
  }

  /// The same without layers of images, for the rows at `addresses`, which `forward` has read; those at `ahead`, as many, will be
  /// read soon.
  func backward(_ addresses: fw_rows, ahead: fw_rows, rows: Int, stepping optimizer: inout Optimizer) {
    precondition(readsRows, "layers of images read copies")
    backward(addresses, ahead: ahead, rows: rows, into: optimizer.beginStep(parameterBuffer.base))
  }

  /// `addresses` are the rows that the first dense layer read.
  private func backward(_ addresses: fw_rows, ahead: fw_rows, rows: Int, into sink: DenseStack.Sink) {
    dense.backward(addresses, ahead: ahead, rows: rows, toInput: images != nil, into: sink)
    guard let images else { return }
    if dense.outputs == nil {
      featureGradientBuffer.base.update(from: featureBuffer.base, count: rows * outputWidth)
    }
    images.backward(rows: rows)
  }
}
