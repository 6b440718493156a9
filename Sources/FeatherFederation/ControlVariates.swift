internal import FeatherCodecs
internal import FeatherTensors

/// The control variates of SCAFFOLD, which take the drift of local training off: every client's own, and the server's, their mean.
///
/// Source: Karimireddy et al. (2020), arXiv:1910.06378, algorithm 1 with option II. A client steps along g − c_i + c; afterwards its
/// variate is c_i − c + (x − y) / (K η) of the K steps of size η from x to y. What crosses is the change of c_i, and both sides go on
/// with what of it arrived, so that c stays the mean of all c_i whatever a codec loses.
struct ControlVariates {
  /// c, shape [P].
  private(set) var server: [Float]
  /// c_i of the clients that have taken part, shape [P] each; zero for the others.
  private(set) var clients = ClientStates<[Float]>()
  /// What both sides of a codec remember of the variates of each client.
  private(set) var encoderMemories = ClientStates<CodecMemory>()
  private(set) var decoderMemories = ClientStates<CodecMemory>()
  /// The round's sum of changes that arrived, in Double in ascending client order.
  private var sum: [Double]

  /// Zero for all.
  init(parameters: Int) {
    server = [Float](repeating: 0, count: parameters)
    sum = [Double](repeating: 0, count: parameters)
  }

  /// What is added to the gradients of a client: c − c_i.
  func pull(of client: Int, from server: [Float]) -> [Float] {
    guard let own = clients[client] else { return server }
    return Elementwise.combined(server, own, -)
  }

  /// The change of a client's variate, −c + (x − y) / (K η).
  ///
  /// - Parameters:
  ///   - server: c as the client received it.
  ///   - start: x, and `end`: y; shape [P].
  ///   - distance: K η.
  static func change(server: [Float], from start: [Float], to end: [Float], distance: Double) -> [Float] {
    server.indices.map { Float((Double(start[$0]) - Double(end[$0])) / distance - Double(server[$0])) }
  }

  /// Takes what arrived of a client's change.
  mutating func take(_ change: [Float], of client: Int) {
    clients[client] = clients[client].map { Elementwise.combined($0, change, +) } ?? change
    for (parameter, value) in change.enumerated() { sum[parameter] += Double(value) }
  }

  /// Keeps what both sides of the codec remember of a client's variates.
  mutating func remember(encoder: CodecMemory, decoder: CodecMemory, of client: Int) {
    encoderMemories[client] = encoder.vectors.isEmpty ? nil : encoder
    decoderMemories[client] = decoder.vectors.isEmpty ? nil : decoder
  }

  /// Ends a round: c moves by the sum of the changes over the number of all clients.
  mutating func endRound(clients: Int) {
    for parameter in sum.indices {
      server[parameter] = Float(Double(server[parameter]) + sum[parameter] / Double(clients))
      sum[parameter] = 0
    }
  }
}

extension ControlVariates: Archivable {
  func write(to archive: inout ArchiveWriter) { archive.put(server, clients, encoderMemories, decoderMemories) }

  init(from archive: inout ArchiveReader) throws {
    let server: [Float] = try archive.get()
    self.init(parameters: server.count)
    self.server = server
    clients = try archive.get()
    (encoderMemories, decoderMemories) = (try archive.get(), try archive.get())
  }
}
