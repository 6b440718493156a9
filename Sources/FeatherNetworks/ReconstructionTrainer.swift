public import FeatherTensors

/// Trains an autoencoder epoch by epoch, under the mean squared error.
public protocol ReconstructionTrainer: ~Copyable {
  /// The parameter vector; valid while the trainer lives.
  var parameters: UnsafeMutableBufferPointer<Float> { get }

  /// Starts anew from weights drawn by `scheme`, biases zero.
  mutating func restart(_ scheme: Initialisation, stream: inout RandomStream)

  /// One pass over the samples in a random order; the last batch holds what is left.
  ///
  /// - Parameters:
  ///   - samples: shape [count, inputs] row-major, at least one.
  ///   - stream: gives the order; use one stream per epoch.
  /// - Returns: the mean squared error per element of the samples as they were met, before each step. Not finite when the
  ///   training diverged.
  mutating func epoch(over samples: [Float], stream: inout RandomStream) -> Double

  /// The mean squared error per element of samples that are not learnt, shape [count, inputs] row-major.
  func loss(of samples: [Float]) -> Double

  /// Gives up the optimiser's memory and the workspaces, and keeps the trained parameters.
  consuming func finish() -> AlignedBuffer
}

extension AutoencoderTrainer: ReconstructionTrainer {}
