internal import FeatherExperiments
internal import FeatherTensors

/// How the aggregator steps along the mean difference Δ of a round (local minus global, so that it is followed, not descended).
///
/// Source: Reddi et al. (2021), *Adaptive federated optimization*, arXiv:2003.00295, algorithm 2; Hsu et al. (2019), arXiv:1909.06335,
/// for momentum.
struct ServerOptimizer {
  private let spec: FederationSpec
  /// The mean of differences, or the velocity, shape [P]; empty where there is none.
  private var first: [Double] = []
  /// The mean or sum of squares, shape [P]; it begins with the square of `adaptivity`, as the source asks.
  private var second: [Double] = []
  /// The step size of the round.
  private var rate = 1.0
  /// Whether a step goes the whole way to the clients' mean.
  var isPlain: Bool { first.isEmpty && rate == 1 }
  /// The key of the step size that is to blame where the global model leaves the range of numbers.
  var culprit: String { isPlain ? "training.learningRate" : "federation.serverLearningRate" }

  /// - Parameter parameters: P.
  init(_ spec: FederationSpec, parameters: Int) {
    self.spec = spec
    switch spec.algorithm {
    case .fedavg, .fedprox, .scaffold, .fednova: break
    case .fedavgm: first = [Double](repeating: 0, count: parameters)
    case .fedadam, .fedyogi, .fedadagrad:
      first = [Double](repeating: 0, count: parameters)
      second = [Double](repeating: spec.adaptivity * spec.adaptivity, count: parameters)
    }
  }

  /// Takes the step size of a round, counted from 0.
  mutating func begin(_ round: Int) {
    rate = spec.serverLearningRate * spec.serverSchedule.factor(round, of: spec.rounds)
  }

  /// The step of a parameter whose mean difference is `difference`.
  mutating func step(_ difference: Double, _ parameter: Int) -> Double {
    switch spec.algorithm {
    case .fedavg, .fedprox, .scaffold, .fednova: return rate * difference
    case .fedavgm:
      first[parameter] = spec.serverMomentum * first[parameter] + difference
      return rate * first[parameter]
    case .fedadam, .fedyogi, .fedadagrad:
      let square = difference * difference
      let old = second[parameter]
      switch spec.algorithm {
      case .fedadam: second[parameter] = spec.beta2 * old + (1 - spec.beta2) * square
      case .fedyogi: second[parameter] = old - (1 - spec.beta2) * square * (old > square ? 1 : old < square ? -1 : 0)
      default: second[parameter] = old + square
      }
      first[parameter] = spec.beta1 * first[parameter] + (1 - spec.beta1) * difference
      return rate * first[parameter] / (second[parameter].squareRoot() + spec.adaptivity)
    }
  }

  /// What it remembers between rounds.
  var state: SavedOptimizer {
    get { SavedOptimizer(first: first, second: second) }
    set { (first, second) = (newValue.first, newValue.second) }
  }
}

/// What a checkpoint holds of the aggregator's optimiser.
struct SavedOptimizer: Archivable {
  var first: [Double]
  var second: [Double]

  func write(to archive: inout ArchiveWriter) { archive.put(first, second) }
}

extension SavedOptimizer {
  init(from archive: inout ArchiveReader) throws { (first, second) = (try archive.get(), try archive.get()) }
}

extension LearningRateSchedule {
  /// What a learning rate is multiplied by in a round, counted from 0, of so many.
  func factor(_ round: Int, of rounds: Int) -> Double {
    switch self {
    case .constant: 1
    case .exponential(let factor): Self.power(factor, round)
    case .step(let factor, let every): Self.power(factor, round / every)
    case .cosine(let last):
      last + (1 - last) * (1 + ReproducibleMath.sinCos(Double.pi * Double(round) / Double(max(1, rounds - 1))).cos) / 2
    }
  }

  /// By squaring, so that the digits do not depend on a C library.
  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, left) = (1.0, base, exponent)
    while left > 0 {
      if left & 1 == 1 { result *= square }
      square *= square
      left >>= 1
    }
    return result
  }
}
