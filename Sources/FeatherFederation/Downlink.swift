internal import FeatherCodecs
internal import FeatherExperiments
internal import FeatherTensors

/// The way of the global model to its clients as differences through a codec.
///
/// The aggregator knows what every client holds that heard the last broadcast: `held`. In a round it encodes global minus held once for all,
/// and both sides add what the bytes decode to; participants train from held, and the mean of their differences to held is added to the
/// global model. What has not crossed is thus still between global and held, and part of the next difference: error feedback without a
/// residual of its own. A participant that missed rounds receives their payloads too, or held in full where that is fewer bytes; one
/// that takes part for the first time has nothing, and receives held in full.
/// Source: EF21-P, Gruntkowska et al. (2022), arXiv:2209.15218; for federations the preserved central model of Philippenko and
/// Dieuleveut (2021), arXiv:2102.12528; both with one gradient in place of local training.
struct Downlink {
  private let codec: any UpdateCodec
  private let encoder: any UpdateEncoder
  private let decoder: any UpdateDecoder
  private let seed: UInt64
  /// What is carried from round to round.
  private(set) var state: SavedDownlink

  init(_ codec: any UpdateCodec, seed: UInt64, state: SavedDownlink) throws {
    self.codec = codec
    self.seed = seed
    self.state = state
    encoder = try codec.encoder(from: nil, decoder: nil)
    decoder = try codec.decoder(from: nil)
  }

  /// What clients hold once they have heard the last broadcast, shape [P].
  var held: [Float] { state.held }

  /// Brings a round's participants to one model, `held`, and counts what that takes.
  ///
  /// - Parameters:
  ///   - global: the aggregator's model, shape [P].
  ///   - cohort: the participants, ascending; without one nothing is sent.
  /// - Throws: `CodecError` when the codec cannot hold the difference.
  mutating func send(_ global: [Float], _ round: Int, to cohort: [Int], over wire: inout Wire) throws {
    guard !cohort.isEmpty else { return }
    if state.heard.isEmpty {
      // Whoever comes now receives the model in full anyway.
      state.held = global
    } else {
      try advance(to: global, round)
    }
    let header = Payload.headerByteCount
    let full = try Payload(.floats, values: state.held)
    for client in cohort {
      let missed = state.heard[client].map { state.sizes[$0...] }
      if let missed, missed.reduce(0, +) <= full.byteCount {
        for size in missed {
          wire.count(Payload.Size(content: size - header, overhead: header), .model, .down)
        }
      } else {
        wire.count(full, .model, .down)
      }
      state.heard[client] = state.sizes.count
    }
  }

  /// Encodes global minus held, and adds what that decodes to.
  private mutating func advance(to global: [Float], _ round: Int) throws {
    let occasion = Occasion.broadcast(seed: seed, round: round)
    let difference = Elementwise.combined(global, state.held, -)
    let encoding = try encoder.encode(difference, &state.memory, at: occasion)
    let payload = try codec.payload(encoding)
    var nothing = CodecMemory()
    let decoded = try decoder.decode(
      try Wire.received(payload).body(expecting: codec.kind), &nothing, at: occasion)
    state.held = Elementwise.combined(state.held, decoded, +)
    state.sizes.append(payload.byteCount)
  }
}

/// What the downlink carries from round to round.
struct SavedDownlink: Archivable {
  /// What clients hold that heard the last broadcast, shape [P].
  var held: [Float]
  /// What the aggregator's half of the codec remembers.
  var memory = CodecMemory()
  /// Bytes of each difference that was encoded, header included, in order.
  var sizes: [Int] = []
  /// How many of the differences each client has; only those that ever took part.
  var heard = ClientStates<Int>()

  func write(to archive: inout ArchiveWriter) { archive.put(held, memory, sizes, heard) }
}

extension SavedDownlink {
  init(from archive: inout ArchiveReader) throws {
    held = try archive.get()
    (memory, sizes, heard) = (try archive.get(), try archive.get(), try archive.get())
    guard heard.clients.allSatisfy({ (0...sizes.count).contains(heard[$0] ?? 0) }) else {
      throw ArchiveReader.unreadable
    }
  }
}
