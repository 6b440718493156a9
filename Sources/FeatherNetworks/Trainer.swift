public import FeatherTensors

/// The samples that a trainer draws its batches from.
public enum TrainingSet: Sendable {
  /// Inputs, shape [count, inputs] row-major, and a class for each.
  case labelled(inputs: [Float], labels: [UInt8])
  /// Inputs that are their own targets, shape [count, inputs] row-major.
  case autoencoded([Float])

  /// The inputs.
  public var inputs: [Float] {
    switch self {
    case .labelled(let inputs, _): inputs
    case .autoencoded(let inputs): inputs
    }
  }
}

/// A network with its optimiser: epochs of mini-batch steps, nothing allocated within a step.
public struct Trainer: ~Copyable {
  /// The network that is trained.
  public let network: Network
  private var optimizer: Optimizer
  private let isFused: Bool
  private let labels: Labels

  /// The classes of a batch, allocated once; not private, because other modules destroy what `finish` leaves.
  struct Labels: ~Copyable {
    let elements: UnsafeMutableBufferPointer<UInt8>

    init(count: Int) {
      elements = .allocate(capacity: count)
      elements.initialize(repeating: 0)
    }

    deinit { elements.deallocate() }
  }

  /// Compiles a trainer for batches of `batch` samples.
  ///
  /// - Parameter isFused: whether steps are taken while gradients are formed, which spares the gradients' memory; dense layers only.
  /// - Throws: `NetworkError` when the network cannot be compiled.
  public init(
    _ architecture: Architecture, loss: Loss, rule: StepRule, batch: Int, isFused: Bool = false
  ) throws(NetworkError) {
    network = try Network(architecture, loss: loss, batch: batch, for: isFused ? .fusedTraining : .training)
    self.isFused = isFused
    optimizer = Optimizer(rule, count: architecture.parameterCount)
    labels = Labels(count: batch)
  }

  /// Starts anew from `parameters`, shape [P], with an optimiser that has not stepped yet.
  public mutating func restart(from parameters: [Float]) {
    network.assign(parameters)
    optimizer.reset()
  }

  /// Starts anew from parameters drawn as `Architecture.initialParameters` draws them, without a copy of them.
  public mutating func restart(_ scheme: Initialisation, stream: inout RandomStream) {
    network.architecture.draw(into: network.parameters, scheme, stream: &stream)
    optimizer.reset()
  }

  /// Gives up the optimiser and its memory, and keeps the trained network.
  public consuming func finish() -> Network { network }

  /// One pass over the samples in a random order; the last batch holds what is left.
  ///
  /// - Parameters:
  ///   - samples: where the samples lie.
  ///   - indices: which of them are used; the epoch's order is a permutation of these.
  ///   - stream: gives the order; use one stream per epoch.
  ///   - afterStep: called after every step, with the network's parameters updated.
  /// - Returns: the mean loss over the samples as they were met: nats for cross-entropy, squared error per element else. Not
  ///   finite when the training diverged.
  public mutating func epoch(
    over samples: TrainingSet, indices: [Int32], stream: inout RandomStream,
    afterStep: (borrowing Network) -> Void = { _ in }
  ) -> Double {
    var order = indices
    stream.shuffle(&order)
    var sum = 0.0
    for start in stride(from: 0, to: order.count, by: network.batch) {
      let rows = min(network.batch, order.count - start)
      gather(samples, order[start..<start + rows])
      network.forward(rows: rows)
      sum += score(samples, rows: rows)
      if isFused {
        network.backward(rows: rows, stepping: &optimizer)
      } else {
        network.backward(rows: rows)
        optimizer.step(network.parameters, gradients: network.gradients)
      }
      afterStep(network)
    }
    return sum / Double(order.count)
  }

  /// Copies the chosen samples to the network's inputs.
  private func gather(_ samples: TrainingSet, _ chosen: ArraySlice<Int32>) {
    let width = network.architecture.inputs
    guard let target = network.inputs.baseAddress else { return }
    samples.inputs.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      for (row, index) in chosen.enumerated() {
        (target + row * width).update(from: base + Int(index) * width, count: width)
      }
    }
    guard case .labelled(_, let all) = samples else { return }
    for (row, index) in chosen.enumerated() { labels.elements[row] = all[Int(index)] }
  }

  /// The summed loss of the rows just computed; leaves its gradient in the network's outputs.
  private func score(_ samples: TrainingSet, rows: Int) -> Double {
    switch samples {
    case .labelled:
      guard let base = labels.elements.baseAddress else { return 0 }
      return network.score(labels: base, rows: rows).loss
    case .autoencoded:
      guard let base = network.inputs.baseAddress else { return 0 }
      return network.score(targets: base, rows: rows) / Double(network.architecture.outputs)
    }
  }
}
