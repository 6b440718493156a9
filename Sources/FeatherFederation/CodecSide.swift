internal import FeatherCodecs
internal import FeatherTensors

/// One side of a codec, clients or aggregator: a half for each group of clients that share one, and what it remembers of each client.
struct CodecSide<Half> {
  /// One half per group.
  var halves: [Half]
  /// The groups of the clients that are not in the first.
  var groups: ClientStates<Int>
  /// What is remembered of clients.
  var memories = ClientStates<CodecMemory>()

  init(_ halves: [Half], groups: ClientStates<Int> = ClientStates()) {
    self.halves = halves
    self.groups = groups
  }

  /// The group of `client`.
  func group(of client: Int) -> Int { groups[client] ?? 0 }

  /// The half that serves `client`.
  func half(of client: Int) -> Half { halves[group(of: client)] }

  /// Keeps what is to be remembered of `client`.
  mutating func remember(_ memory: CodecMemory, of client: Int) {
    memories[client] = memory.vectors.isEmpty ? nil : memory
  }
}

/// Bytes or weights made from the others, and what is remembered from then on.
struct Remembering<Value> {
  var value: Value
  var memory: CodecMemory
}

extension CodecSide<any UpdateEncoder> {
  /// Encodes an update of the client that the occasion names.
  func encode(_ update: [Float], at occasion: Occasion) throws -> Remembering<Encoding> {
    var memory = memories[occasion.client] ?? CodecMemory()
    return Remembering(
      value: try half(of: occasion.client).encode(update, &memory, at: occasion), memory: memory)
  }

  mutating func follow(_ broadcast: Broadcast) {
    for index in halves.indices { halves[index].follow(broadcast) }
  }
}

extension CodecSide<any UpdateDecoder> {
  /// Decodes the body of an upload of the client that the occasion names.
  func decode(_ body: ArraySlice<UInt8>, at occasion: Occasion) throws -> Remembering<[Float]> {
    var memory = memories[occasion.client] ?? CodecMemory()
    return Remembering(value: try half(of: occasion.client).decode(body, &memory, at: occasion), memory: memory)
  }

  mutating func follow(_ broadcast: Broadcast) {
    for index in halves.indices { halves[index].follow(broadcast) }
  }
}
