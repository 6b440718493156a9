internal import FeatherCodecs
internal import FeatherExperiments
internal import FeatherTensors

/// Everything that happens before the first round: pre-pass, fit, shipping, and the paper's check of it.
struct CodecSetup {
  /// The clients' side.
  var encoders: CodecSide<any UpdateEncoder>
  /// The aggregator's side.
  let decoders: CodecSide<any UpdateDecoder>
  private(set) var fits: [CodecFitRecord] = []

  /// A codec that is not fitted: its halves are made from its configuration, and whatever they remember they are handed.
  init(unfitted codec: any UpdateCodec, clients: Int) throws {
    let groups = [Int](repeating: 0, count: clients)
    encoders = CodecSide([try codec.encoder(from: nil, decoder: nil)], groups: groups)
    decoders = CodecSide([try codec.decoder(from: nil)], groups: groups)
  }

  /// Fits one codec per client, or one for all, and ships the halves over `wire`.
  init(
    fitting codec: any UpdateCodec, _ spec: RunSpec, snapshots: [[Snapshot]], initial: [Float], wire: inout Wire,
    on team: ThreadTeam, emit: (RunEvent) throws -> Void
  ) throws {
    let groups = Assembly.isShared(spec.codec) ? [Array(snapshots.indices)] : snapshots.indices.map { [$0] }
    var shipped: [ShippedPair] = []
    let atOnce =
      Self.areFittedSideBySide(codec.parameterCounts.encoder + codec.parameterCounts.decoder) ? groups.count : 1
    for first in stride(from: 0, to: groups.count, by: atOnce) {
      let numbers = first..<min(first + atOnce, groups.count)
      let outcomes = try team.results(of: .fit, numbers, of: groups.count, emit) { number in
        let members = groups[number]
        return try Self.fit(
          codec, members.flatMap { snapshots[$0] }, initial: initial, FitKey(seed: spec.seed, client: members[0]),
          on: team)
      }
      for (number, outcome) in zip(numbers, outcomes) {
        try Self.collect(snapshots, of: groups[number], over: &wire)
        let fitted = try outcome.get()
        fits.append(Self.record(fitted, spec))
        let pair = Self.ship(fitted, of: codec, to: groups[number].count, over: &wire)
        shipped.append(try ShippedPair(pair, isSetAside: number < groups.count - 1))
      }
    }
    // Halves are built when all fits are done, one pair at a time, and their bytes are dropped.
    var halves: [(encoder: any UpdateEncoder, decoder: any UpdateDecoder)] = []
    while let pair = shipped.popLast() {
      let decoder = try pair.decoder()
      halves.append((try codec.encoder(from: try pair.encoder(), decoder: decoder), try codec.decoder(from: decoder)))
    }
    var groupOf = [Int](repeating: 0, count: snapshots.count)
    for (number, members) in groups.enumerated() { for member in members { groupOf[member] = number } }
    encoders = CodecSide(halves.reversed().map(\.encoder), groups: groupOf)
    decoders = CodecSide(halves.reversed().map(\.decoder), groups: groupOf)
  }

  /// Whether codecs of that many parameters are fitted side by side, a thread each: weights and Adam's two moments are below 256 MB.
  ///
  /// Larger ones are fitted one after another, each by the whole team.
  static func areFittedSideBySide(_ parameters: Int) -> Bool { 12 * parameters < 1 << 28 }

  /// Snapshots reach the first member, who fits, through the aggregator; its own need not cross.
  private static func collect(_ snapshots: [[Snapshot]], of members: [Int], over wire: inout Wire) throws {
    for member in members.dropFirst() {
      for snapshot in snapshots[member] {
        let payload = wire.carry(try Payload(.floats, values: snapshot.weights), .prepass, .up)
        wire.count(payload, .prepass, .down)
      }
    }
  }

  private static func fit(
    _ codec: any UpdateCodec, _ snapshots: [Snapshot], initial: [Float], _ key: FitKey, on team: ThreadTeam
  ) throws -> FittedCodec {
    let inputs = { (heldOut: Bool) in
      snapshots.filter { $0.isHeldOut == heldOut }.map {
        UpdateVector.of($0.weights, relativeTo: initial, input: codec.input)
      }
    }
    do {
      return try codec.fit(SnapshotSet(fitted: inputs(false), heldOut: inputs(true)), key, team: team)
    } catch let error as CodecError {
      throw Divergence(reason: error.description)
    }
  }

  /// The decoder goes to the aggregator; the encoder stays with the first member and goes on to the others, with the decoder where
  /// their halves need it.
  private static func ship(
    _ fitted: FittedCodec, of codec: any UpdateCodec, to members: Int, over wire: inout Wire
  ) -> (encoder: Payload?, decoder: Payload) {
    let decoder = wire.carry(fitted.decoder, .decoder, .up)
    var encoder = fitted.encoder
    if members > 1 {
      if let fitted = fitted.encoder { wire.count(fitted, .encoder, .up) }
      // The aggregator passes the same bytes on; only their maker's payload knows which of them are the description.
      for _ in 1..<members {
        encoder = fitted.encoder.map { wire.carry($0, .encoder, .down) }
        if codec.encoderNeedsDecoder { wire.count(fitted.decoder, .decoder, .down) }
      }
    }
    return (encoder, decoder)
  }

  private static func record(_ fitted: FittedCodec, _ spec: RunSpec) -> CodecFitRecord {
    var record = CodecFitRecord()
    record.trainLoss = fitted.trainLoss
    record.heldOutLoss = fitted.heldOutLoss
    if spec.store.codec {
      record.encoder = fitted.encoder?.contentValues
      record.decoder = fitted.decoder.contentValues
    }
    return record
  }
}

/// Both halves of a fitted codec as they arrived; large ones wait on disk while others are fitted.
private struct ShippedPair {
  /// Pairs of at least this many bytes are set aside: those of the paper's CIFAR-10 autoencoder have 1.4 GB.
  private static let setAsideFrom = 1 << 28

  /// The halves, each in memory or on disk.
  let encoder: () throws -> Payload?
  let decoder: () throws -> Payload

  init(_ pair: (encoder: Payload?, decoder: Payload), isSetAside: Bool) throws {
    let byteCount = pair.decoder.byteCount + (pair.encoder?.byteCount ?? 0)
    guard isSetAside, byteCount >= Self.setAsideFrom else {
      encoder = { pair.encoder }
      decoder = { pair.decoder }
      return
    }
    encoder = try pair.encoder.map { try Spill($0).payload } ?? { nil }
    decoder = try Spill(pair.decoder).payload
  }
}

/// What a codec encodes, made from weights and back.
enum UpdateVector {
  /// The weights themselves, or their difference: local minus global.
  static func of(_ weights: [Float], relativeTo global: [Float], input: UpdateInput) -> [Float] {
    switch input {
    case .weights: weights
    case .difference: combined(weights, global, -)
    }
  }

  /// The weights that an update stands for.
  static func weights(of update: [Float], relativeTo global: [Float], input: UpdateInput) -> [Float] {
    switch input {
    case .weights: update
    case .difference: combined(update, global, +)
    }
  }

  @inline(__always)
  private static func combined(_ a: [Float], _ b: [Float], _ combine: (Float, Float) -> Float) -> [Float] {
    precondition(a.count == b.count, "vectors of \(a.count) and \(b.count) elements")
    return [Float](unsafeUninitializedCapacity: a.count) { result, count in
      count = a.count
      for i in 0..<count { result.initializeElement(at: i, to: combine(a[i], b[i])) }
    }
  }
}
