internal import FeatherCodecs
internal import FeatherTensors

/// The aggregator: it holds the global model and the decoders that were shipped to it, and sees nothing but payloads.
struct Server {
  /// Parameters that are averaged at a time; what is summed stays in the first-level cache.
  private static let block = 1024

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

  /// FedAvg (algorithm 1 of arXiv:1602.05629): the mean of the clients' weights, weighted by their samples.
  ///
  /// Each parameter's sum is taken in Double in the order given, which is ascending by client.
  mutating func aggregate(_ decoded: [(update: [Float], samples: Int)], on team: ThreadTeam = .single) {
    let total = Double(decoded.reduce(0) { $0 + $1.samples })
    let count = global.count
    let isDifference = input == .difference
    global.withUnsafeMutableBufferPointer { global in
      team.forEachBlock(of: count, size: Self.block) { block in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: block.count) { sum in
          sum.initialize(repeating: 0)
          for (update, samples) in decoded { Self.add(update, Double(samples), block, to: sum) }
          for (i, parameter) in block.enumerated() {
            let mean = sum[i] / total
            global[parameter] = Float(isDifference ? Double(global[parameter]) + mean : mean)
          }
        }
      }
    }
  }

  private static func add(
    _ update: [Float], _ weight: Double, _ block: Range<Int>, to sum: UnsafeMutableBufferPointer<Double>
  ) {
    update.withUnsafeBufferPointer { update in
      let part = UnsafeBufferPointer(rebasing: update[block])
      for i in sum.indices { sum[i] += weight * Double(part[i]) }
    }
  }
}
