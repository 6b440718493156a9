internal import FeatherTensors

/// Turns image layers into steps, one layer after the other.
///
/// The array between two layers has the layout that the first of them chose, and so has its gradient; a layer that wants another one
/// gets a copy.
struct ImageStackCompiler {
  private(set) var steps = ImageStack.Steps()
  /// How each convolution is computed, in words.
  private(set) var convolutions: [String] = []

  private let engine: OneDNNEngine
  private let kernels: Kernels
  private let architecture: Architecture
  /// Images of a slice, and the most slices that a batch has.
  private let slice: Int
  private let slices: Int
  private let isForTraining: Bool
  private let memory: ImageStack.Memory
  /// What the next layer reads, and what the layer before it read.
  private var current: LaidOutArray
  private var previous: LaidOutArray?
  /// Where the next layer leaves the gradient of `current`, and where the layer before it did; nil where no layer before has
  /// parameters.
  private var gradient: LaidOutArray?
  private var previousGradient: LaidOutArray?
  private var usesWinograd = false

  init(
    _ architecture: Architecture, batch: Int, forTraining: Bool, memory: ImageStack.Memory, kernels: Kernels
  ) throws(NetworkError) {
    engine = try OneDNNEngine()
    self.kernels = kernels
    self.architecture = architecture
    slice = ImageStack.slice(of: batch)
    slices = ImageStack.room(for: batch) / slice
    isForTraining = forTraining
    self.memory = memory
    let layout = try Layout(plain: [slice] + architecture.input.dimensions)
    current = LaidOutArray(layout, at: memory.inputs, stride: layout.count)
  }

  /// Compiles layer `index`; the layers before it have been.
  mutating func add(_ index: Int) throws(NetworkError) {
    let destination = [slice] + architecture.shapes[index].dimensions
    switch architecture.layers[index] {
    case .convolution(_, _, let stride, let padding, let activation):
      let name = architecture.layerNames[index]
      let blocks = architecture.blocks.filter { $0.name.hasPrefix(name + ".") }
      let sizes = ConvolutionSizes(
        name: name, source: current.layout.shape, weights: blocks[0].shape, destination: destination, stride: stride,
        padding: padding)
      try addConvolution(
        sizes, rectifiesLater(index) ? .linear : activation, weight: blocks[0].offset, bias: blocks[1].offset)
    case .maxPool(let side, let stride):
      try addPool(
        destination: destination, side: side, stride: stride, isRectified: index > 0 && rectifiesLater(index - 1))
    case .dense, .flatten:
      preconditionFailure("\(architecture.layerNames[index]) is no layer of images")
    }
  }

  /// Whether layer `index` leaves its ReLU to the pool behind it.
  private func rectifiesLater(_ index: Int) -> Bool {
    guard case .convolution(_, _, _, _, activation: .relu) = architecture.layers[index],
      index + 1 < architecture.layers.count, case .maxPool = architecture.layers[index + 1]
    else { return false }
    return true
  }

  /// Ends with the plain outputs, shape [rows, features], and begins the backward pass with their gradient.
  mutating func finish() throws(NetworkError) {
    let layout = try Layout(plain: current.layout.shape)
    let stride = layout.count
    let features = LaidOutArray(layout, at: memory.features, stride: stride)
    steps.forward.append(.run(try engine.reorder(from: current, to: features, slices: slices)))
    if let gradient {
      let plain = LaidOutArray(layout, at: memory.featureGradients, stride: stride)
      steps.backward.insert(.run(try engine.reorder(from: plain, to: gradient, slices: slices)), at: 0)
    }
    try engine.allocateScratchpad()
    guard architecture.convolution != .winograd || usesWinograd else {
      throw NetworkError(
        "no layer can be computed by Winograd's way (\(convolutions.joined(separator: ", "))): it takes 3x3 "
          + "convolutions of stride 1 with at least 16 channels on both sides")
    }
  }

  /// What a convolution gives, and what is done on the way back once the gradient of that is there; none for inference.
  private struct Convolved {
    let output: LaidOutArray
    let outputGradient: LaidOutArray?
    var backward: [ImageStack.Step] = []
  }

  private mutating func addConvolution(
    _ sizes: ConvolutionSizes, _ activation: Activation, weight: Int, bias: Int
  ) throws(NetworkError) {
    let isWinograd = architecture.convolution != .direct && sizes.suitsWinograd
    usesWinograd = usesWinograd || isWinograd
    convolutions.append("\(sizes.name) \(isWinograd ? "winograd" : "direct")")
    let convolved =
      isWinograd
      ? try convolveByWinograd(sizes, weight: weight, bias: bias)
      : try convolveDirectly(sizes, weight: weight, bias: bias)
    let output = convolved.output
    if activation != .linear { steps.forward.append(.activate(activation, output)) }
    if let gradient = convolved.outputGradient {
      steps.backward.insert(contentsOf: convolved.backward, at: 0)
      if activation != .linear {
        steps.backward.insert(.differentiate(activation, gradient: gradient, output: output), at: 0)
      }
    }
    advance(to: output, gradient: convolved.outputGradient)
  }

  private mutating func convolveByWinograd(
    _ sizes: ConvolutionSizes, weight: Int, bias: Int
  ) throws(NetworkError) -> Convolved {
    let input = try read(
      try Layout(blocked: sizes.source), from: [current], &steps.forward, slices: slices, isKept: isForTraining)
    let output = allocate(try Layout(blocked: sizes.destination))
    let arrays = WinogradConvolution.Arrays(
      input: input, weights: memory.parameters + weight, biases: memory.parameters + bias, output: output)
    let outputGradient = isForTraining ? reuse(previousGradient, output.layout) : nil
    let inputGradient = isForTraining ? gradient.map { room(for: $0, as: input.layout) } : nil
    let gradients = outputGradient.map {
      WinogradConvolution.Gradients(
        output: $0, weights: memory.gradients + weight, biases: memory.gradients + bias, input: inputGradient)
    }
    let convolution = WinogradConvolution(arrays, gradients, padding: sizes.padding, engine, kernels)
    steps.beforeForward.append(.winograd(convolution, .transformWeights))
    steps.forward.append(.winograd(convolution, .forward))
    var convolved = Convolved(output: output, outputGradient: outputGradient)
    guard isForTraining else { return convolved }
    convolved.backward.append(.winograd(convolution, .gradient))
    steps.afterBackward.append(.winograd(convolution, .collectGradient))
    if let gradient, let inputGradient {
      steps.beforeBackward.append(.winograd(convolution, .transformTurnedWeights))
      convolved.backward.append(.winograd(convolution, .inputGradient))
      try deliver(inputGradient, to: gradient, &convolved.backward)
    }
    return convolved
  }

  private mutating func convolveDirectly(
    _ sizes: ConvolutionSizes, weight: Int, bias: Int
  ) throws(NetworkError) -> Convolved {
    let forward = try sizes.forward(engine)
    let input = try read(forward.source, from: [current], &steps.forward, slices: slices, isKept: isForTraining)
    let plain = LaidOutArray(try Layout(plain: sizes.weights), at: memory.parameters + weight)
    let weights = try read(forward.weights, from: [plain], &steps.beforeForward, slices: 1)
    let biases = LaidOutArray(try Layout(plain: [sizes.weights[0]]), at: memory.parameters + bias)
    let output = allocate(forward.destination)
    let operation = try Operation(
      forward, engine, [(.source, input), (.weights, weights), (.bias, biases), (.destination, output)], slices: slices)
    steps.forward.append(.run(operation))
    guard isForTraining else { return Convolved(output: output, outputGradient: nil) }
    let outputGradient = reuse(previousGradient, output.layout)
    var backward: [ImageStack.Step] = []
    let byWeights = try sizes.backwardWeights(engine, forward: forward)
    let delta = try read(byWeights.destinationGradient, from: [outputGradient], &backward, slices: slices)
    let source = try read(byWeights.source, from: [current, input], &backward, slices: slices)
    try sum(
      byWeights, source: source, delta: delta,
      weights: LaidOutArray(plain.layout, at: memory.gradients + weight),
      biases: LaidOutArray(biases.layout, at: memory.gradients + bias), &backward)
    if let gradient {
      let byData = try sizes.backwardData(engine, forward: forward)
      let turned = try read(byData.weights, from: [plain, weights], &steps.beforeBackward, slices: 1)
      let delta = try read(byData.destinationGradient, from: [outputGradient, delta], &backward, slices: slices)
      let inputs: [(Operation.Role, LaidOutArray)] = [(.weights, turned), (.destinationGradient, delta)]
      try write(byData, inputs, to: gradient, &backward)
    }
    return Convolved(output: output, outputGradient: outputGradient, backward: backward)
  }

  private mutating func addPool(destination: [Int], side: Int, stride: Int, isRectified: Bool) throws(NetworkError) {
    var input = current
    if try input.layout.usual(for: destination) == nil {
      let plain = try Layout(plain: input.layout.shape)
      input = try read(plain, from: [current], &steps.forward, slices: slices, isKept: isForTraining)
    }
    guard let (layout, lanes) = try input.layout.usual(for: destination) else { return }
    let pool = MaxPool(
      from: input, to: allocate(layout), lanes: lanes, side: side, stride: stride, isRectified: isRectified)
    steps.forward.append(.pool(pool))
    guard isForTraining, let gradient else { return advance(to: pool.output, gradient: nil) }
    let outputGradient = reuse(previousGradient, layout)
    if gradient.layout == input.layout {
      steps.backward.insert(.unpool(pool, gradient: outputGradient, inputGradient: gradient), at: 0)
    } else {
      let inputGradient = LaidOutArray(input.layout)
      let copy = try engine.reorder(from: inputGradient, to: gradient, slices: slices)
      steps.backward.insert(
        contentsOf: [.unpool(pool, gradient: outputGradient, inputGradient: inputGradient), .run(copy)], at: 0)
    }
    advance(to: pool.output, gradient: outputGradient)
  }

  private mutating func advance(to output: LaidOutArray, gradient outputGradient: LaidOutArray?) {
    (previous, current) = (current, output)
    (previousGradient, gradient) = (gradient, outputGradient)
  }

  /// An array of `layout` for a layer's output, which for training is kept until the way back.
  private func allocate(_ layout: Layout) -> LaidOutArray {
    isForTraining ? LaidOutArray(layout, slices: slices) : reuse(previous, layout)
  }

  /// An array of `layout` that all slices share, in the memory of `idle` where that is large enough.
  private func reuse(_ idle: LaidOutArray?, _ layout: Layout) -> LaidOutArray {
    guard let idle, idle.capacity >= layout.count else { return LaidOutArray(layout) }
    return LaidOutArray(layout, reusing: idle)
  }

  /// The one of `arrays`, which all hold the same values, that has `layout`; a copy of the first, made by a step, where none has.
  ///
  /// - Parameter isKept: whether the copies of all slices are needed later.
  private func read(
    _ layout: Layout, from arrays: [LaidOutArray], _ steps: inout [ImageStack.Step], slices: Int, isKept: Bool = false
  ) throws(NetworkError) -> LaidOutArray {
    if let array = arrays.first(where: { $0.layout == layout }) { return array }
    let copy = LaidOutArray(layout, slices: isKept ? slices : 1)
    steps.append(.run(try engine.reorder(from: arrays[0], to: copy, slices: slices)))
    return copy
  }

  /// Adds an operation whose result, the gradient of its input, is needed in `target`.
  private func write(
    _ description: borrowing OperationDescription, _ inputs: [(Operation.Role, LaidOutArray)],
    to target: LaidOutArray, _ steps: inout [ImageStack.Step]
  ) throws(NetworkError) {
    let result = room(for: target, as: description.sourceGradient)
    steps.append(.run(try Operation(description, engine, inputs + [(.sourceGradient, result)], slices: slices)))
    try deliver(result, to: target, &steps)
  }

  /// Where a result of `layout` that is needed in `target` is left: there, unless that has another layout.
  private func room(for target: LaidOutArray, as layout: Layout) -> LaidOutArray {
    layout == target.layout ? target : LaidOutArray(layout)
  }

  /// Copies a result to where it is needed, unless it was left there.
  private func deliver(
    _ result: LaidOutArray, to target: LaidOutArray, _ steps: inout [ImageStack.Step]
  ) throws(NetworkError) {
    guard result !== target else { return }
    steps.append(.run(try engine.reorder(from: result, to: target, slices: slices)))
  }

  /// Adds an operation whose results, the gradients of weights and biases, are summed over the slices into plain arrays.
  private mutating func sum(
    _ description: borrowing OperationDescription, source: LaidOutArray, delta: LaidOutArray,
    weights: LaidOutArray, biases: LaidOutArray, _ backward: inout [ImageStack.Step]
  ) throws(NetworkError) {
    let layout = description.weightsGradient
    let total = layout == weights.layout ? weights : LaidOutArray(layout)
    let part = slices == 1 ? total : LaidOutArray(layout)
    let biasPart = slices == 1 ? biases : LaidOutArray(biases.layout)
    let operation = try Operation(
      description, engine,
      [(.source, source), (.destinationGradient, delta), (.weightsGradient, part), (.biasGradient, biasPart)],
      slices: slices)
    backward.append(.run(operation))
    if slices > 1 { backward += [.accumulate(part, into: total), .accumulate(biasPart, into: biases)] }
    guard total !== weights else { return }
    steps.afterBackward.append(.run(try engine.reorder(from: total, to: weights, slices: 1)))
  }
}
