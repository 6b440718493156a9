internal import FeatherCodecs
internal import FeatherTensors

/// The aggregator: it holds the global model and the decoders that were shipped to it, and sees nothing but payloads.
struct Server {
  /// The global weights, shape [P].
  private(set) var global: [Float]
  /// The decoders that were shipped, and what they remember.
  var decoders: CodecSide<any UpdateDecoder>
  private let kind: Payload.Kind
  private let input: UpdateInput

  init(initial: [Float], kind: Payload.Kind, input: UpdateInput, decoders: CodecSide<any UpdateDecoder>) {
    global = initial
    self.kind = kind
    self.input = input
    self.decoders = decoders
  }

  /// The global model as it is sent to every participant.
  func broadcast() throws -> Payload {
    try Payload(.floats, values: global)
  }

  /// Decodes what a client sent: its weights, or its difference (local minus global), as the codec's input says; shape [P].
  func decode(_ payload: Payload, at occasion: Occasion) throws -> Remembering<[Float]> {
    try decoders.decode(payload.body(expecting: kind), at: occasion)
  }

  /// FedAvg (algorithm 1 of arXiv:1602.05629): the new global model is the mean of the clients' weights, weighted by their samples.
  ///
  /// - Parameter sum: what the round's clients sent, at least one of them.
  mutating func aggregate(_ sum: UpdateSum) {
    for (parameter, value) in sum.values.enumerated() {
      let mean = value / sum.weight
      global[parameter] = Float(input == .difference ? Double(global[parameter]) + mean : mean)
    }
  }
}
