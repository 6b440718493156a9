/// What is kept of clients between rounds, by client; clients of whom there is nothing to keep take no memory.
struct ClientStates<State> {
  private var states: [Int: State]

  init(_ states: [Int: State] = [:]) { self.states = states }

  subscript(client: Int) -> State? {
    get { states[client] }
    set { states[client] = newValue }
  }

  /// Whether nothing is kept of anyone.
  var isEmpty: Bool { states.isEmpty }

  /// The clients of whom something is kept, ascending: dictionaries have no order.
  var clients: [Int] { states.keys.sorted() }
}

extension ClientStates: Sendable where State: Sendable {}

extension ClientStates: Archivable where State: Archivable {
  func write(to archive: inout ArchiveWriter) {
    let clients = clients
    archive.put(clients, clients.compactMap { states[$0] })
  }

  init(from archive: inout ArchiveReader) throws {
    let clients: [Int] = try archive.get()
    let values: [State] = try archive.get()
    guard clients.count == values.count, Set(clients).count == clients.count else { throw ArchiveReader.unreadable }
    self.init(Dictionary(uniqueKeysWithValues: zip(clients, values)))
  }
}
