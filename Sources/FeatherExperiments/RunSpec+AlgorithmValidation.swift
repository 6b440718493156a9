extension RunSpec {
  /// What an algorithm presumes and the configuration does not have.
  func algorithmContradictions() -> [SpecContradiction] {
    var found: [SpecContradiction] = []
    func add(_ keys: [String], _ message: String) {
      found.append(SpecContradiction(keys: keys + ["federation.algorithm"], message: message))
    }
    let algorithm = federation.algorithm
    if algorithm == .scaffold, training.optimizer != .sgd || training.momentum > 0 {
      let key = training.optimizer == .sgd ? "training.momentum" : "training.optimizer"
      add(
        [key],
        "federation.algorithm scaffold takes a client's mean gradient from how far plain SGD came, so \(key) has no place in it; "
          + "write optimizer: sgd and momentum: 0")
    }
    if algorithm == .fednova, training.optimizer != .sgd {
      add(
        ["training.optimizer"],
        "federation.algorithm fednova counts steps whose gradients add up, which those of \(training.optimizer.rawValue) do not; "
          + "write optimizer: sgd")
    }
    if algorithm == .scaffold, federation.compressVariates {
      if codec.isFitted {
        add(
          ["federation.compressVariates", "codec.name"],
          "federation.compressVariates: \(codec.name) is fitted on weights and knows nothing of control variates; "
            + "choose a codec that needs no fit, or write false")
      }
      if [.trajectory, .cosineTrajectory].contains(addOns.transform) {
        add(
          ["federation.compressVariates", "codec.transform"],
          "federation.compressVariates: codec.transform \(addOns.transform.rawValue) follows the global model, which control "
            + "variates do not; write basis: cosine, or compressVariates: false")
      }
      if codec == .identity, quantise == nil, !addOns.deflate {
        add(
          ["federation.compressVariates", "codec.name"],
          "federation.compressVariates has nothing to do: identity sends float32 either way; choose another codec")
      }
    }
    return found
  }
}
