import FeatherDatasets
import FeatherExperiments
import FeatherFederation
import FeatherTensors

/// Something to measure; made ready once, then repeated.
protocol Workload: AnyObject {
  /// Does it once. Every repetition is the same work.
  func repetition() throws -> Repetition
  /// Writes what others need to do the same work; workloads without peers write nothing.
  func dump(to folder: DumpFolder) throws
}

extension Workload {
  func dump(to folder: DumpFolder) throws {}
}

/// What bounds a workload, per unit of its work.
enum Bound: Sendable {
  /// Floating-point operations that the mathematics asks for.
  case arithmetic(Double)
  /// Bytes that must cross between memory and processor.
  case memory(Double)
  /// Nothing that is measured here.
  case none
}

/// A workload in the list of all.
struct Entry: Sendable {
  let name: String
  let about: String
  /// What is counted, such as `steps`; `bytes` are shown as GB.
  let unit: String
  let bound: Bound
  /// Whether it uses all threads of the team.
  var usesTeam = false
  /// Whether it is measured only when it is named.
  var isNamed = false
  /// Why this machine cannot do it; nil where it can.
  var missing: String?
  let make: @Sendable (Setting) throws -> any Workload
}

/// What all workloads share.
final class Setting {
  /// The threads of workloads that use several.
  let team: ThreadTeam
  /// Of workloads that use one.
  let alone = ThreadTeam.single
  private let locations: DataLocations?

  init(data: String?, threads: Int) {
    team = ThreadTeam(threads: threads)
    locations = data.map { DataLocations(commandLine: $0, environment: [:]) }
  }

  /// The name of the digits in use.
  var dataName: String { digitsSpec.name.rawValue }

  /// 60,000 and 10,000 digits: MNIST where it was given.
  var digitsSpec: DatasetSpec {
    var spec = DatasetSpec()
    spec.name = locations == nil ? .syntheticDigits : .mnist
    return spec
  }

  /// The digits, loaded when first asked for.
  private(set) lazy var digits = Result { try images(digitsSpec) }

  /// Whether others have them already.
  var digitsAreDumped = false

  /// The images of a spec.
  func images(_ spec: DatasetSpec) throws -> DatasetSplits {
    try Assembly.data(spec, in: locations ?? DataLocations(commandLine: nil, environment: [:]))
  }
}
