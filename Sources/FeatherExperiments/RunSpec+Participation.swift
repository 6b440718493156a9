extension RunSpec {
  /// Clients that a round draws, in 1...clients; fewer take part where fewer are there.
  public var cohortSize: Int {
    let clients = partition.clients
    guard federation.cohort == 0 else { return min(clients, federation.cohort) }
    return min(clients, max(1, Int((federation.participation * Double(clients)).rounded())))
  }

  /// Whether who takes part is not said by `federation.participation` alone; records of rounds then say how many did.
  public var countsParticipants: Bool {
    federation.cohort > 0 || federation.availability.isGiven || federation.dropout > 0
  }

  /// A key that keeps clients from hearing every broadcast, and its value; nil where none does.
  var absence: (key: String, value: String)? {
    if federation.participation < 1 { return ("federation.participation", "\(federation.participation)") }
    if federation.cohort > 0, federation.cohort < partition.clients {
      return ("federation.cohort", "\(federation.cohort)")
    }
    if federation.availability.isGiven { return ("federation.availability", "\(federation.availability)") }
    return nil
  }

  /// Keys of participation that contradict each other.
  func participationContradictions() -> [SpecContradiction] {
    var found: [SpecContradiction] = []
    func refuse(_ keys: [String], _ message: String) {
      found.append(SpecContradiction(keys: keys.map { "federation.\($0)" }, message: message))
    }
    let (cohort, share) = (federation.cohort, federation.participation)
    if cohort > 0, share < 1 {
      refuse(
        ["cohort", "participation"],
        "federation.cohort is \(cohort) and federation.participation \(share), and both say how many clients take part; "
          + "leave one out")
    }
    if cohort > partition.clients {
      refuse(
        ["cohort"], "federation.cohort is \(cohort), but there are only \(partition.clients) clients")
    }
    if federation.sampling == .weighted, cohortSize == partition.clients {
      refuse(
        ["sampling"],
        "federation.sampling is weighted, but all clients take part in every round; lower federation.participation, "
          + "write federation.cohort, or leave sampling out")
    }
    return found
  }

  /// What counts twice, though it need not.
  var participationWarnings: [String] {
    guard federation.sampling == .weighted, federation.weighting == .samples else { return [] }
    return [
      "federation.sampling is weighted, and so is federation.weighting: clients with many samples count twice; "
        + "weighting: uniform counts them once"
    ]
  }
}
