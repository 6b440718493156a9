internal import FeatherNetworks

/// How an update vector is divided among autoencoders.
public enum AutoencoderDivision: Hashable, Sendable {
  /// One autoencoder of the whole vector.
  case whole
  /// One autoencoder per slice: a layer of the model, its weights and biases together. The slices follow each other and make up the
  /// whole vector.
  ///
  /// Each slice has one latent, and the K − (number of slices) others are shared in proportion to the slices' lengths: each gets the
  /// whole part of its quota, then those with the largest remainders one more, the lower slice first where they are equal, and never
  /// more latents than floats. A hidden layer is not wider than its slice.
  case layers(slices: [Range<Int>])
  /// One small autoencoder that serves all slices of `size` floats, the last of which is filled up with zeros.
  ///
  /// The latent is that of an upload as a whole; each slice has ⌊K / slices⌋ of it, and at least 1. A hidden layer is not wider than a
  /// slice.
  case chunks(size: Int)

  /// The autoencoders, as one trains and ships them.
  func parts(parameters: Int, hidden: [Int], latent: Int, activation: Activation) -> [AutoencoderPart] {
    switch self {
    case .whole:
      return [
        AutoencoderPart(
          number: 0, slice: 0..<parameters, width: parameters, hidden: hidden, latent: latent, activation: activation)
      ]
    case .layers(let slices):
      precondition(Self.areWhole(slices, parameters), "slices follow each other and make up the whole vector")
      precondition(slices.count <= AutoencoderPart.most, "at most \(AutoencoderPart.most) layers have one each")
      let shares = Self.shares(of: latent, among: slices.map(\.count))
      return slices.enumerated().map { number, slice in
        AutoencoderPart(
          number: number, slice: slice, width: slice.count, hidden: hidden.map { min($0, slice.count) },
          latent: shares[number], activation: activation)
      }
    case .chunks(let size):
      precondition(size > 0, "a slice has at least one float")
      let chunks = (parameters + size - 1) / size
      return [
        AutoencoderPart(
          number: 0, slice: 0..<parameters, width: size, hidden: hidden.map { min($0, size) },
          latent: max(1, latent / chunks), activation: activation)
      ]
    }
  }

  /// Whether slices follow each other, each with a float at least, and make up a vector of `parameters` floats.
  static func areWhole(_ slices: [Range<Int>], _ parameters: Int) -> Bool {
    slices.first?.lowerBound == 0 && slices.last?.upperBound == parameters && !slices.contains(where: \.isEmpty)
      && zip(slices, slices.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound }
  }

  /// `latent` divided among slices as `layers` says.
  static func shares(of latent: Int, among counts: [Int]) -> [Int] {
    let total = counts.reduce(0, +)
    precondition(latent >= counts.count && latent <= total, "a latent has at least one float for each layer")
    let rest = latent - counts.count
    let quotas = counts.map { (rest * $0).quotientAndRemainder(dividingBy: total) }
    var shares = quotas.map { 1 + $0.quotient }
    var left = latent - shares.reduce(0, +)
    let order = quotas.indices.sorted { (quotas[$1].remainder, $0) < (quotas[$0].remainder, $1) }
    while left > 0 {
      for number in order where left > 0 && shares[number] < counts[number] {
        shares[number] += 1
        left -= 1
      }
    }
    return shares
  }
}

/// One autoencoder of those among which an update is divided.
struct AutoencoderPart: Sendable {
  /// The most there may be: lanes of random streams are numbered by generation and part.
  static let most = 4096

  /// Numbers its random streams.
  let number: Int
  /// What it serves of the vector.
  let slice: Range<Int>
  /// Its layers: `width` floats to the latent, and back.
  let encoder: Architecture
  let decoder: Architecture

  init(number: Int, slice: Range<Int>, width: Int, hidden: [Int], latent: Int, activation: Activation) {
    self.number = number
    self.slice = slice
    encoder = Architecture(
      inputs: width, layers: (hidden + [latent]).map { DenseLayer(outputs: $0, activation: activation) })
    decoder = Architecture(inputs: latent, hidden: hidden.reversed(), activation: activation, outputs: width)
  }

  /// Floats that it sees at a time.
  var width: Int { encoder.inputs }
  /// How often it is used for one vector.
  var rows: Int { (slice.count + width - 1) / width }
  /// Floats that it gives of one vector.
  var latent: Int { rows * encoder.outputs }

  /// Both halves as one network.
  var whole: Architecture { Architecture(inputs: width, layers: encoder.denseLayers + decoder.denseLayers) }

  /// Parameters that are trained.
  func trained(tied: Bool) -> Int {
    tied ? TiedAutoencoderTrainer.parameterCount(encoder) : encoder.parameterCount + decoder.parameterCount
  }

  /// What it sees of the vectors, one after the other, less `mean`: shape [vectors · rows, width], the last row of each vector filled
  /// up with zeros.
  func samples(of vectors: [[Float]], minus mean: [Float]) -> [Float] {
    let padded = rows * width
    return [Float](unsafeUninitializedCapacity: vectors.count * padded) { samples, count in
      for (number, vector) in vectors.enumerated() {
        let sample = UnsafeMutableBufferPointer(rebasing: samples[(number * padded)...].prefix(padded))
        for (i, place) in slice.enumerated() { sample.initializeElement(at: i, to: vector[place] - mean[place]) }
        for i in slice.count..<padded { sample.initializeElement(at: i, to: 0) }
      }
      count = vectors.count * padded
    }
  }
}
