internal import CKernels
public import FeatherTensors

/// The samples that a trainer draws its batches from.
public enum TrainingSet: Sendable {
  /// Inputs, shape [count, inputs] row-major, and a class for each.
  case labelled(inputs: AlignedFloats, labels: [UInt8])
  /// Inputs that are their own targets, shape [count, inputs] row-major.
  case autoencoded(AlignedFloats)

  /// The inputs.
  public var inputs: AlignedFloats {
    switch self {
    case .labelled(let inputs, _): inputs
    case .autoencoded(let inputs): inputs
    }
  }

  /// Calls `body` with the addresses of the inputs and, where there are, of the labels, once sure that all of `indices` lie among them.
  func withAddresses<Result>(
    fitting indices: [Int32], width: Int, _ body: (SampleAddresses) -> Result
  ) -> Result {
    let count = inputs.count / width
    var range = (least: Int32(0), largest: Int32(-1))
    for index in indices { range = (min(range.least, index), max(range.largest, index)) }
    precondition(range.least >= 0 && range.largest < count, "an index lies outside the \(count) samples")
    return inputs.withUnsafeBufferPointer { inputs in
      guard let base = inputs.baseAddress else { preconditionFailure("there are no samples") }
      guard case .labelled(_, let labels) = self else { return body(SampleAddresses(inputs: base, labels: nil)) }
      precondition(labels.count == count, "\(labels.count) labels for \(count) samples")
      return labels.withUnsafeBufferPointer { body(SampleAddresses(inputs: base, labels: $0.baseAddress)) }
    }
  }
}

/// A network with its optimiser: epochs of mini-batch steps, nothing allocated within a step.
///
/// Samples are read where they lie, and those of the next batch are fetched to the cache while a step is computed; only images for
/// layers of images are copied together.
public struct Trainer: ~Copyable {
  /// Bytes of samples that stay in the second-level cache beside a network: half of what today's processors have at least.
  private static let cachedBytes = 256 << 10

  /// The network that is trained.
  public let network: Network
  private var optimizer: Optimizer
  private let batches: BatchPair

  /// Compiles a trainer for batches of `batch` samples.
  ///
  /// - Throws: `NetworkError` when the network cannot be compiled.
  public init(
    _ architecture: Architecture, loss: Loss, rule: StepRule, batch: Int
  ) throws(NetworkError) {
    try self.init(architecture, loss: loss, rule: rule, batch: batch, kernels: .best)
  }

  init(
    _ architecture: Architecture, loss: Loss, rule: StepRule, batch: Int, kernels: Kernels
  ) throws(NetworkError) {
    network = try Network(architecture, loss: loss, batch: batch, for: .fusedTraining, kernels: kernels)
    optimizer = Optimizer(rule, count: architecture.parameterCount, kernels: kernels)
    batches = BatchPair(capacity: batch, width: architecture.inputs)
  }

  /// Starts anew from `parameters`, shape [P], with an optimiser that has not stepped yet.
  ///
  /// - Parameters:
  ///   - pull: what is added to every gradient until the next start; nil adds nothing and costs nothing.
  ///   - learningRate: the step size until the next start, for schedules; nil is the rule's.
  public mutating func restart(from parameters: [Float], pull: GradientPull? = nil, learningRate: Float? = nil) {
    network.assign(parameters)
    optimizer.reset(pull: pull, learningRate: learningRate)
  }

  /// One pass over the samples in a random order; the last batch holds what is left.
  ///
  /// - Parameters:
  ///   - samples: where the samples lie.
  ///   - indices: which of them are used; the epoch's order is a permutation of these.
  ///   - filled: which parts of all samples are not blank, where that is known; the others are left out.
  ///   - again: whether the epoch before was over the same indices. Where their samples fit into the cache, they are there.
  ///   - stream: gives the order; use one stream per epoch.
  ///   - afterStep: called after every step, with the network's parameters updated.
  /// - Returns: the mean loss over the samples as they were met: nats for cross-entropy, squared error per element else. Not
  ///   finite when the training diverged.
  public mutating func epoch(
    over samples: TrainingSet, indices: [Int32], filled: FilledBlocks? = nil, again: Bool = false,
    stream: inout RandomStream, afterStep: (borrowing Network) -> Void = { _ in }
  ) -> Double {
    var order = indices
    stream.shuffle(&order)
    let width = network.architecture.inputs
    let areCached = again && indices.count * width * MemoryLayout<Float>.stride <= Self.cachedBytes
    let sum = samples.withAddresses(fitting: order, width: width) { samples in
      order.withUnsafeBufferPointer { order in
        guard let filled else { return pass(over: order, of: samples, areCached, afterStep) }
        precondition(filled.words == Kernels.filledWords(width), "blanks of samples of another width")
        return filled.bits.withUnsafeBufferPointer {
          var samples = samples
          samples.filled = $0.baseAddress
          return pass(over: order, of: samples, areCached, afterStep)
        }
      }
    }
    return sum / Double(order.count)
  }

  /// The epoch's steps; the sum of the samples' losses.
  private mutating func pass(
    over order: UnsafeBufferPointer<Int32>, of samples: SampleAddresses, _ areCached: Bool,
    _ afterStep: (borrowing Network) -> Void
  ) -> Double {
    var sum = 0.0
    var (current, next) = (batches.first, batches.second)
    current.choose(order, from: 0, of: samples)
    for start in stride(from: 0, to: order.count, by: network.batch) {
      forward(current, of: samples)
      // Not before: what was asked for last is on its way until then, and addresses would have to wait for it.
      next.choose(order, from: start + current.count, of: samples, atLeast: current)
      sum += step(current, next: areCached ? current : next, of: samples)
      afterStep(network)
      swap(&current, &next)
    }
    return sum
  }

  /// Where a batch's rows lie, with their blanks where those are known.
  private func rows(of batch: BatchPair.Batch, of samples: SampleAddresses) -> fw_rows {
    fw_rows(row: batch.rows, filled: samples.filled != nil ? batch.filled : nil)
  }

  @inline(__always)
  private func forward(_ batch: BatchPair.Batch, of samples: SampleAddresses) {
    guard !network.readsRows else { return network.forward(rows(of: batch, of: samples), rows: batch.count) }
    batch.copy(to: network.inputs)
    network.forward(rows: batch.count)
  }

  /// The step of a batch whose outputs were just computed; the sum of its losses before it.
  ///
  /// The samples of `next` are fetched to the cache, unless it is the same batch.
  @inline(__always)
  private mutating func step(_ batch: BatchPair.Batch, next: BatchPair.Batch, of samples: SampleAddresses) -> Double {
    let rows = batch.count
    let loss =
      samples.labels != nil
      ? network.score(labels: batch.labels, rows: rows).loss
      : network.score(targets: batch.rows, rows: rows) / Double(batch.width)
    if network.readsRows {
      let ahead = self.rows(of: next, of: samples)
      network.backward(self.rows(of: batch, of: samples), ahead: ahead, rows: rows, stepping: &optimizer)
    } else {
      network.backward(rows: rows, stepping: &optimizer)
    }
    return loss
  }
}
