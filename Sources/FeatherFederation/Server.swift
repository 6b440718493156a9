internal import FeatherCodecs
internal import FeatherTensors

/// The aggregator: it holds the global model and the decoders that were shipped to it, and sees nothing but payloads.
struct Server {
  /// The global weights, shape [P].
  private(set) var global: [Float]
  /// The decoders that were shipped, and what they remember.
  var decoders: CodecSide<any UpdateDecoder>
  /// How it steps.
  var optimizer: ServerOptimizer
  private let kind: Payload.Kind
  private let input: UpdateInput

  init(
    initial: [Float], kind: Payload.Kind, input: UpdateInput, decoders: CodecSide<any UpdateDecoder>,
    optimizer: ServerOptimizer
  ) {
    self.optimizer = optimizer
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

  /// Decodes the change of a control variate that crossed through the codec, shape [P].
  func decodeVariate(_ payload: Payload, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    try decoders.half(of: occasion.client).decode(payload.body(expecting: kind), &memory, at: occasion)
  }

  /// Takes a round's updates: the global model steps by their mean difference, or becomes their mean where that is the same.
  ///
  /// Where clients trained from another model than the global one, their differences are those to that model, and the global one steps by
  /// them, so that what has not crossed to clients yet is not lost.
  /// - Parameters:
  ///   - sum: what the round's clients sent; nothing changes where none did.
  ///   - start: what clients trained from where that was not the global model, shape [P].
  ///   - round: counted from 0.
  mutating func aggregate(_ sum: UpdateSum, from start: [Float]? = nil, _ round: Int) {
    guard sum.weight > 0 else { return }
    // Updates count by their steps' share, and all together as if each had made the mean number of steps.
    let steps = sum.effective / sum.weight
    // What stays of the weights where clients sent theirs: nothing, unless they count by their steps.
    let kept = input == .difference ? 1 : 1 - steps * (sum.scaled / sum.weight)
    optimizer.begin(round)
    for (parameter, value) in sum.values.enumerated() {
      let mean = steps * (value / sum.weight)
      let old = Double(global[parameter])
      let target =
        if let start {
          old + (mean - (1 - kept) * Double(start[parameter]))
        } else {
          kept == 0 ? mean : kept * old + mean
        }
      global[parameter] = Float(optimizer.isPlain ? target : old + optimizer.step(target - old, parameter))
    }
  }
}
