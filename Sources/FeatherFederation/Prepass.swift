internal import FeatherCodecs
internal import FeatherExperiments
internal import FeatherNetworks
internal import FeatherTensors

/// A snapshot of a client's weights in the pre-pass.
struct Snapshot {
  let step: Int
  let weights: [Float]
  var isHeldOut = false
}

/// The pre-pass: every client trains alone from the initial global weights and keeps snapshots, the weights dataset
/// (arXiv:2108.05670).
enum Prepass {
  struct Outcome {
    let losses: [Double]
    var snapshots: [Snapshot]
  }

  /// The pre-pass of one client.
  static func run(
    _ spec: RunSpec, client: Int, indices: [Int32], from initial: [Float], training: LocalTraining
  ) throws -> Outcome {
    let batches = spec.training.stepsPerEpoch(indices.count)
    let total = batches * spec.prepass.epochs
    let cadence =
      switch spec.prepass.snapshotEvery {
      case .steps(let steps): steps
      case .epoch: batches
      }
    var snapshots: [Snapshot] = []
    let outcome = try training.train(
      client: client, indices: indices, from: initial, epochs: spec.prepass.epochs, purpose: .prepass
    ) { step, network in
      guard step % cadence == 0 || step == total else { return }
      snapshots.append(Snapshot(step: step, weights: network.parameterArray))
    }
    holdOut(&snapshots, spec, client: client)
    return Outcome(losses: outcome.losses, snapshots: snapshots)
  }

  /// Marks the held-out share, rounded down and drawn at random; at least one snapshot is left to fit.
  private static func holdOut(_ snapshots: inout [Snapshot], _ spec: RunSpec, client: Int) {
    let count = min(Int(spec.prepass.heldOut * Double(snapshots.count)), snapshots.count - 1)
    var stream = RandomStream(seed: spec.seed, purpose: .heldOut, client: client)
    for index in stream.permutation(snapshots.count).prefix(count) { snapshots[Int(index)].isHeldOut = true }
  }
}
