public import FeatherDatasets
public import FeatherExperiments
public import FeatherFederation
import FeatherResults

/// The different divisions of samples among clients that a plan has.
public struct PlannedPartitions {
  /// One division, and how many cells have it.
  public struct Division {
    /// What decides it: the seed, the data set and the partition; all else is default.
    public let spec: RunSpec
    /// How many cells have it.
    public fileprivate(set) var cells = 1
  }

  /// In the order of the plan.
  public let divisions: [Division]

  /// The divisions of a plan's cells.
  public init(_ plan: Plan) {
    var places: [RunSpec: Int] = [:]
    var divisions: [Division] = []
    for cell in plan.cells {
      let spec = Self.deciding(cell.spec)
      if let place = places[spec] {
        divisions[place].cells += 1
      } else {
        places[spec] = divisions.count
        divisions.append(Division(spec: spec))
      }
    }
    self.divisions = divisions
  }

  /// Divides the samples, one division after another; a data set is kept until one needs another.
  ///
  /// - Throws: `DatasetError` when data are missing, before anything is divided, or cannot be divided as a spec asks.
  public func survey(
    in locations: DataLocations, _ each: (Division, PartitionSurvey) throws -> Void
  ) throws {
    for name in Set(divisions.map(\.spec.dataset.name.rawValue)).sorted() {
      try DatasetCatalogue.entry(named: name).requireFiles(in: locations)
    }
    var known: (spec: DatasetSpec, train: Dataset)?
    for division in divisions {
      let spec = division.spec
      if known?.spec != spec.dataset {
        known = nil
        known = (spec.dataset, try Assembly.data(spec.dataset, in: locations).train)
      }
      guard let train = known?.train else { continue }
      try each(
        division, PartitionSurvey(spec, train: train, partitionLists: try Worker.partitionLists(spec.partition)))
    }
  }

  /// The spec with nothing but what decides which samples a client has.
  private static func deciding(_ spec: RunSpec) -> RunSpec {
    var key = RunSpec()
    key.seed = spec.seed
    key.dataset = spec.dataset
    key.dataset.test = 1
    key.dataset.normalisation = .none
    key.partition = spec.partition
    return key
  }
}
