import FeatherCodecs
import FeatherTensors

/// The fit of principal components to the snapshots of a large model.
final class PrincipalWorkload: Workload {
  private static let count = 50
  private static let parameters = 550_570
  private let snapshots: SnapshotSet
  private let codec = PCACodec(parameters: PrincipalWorkload.parameters, latent: 32)
  private let team: ThreadTeam

  init(_ setting: Setting) {
    team = setting.team
    snapshots = SnapshotSet(
      fitted: (0..<Self.count).map { number in
        var stream = RandomStream(seed: 1, purpose: .codec, round: number)
        return (0..<Self.parameters).map { _ in stream.uniformFloat() - 0.5 }
      }, heldOut: [])
  }

  func repetition() throws -> Repetition {
    var loss: [Double] = []
    let seconds = try Measurement.seconds {
      loss = try codec.fit(snapshots, FitKey(seed: 1, client: 0), team: team).trainLoss
    }
    return Repetition(seconds: seconds, units: 1, check: loss)
  }
}
