internal import FeatherTensors

/// Turns image layers into steps, one layer after the other.
///
/// The array between two layers has the layout that the first of them chose, and so has its gradient; a layer that wants another one
/// gets a copy.
struct ImageStackCompiler {
  private(set) var forwardSteps: [ImageStack.Step] = []
  /// The steps of the whole backward pass, the last layer's first.
  private(set) var backwardSteps: [ImageStack.Step] = []

  private let engine: OneDNNEngine
  private let architecture: Architecture
  private let batch: Int
  private let isForTraining: Bool
  private let memory: ImageStack.Memory
  /// What the next layer reads, and what the layer before it read.
  private var current: LaidOutArray
  private var previous: LaidOutArray?
  /// Where the next layer leaves the gradient of `current`, and where the layer before it did; nil where no layer before has
  /// parameters.
  private var gradient: LaidOutArray?
  private var previousGradient: LaidOutArray?

  init(
    _ architecture: Architecture, batch: Int, forTraining: Bool, memory: ImageStack.Memory
  ) throws(NetworkError) {
    engine = try OneDNNEngine()
    self.architecture = architecture
    self.batch = batch
    isForTraining = forTraining
    self.memory = memory
    current = LaidOutArray(try Layout(plain: [batch] + architecture.input.dimensions), at: memory.inputs)
  }

  /// Compiles layer `index`; the layers before it have been.
  mutating func add(_ index: Int) throws(NetworkError) {
    let name = architecture.layerNames[index]
    let destination = [batch] + architecture.shapes[index].dimensions
    switch architecture.layers[index] {
    case .convolution(_, _, let stride, let padding, let activation):
      let blocks = architecture.blocks.filter { $0.name.hasPrefix(name + ".") }
      let source = [batch] + (index == 0 ? architecture.input : architecture.shapes[index - 1]).dimensions
      let sizes = ConvolutionSizes(
        name: name, source: source, weights: blocks[0].shape, destination: destination, stride: stride,
        padding: padding)
      try addConvolution(sizes, activation, weight: blocks[0].offset, bias: blocks[1].offset)
    case .maxPool(let side, let stride):
      try addPool(PoolSizes(name: name, destination: destination, side: side, stride: stride))
    case .dense, .flatten:
      preconditionFailure("\(name) is no layer of images")
    }
  }

  /// Ends with the plain outputs, shape [batch, features], and begins the backward pass with their gradient.
  mutating func finish() throws(NetworkError) {
    let layout = try Layout(plain: current.layout.shape)
    forwardSteps.append(.run(try engine.reorder(from: current, to: LaidOutArray(layout, at: memory.features))))
    if let gradient {
      let plain = LaidOutArray(layout, at: memory.featureGradients)
      backwardSteps.insert(.run(try engine.reorder(from: plain, to: gradient)), at: 0)
    }
    try engine.allocateScratchpad()
  }

  private mutating func addConvolution(
    _ sizes: ConvolutionSizes, _ activation: Activation, weight: Int, bias: Int
  ) throws(NetworkError) {
    let forward = try sizes.forward(engine)
    let input = try read(forward.source, from: [current], &forwardSteps)
    let plain = LaidOutArray(try Layout(plain: sizes.weights), at: memory.parameters + weight)
    let weights = try read(forward.weights, from: [plain], &forwardSteps)
    let biases = LaidOutArray(try Layout(plain: [sizes.weights[0]]), at: memory.parameters + bias)
    let output = allocate(forward.destination, instead: isForTraining ? nil : previous)
    let operation = try Operation(
      forward, engine, [(.source, input), (.weights, weights), (.bias, biases), (.destination, output)])
    forwardSteps.append(.run(operation))
    if activation != .linear { forwardSteps.append(.activate(activation, output)) }
    guard isForTraining else { return advance(to: output, gradient: nil) }

    let outputGradient = allocate(output.layout, instead: previousGradient)
    var steps: [ImageStack.Step] = []
    if activation != .linear { steps.append(.differentiate(activation, gradient: outputGradient, output: output)) }
    let byWeights = try sizes.backwardWeights(engine, forward: forward)
    let delta = try read(byWeights.destinationGradient, from: [outputGradient], &steps)
    let source = try read(byWeights.source, from: [current, input], &steps)
    let biasGradient = LaidOutArray(biases.layout, at: memory.gradients + bias)
    try write(
      byWeights, [(.source, source), (.destinationGradient, delta), (.biasGradient, biasGradient)], .weightsGradient,
      byWeights.weightsGradient, to: LaidOutArray(plain.layout, at: memory.gradients + weight), &steps)
    if let gradient {
      let byData = try sizes.backwardData(engine, forward: forward)
      let turned = try read(byData.weights, from: [plain, weights], &steps)
      let delta = try read(byData.destinationGradient, from: [outputGradient, delta], &steps)
      try write(
        byData, [(.weights, turned), (.destinationGradient, delta)], .sourceGradient, byData.sourceGradient,
        to: gradient, &steps)
    }
    backwardSteps.insert(contentsOf: steps, at: 0)
    advance(to: output, gradient: outputGradient)
  }

  private mutating func addPool(_ sizes: PoolSizes) throws(NetworkError) {
    let forward = try sizes.forward(engine, source: current.layout, forTraining: isForTraining)
    let output = allocate(forward.destination, instead: isForTraining ? nil : previous)
    guard isForTraining else {
      let operation = try Operation(forward, engine, [(.source, current), (.destination, output)])
      forwardSteps.append(.run(operation))
      return advance(to: output, gradient: nil)
    }
    // Which element was the largest, for the way back.
    let workspace = LaidOutArray(forward.workspace)
    let operation = try Operation(
      forward, engine, [(.source, current), (.destination, output), (.workspace, workspace)])
    forwardSteps.append(.run(operation))
    guard let gradient else { return advance(to: output, gradient: nil) }
    let outputGradient = allocate(output.layout, instead: previousGradient)
    let backward = try sizes.backward(engine, forward: forward)
    let step = ImageStack.Step.run(
      try Operation(
        backward, engine,
        [(.destinationGradient, outputGradient), (.workspace, workspace), (.sourceGradient, gradient)]))
    backwardSteps.insert(step, at: 0)
    advance(to: output, gradient: outputGradient)
  }

  private mutating func advance(to output: LaidOutArray, gradient outputGradient: LaidOutArray?) {
    (previous, current) = (current, output)
    (previousGradient, gradient) = (gradient, outputGradient)
  }

  /// An array of `layout`, in the memory of `idle` where that is large enough.
  private func allocate(_ layout: Layout, instead idle: LaidOutArray?) -> LaidOutArray {
    guard let idle, idle.capacity >= layout.count else { return LaidOutArray(layout) }
    return LaidOutArray(layout, reusing: idle)
  }

  /// The one of `arrays`, which all hold the same values, that has `layout`; a copy of the first, made by a step, where none has.
  private func read(
    _ layout: Layout, from arrays: [LaidOutArray], _ steps: inout [ImageStack.Step]
  ) throws(NetworkError) -> LaidOutArray {
    if let array = arrays.first(where: { $0.layout == layout }) { return array }
    let copy = LaidOutArray(layout)
    steps.append(.run(try engine.reorder(from: arrays[0], to: copy)))
    return copy
  }

  /// Adds an operation whose result, in `layout`, is needed in `target`.
  private func write(
    _ description: borrowing OperationDescription, _ inputs: [(Operation.Role, LaidOutArray)], _ role: Operation.Role,
    _ layout: Layout, to target: LaidOutArray, _ steps: inout [ImageStack.Step]
  ) throws(NetworkError) {
    let result = layout == target.layout ? target : LaidOutArray(layout)
    steps.append(.run(try Operation(description, engine, inputs + [(role, result)])))
    if result !== target { steps.append(.run(try engine.reorder(from: result, to: target))) }
  }
}
