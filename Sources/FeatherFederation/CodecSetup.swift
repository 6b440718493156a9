internal import FeatherCodecs
internal import FeatherExperiments
internal import FeatherTensors

/// Fitting and shipping codecs: once before the first round, and again where the spec refreshes them.
struct CodecSetup {
  /// The clients' side.
  var encoders: CodecSide<any UpdateEncoder>
  /// The aggregator's side, as it was shipped at first.
  let decoders: CodecSide<any UpdateDecoder>
  /// What each fit was, in order.
  private(set) var fits: [CodecFitRecord] = []
  /// The members of each group, and which fit serves them.
  private(set) var state: SavedCodecs
  /// What was fitted last for each group, where a refit goes on from it.
  private var latest: [FittedCodec?] = []
  /// What each group's halves weigh on the wire.
  private var shipments: [Shipment] = []
  /// Who has an encoder, where not all had one before the first round.
  private var holders: Set<Int> = []
  /// What checkpoints hold of the fits.
  private let shelf: CheckpointShelf

  private var groups: [[Int]] { state.groups }

  /// A codec that is not fitted: its halves are made from its configuration, and whatever they remember they are handed.
  init(unfitted codec: any UpdateCodec, on shelf: CheckpointShelf) throws {
    state = SavedCodecs(groups: [])
    self.shelf = shelf
    encoders = CodecSide([try codec.encoder(from: nil, decoder: nil)])
    decoders = CodecSide([try codec.decoder(from: nil)])
  }

  /// Fits one codec per group of the clients that have snapshots, and ships the halves over `wire`.
  init(
    fitting codec: any UpdateCodec, _ spec: RunSpec, snapshots: ClientStates<[Snapshot]>, initial: [Float],
    wire: inout Wire, on team: ThreadTeam, shelf: CheckpointShelf, emit: (RunEvent) throws -> Void
  ) throws {
    let (groups, centres) = try Self.groups(spec, snapshots, over: &wire)
    var shipped: [ShippedPair] = []
    for numbers in Self.sideBySide(groups.count, codec) {
      let outcomes = try team.results(of: .fit, numbers, of: groups.count, on: shelf, holding: Self.byteCount, emit) {
        number in
        let sources = Self.sources(groups[number], spec)
        let set = Self.inputs(sources.flatMap { snapshots[$0] ?? [] }, of: codec, relativeTo: initial)
        return try Self.fit(codec, set, FitKey(seed: spec.seed, client: groups[number][0]), on: team)
      }
      for (number, outcome) in zip(numbers, outcomes) {
        // What the aggregator has from clustering need not cross to it again.
        try Self.collect(
          Self.sources(groups[number], spec).map { (snapshots[$0] ?? []).map(\.weights) },
          areLastKnown: spec.codec.scope == .clustered, over: &wire
        )
        let fitted = try outcome.get()
        fits.append(Self.record(fitted, spec, group: number))
        latest.append(spec.addOns.refresh.isOn && spec.addOns.refresh.isWarm ? fitted : nil)
        shipments.append(Shipment(fitted, of: codec))
        let pair = Self.ship(fitted, of: codec, to: groups[number].count, spec, over: &wire)
        shipped.append(try ShippedPair(pair, isSetAside: number < groups.count - 1))
      }
    }
    // Halves are built when all fits are done, one pair at a time, and their bytes are dropped.
    var halves: [(encoder: any UpdateEncoder, decoder: any UpdateDecoder)] = []
    while let pair = shipped.popLast() {
      let decoder = try pair.decoder()
      halves.append((try codec.encoder(from: try pair.encoder(), decoder: decoder), try codec.decoder(from: decoder)))
    }
    state = SavedCodecs(groups: groups, generations: groups.map { _ in 0 }, centres: centres)
    holders = Set(groups.joined())
    self.shelf = shelf
    let groupOf = state.groupOf
    encoders = CodecSide(halves.reversed().map(\.encoder), groups: groupOf)
    decoders = CodecSide(halves.reversed().map(\.decoder), groups: groupOf)
  }

  /// The codecs of a run that goes on after some round, from what was fitted before.
  init(continuing codec: any UpdateCodec, _ spec: RunSpec, from saved: SavedRounds, on shelf: CheckpointShelf) throws {
    state = saved.codecs
    fits = saved.fits
    self.shelf = shelf
    var halves: [(encoder: any UpdateEncoder, decoder: any UpdateDecoder)] = []
    var generations = [Int](repeating: 0, count: state.groups.count)
    for (place, generation) in state.generations.enumerated() {
      generations[fits[place].group] = generation
      guard spec.store.codec else { continue }
      let kept = Self.record(try Self.fitted(fits[place].group, generation, on: shelf), spec, group: fits[place].group)
      (fits[place].encoder, fits[place].decoder) = (kept.encoder, kept.decoder)
    }
    for (number, generation) in generations.enumerated() {
      let fitted = try Self.fitted(number, generation, on: shelf)
      let (encoder, decoder) = (fitted.encoder.map { Wire.received($0) }, Wire.received(fitted.decoder))
      halves.append((try codec.encoder(from: encoder, decoder: decoder), try codec.decoder(from: decoder)))
      latest.append(spec.addOns.refresh.isOn && spec.addOns.refresh.isWarm ? fitted : nil)
      shipments.append(Shipment(fitted, of: codec))
    }
    holders = Set(state.groups.joined())
    let groupOf = state.groupOf
    encoders = CodecSide(halves.map(\.encoder), groups: groupOf)
    decoders = CodecSide(halves.map(\.decoder), groups: groupOf)
  }

  private static func fitted(_ group: Int, _ generation: Int, on shelf: CheckpointShelf) throws -> FittedCodec {
    guard let fitted: FittedCodec = try shelf.part(RunEvent.Stage.fit.part(group, generation: generation)) else {
      throw ArchiveReader.unreadable
    }
    return fitted
  }

  private static func byteCount(_ fitted: FittedCodec) -> Int {
    fitted.decoder.byteCount + (fitted.encoder?.byteCount ?? 0)
  }

  /// Fits the codecs of some groups anew on what their members trained lately, and ships them again.
  ///
  /// - Parameters:
  ///   - recent: each client's latest vectors of what the codec encodes; a group that has none keeps its codec.
  ///   - round: the first round with the new codecs.
  ///   - server: receives the new decoders.
  mutating func refit(
    _ numbers: [Int], of codec: any UpdateCodec, _ spec: RunSpec, recent: ClientStates<[[Float]]>, round: Int,
    server: inout Server, wire: inout Wire, on team: ThreadTeam
  ) throws {
    let numbers = numbers.filter { Self.sources(groups[$0], spec).contains { recent[$0]?.isEmpty == false } }
    guard !numbers.isEmpty else { return }
    state.generation += 1
    for part in Self.sideBySide(numbers.count, codec) {
      let fitted = try team.map(part.count) { [groups, latest, generation = state.generation] place in
        let number = numbers[part.lowerBound + place]
        let key = FitKey(seed: spec.seed, client: groups[number][0], generation: generation, start: latest[number])
        let set = SnapshotSet(fitted: Self.sources(groups[number], spec).flatMap { recent[$0] ?? [] }, heldOut: [])
        return try Self.fit(codec, set, key, on: team)
      }
      for (place, fitted) in zip(part, fitted) {
        let number = numbers[place]
        try Self.collect(Self.sources(groups[number], spec).map { recent[$0] ?? [] }, areLastKnown: false, over: &wire)
        var record = Self.record(fitted, spec, group: number)
        record.round = round
        fits.append(record)
        replace(number, by: fitted, for: spec)
        if latest[number] != nil { latest[number] = fitted }
        shipments[number] = Shipment(fitted, of: codec)
        let pair = Self.ship(fitted, of: codec, to: groups[number].count, spec, over: &wire)
        encoders.halves[number] = try codec.encoder(from: pair.encoder, decoder: pair.decoder)
        server.decoders.halves[number] = try codec.decoder(from: pair.decoder)
      }
    }
  }

  /// Notes a fit for checkpoints, which need the ones before only where results keep them.
  private mutating func replace(_ number: Int, by fitted: FittedCodec, for spec: RunSpec) {
    state.generations.append(state.generation)
    let name = RunEvent.Stage.fit.part(number, generation: state.generation)
    shelf.put(fitted, as: name, holding: Self.byteCount(fitted))
    guard !spec.store.codec else { return }
    let family = RunEvent.Stage.fit.part(number, generation: 0).dropLast()
    shelf.remove { $0.hasPrefix(family) && $0 != name }
  }

  /// The groups whose uploads of a round had a mean relative error above `limit`.
  func groups(above limit: Double, in uploads: [UploadRecord]) -> [Int] {
    groups.indices.filter { number in
      let errors = uploads.filter { encoders.group(of: $0.client) == number }.map(\.relativeError)
      return !errors.isEmpty && errors.reduce(0, +) / Double(errors.count) > limit
    }
  }

  /// All groups.
  var allGroups: [Int] { Array(groups.indices) }

  /// Whether codecs of that many parameters are fitted side by side, a thread each: weights and Adam's two moments are below 256 MB.
  ///
  /// Larger ones are fitted one after another, each by the whole team.
  static func areFittedSideBySide(_ parameters: Int) -> Bool { 12 * parameters < 1 << 28 }

  /// The numbers 0..<count in parts that are fitted side by side.
  private static func sideBySide(_ count: Int, _ codec: any UpdateCodec) -> [Range<Int>] {
    let parameters = codec.parameterCounts.encoder + codec.parameterCounts.decoder
    return areFittedSideBySide(parameters) ? [0..<count] : (0..<count).map { $0..<$0 + 1 }
  }

  /// Who shares a codec, and the groups' centres where others may join them later.
  ///
  /// For a clustered scope, everyone's last snapshot crosses to the aggregator, which says so.
  private static func groups(
    _ spec: RunSpec, _ snapshots: ClientStates<[Snapshot]>, over wire: inout Wire
  ) throws -> (members: [[Int]], centres: [[Float]]) {
    let clients = snapshots.clients
    var last = clients.map { snapshots[$0]?.last?.weights ?? [] }
    guard spec.codec.scope == .clustered else {
      return (ClientGroups.of(spec, last: last).map { $0.map { clients[$0] } }, [])
    }
    last = try last.map { try cross($0, over: &wire) }
    let places = ClientGroups.of(spec, last: last)
    let centres = spec.prepass.isSampled ? places.map { ClientGroups.mean($0.map { last[$0] }) } : []
    return (places.map { $0.map { clients[$0] } }, centres)
  }

  /// A client's last snapshot as the aggregator receives it.
  private static func cross(_ snapshot: [Float], over wire: inout Wire) throws -> [Float] {
    try wire.carry(Payload(.floats, values: snapshot), .prepass, .up).values(.floats, count: snapshot.count)
  }

  /// The members whose snapshots are fitted.
  private static func sources(_ members: [Int], _ spec: RunSpec) -> ArraySlice<Int> {
    spec.codec.fitClients == 0 ? members[...] : members.prefix(spec.codec.fitClients)
  }

  /// Snapshots reach the first member, who fits, through the aggregator; its own need not cross.
  private static func collect(_ snapshots: [[[Float]]], areLastKnown: Bool, over wire: inout Wire) throws {
    for member in snapshots.dropFirst() {
      for (place, snapshot) in member.enumerated() {
        let payload = try Payload(.floats, values: snapshot)
        if !areLastKnown || place < member.count - 1 { wire.count(payload, .prepass, .up) }
        wire.count(payload, .prepass, .down)
      }
    }
  }

  /// Snapshots as a codec's input has them.
  static func inputs(_ snapshots: [Snapshot], of codec: any UpdateCodec, relativeTo initial: [Float]) -> SnapshotSet {
    let inputs = { (heldOut: Bool) in
      snapshots.filter { $0.isHeldOut == heldOut }.map {
        UpdateVector.of($0.weights, relativeTo: initial, input: codec.input)
      }
    }
    return SnapshotSet(fitted: inputs(false), heldOut: inputs(true))
  }

  static func fit(_ codec: any UpdateCodec, _ set: SnapshotSet, _ key: FitKey, on team: ThreadTeam) throws
    -> FittedCodec
  {
    do {
      return try codec.fit(set, key, team: team)
    } catch let error as CodecError {
      throw Divergence(reason: error.description)
    }
  }

  /// The decoder goes to the aggregator; the encoder stays with the first member and goes on to the others, with the decoder where
  /// their halves need it.
  private static func ship(
    _ fitted: FittedCodec, of codec: any UpdateCodec, to members: Int, _ spec: RunSpec, over wire: inout Wire
  ) -> (encoder: Payload?, decoder: Payload) {
    let decoder = wire.carry(fitted.decoder, .decoder, .up)
    guard members > 1 || spec.prepass.isSampled else { return (fitted.encoder, decoder) }
    if let encoder = fitted.encoder { wire.count(encoder, .encoder, .up) }
    let shipment = Shipment(fitted, of: codec)
    for _ in 1..<members { shipment.count(over: &wire) }
    return (fitted.encoder.map { Wire.received($0) }, decoder)
  }

  /// Which of these clients have no codec yet, in a run whose pre-pass only a sample of the clients had.
  func newcomers(in cohort: ArraySlice<Int>, _ spec: RunSpec) -> [Int] {
    spec.prepass.isSampled && !groups.isEmpty ? cohort.filter { !holders.contains($0) } : []
  }

  /// Ships the codec to a client that takes part for the first time: the one of the group whose centre is nearest to its last snapshot,
  /// which crosses for that; the only one with a shared scope.
  mutating func admit(_ client: Int, snapshot: [Float]?, server: inout Server, over wire: inout Wire) throws {
    var group = 0
    if let snapshot {
      group = ClientGroups.nearest(to: try Self.cross(snapshot, over: &wire), of: state.centres)
    }
    holders.insert(client)
    state.groups[group].append(client)
    if group > 0 {
      encoders.groups[client] = group
      server.decoders.groups[client] = group
    }
    shipments[group].count(over: &wire)
  }

  private static func record(_ fitted: FittedCodec, _ spec: RunSpec, group: Int) -> CodecFitRecord {
    var record = CodecFitRecord()
    record.group = group
    record.trainLoss = fitted.trainLoss
    record.heldOutLoss = fitted.heldOutLoss
    if spec.store.codec {
      record.encoder = fitted.encoder?.contentValues
      record.decoder = fitted.decoder.contentValues
    }
    return record
  }
}

/// What crosses to a member of a group that did not fit its codec: the encoder, and the decoder where the encoder's half needs it.
private struct Shipment {
  let encoder: Payload.Size?
  let decoder: Payload.Size?

  init(_ fitted: FittedCodec, of codec: any UpdateCodec) {
    encoder = fitted.encoder?.size
    decoder = codec.encoderNeedsDecoder ? fitted.decoder.size : nil
  }

  func count(over wire: inout Wire) {
    if let encoder { wire.count(encoder, .encoder, .down) }
    if let decoder { wire.count(decoder, .decoder, .down) }
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
