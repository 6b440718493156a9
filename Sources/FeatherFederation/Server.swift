internal import FeatherCodecs

/// The aggregator: it holds the global model and the decoders that were shipped to it, and sees nothing but payloads.
struct Server {
  /// The global weights, shape [P].
  private(set) var global: [Float]
  private let input: UpdateInput
  /// One decoder per client, or a single one for all.
  private var decoders: [any UpdateDecoder]

  init(initial: [Float], input: UpdateInput, decoders: [any UpdateDecoder]) {
    global = initial
    self.input = input
    self.decoders = decoders
  }

  /// The global model as it is sent to every participant.
  func broadcast() throws -> Payload {
    try Payload(.floats, values: global)
  }

  /// Decodes what a client sent: its weights, or its difference (local minus global), as the codec's input says; shape [P].
  mutating func decode(_ payload: Payload, from client: Int) throws -> [Float] {
    try decoders[decoders.count == 1 ? 0 : client].decode(payload)
  }

  /// FedAvg (algorithm 1 of arXiv:1602.05629): the mean of the clients' weights, weighted by their samples.
  ///
  /// Sums are taken in Double in the order given, which is ascending by client.
  mutating func aggregate(_ decoded: [(update: [Float], samples: Int)]) {
    let total = Double(decoded.reduce(0) { $0 + $1.samples })
    var sum = [Double](repeating: 0, count: global.count)
    for (update, samples) in decoded {
      let weight = Double(samples)
      for i in sum.indices { sum[i] += weight * Double(update[i]) }
    }
    for i in sum.indices {
      let mean = sum[i] / total
      global[i] = Float(input == .difference ? Double(global[i]) + mean : mean)
    }
  }
}
