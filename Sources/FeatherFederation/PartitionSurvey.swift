public import FeatherDatasets
public import FeatherExperiments

/// How the training samples of a spec are divided among its clients, without training anything.
public struct PartitionSurvey: Sendable {
  /// The number of clients.
  public let clients: Int
  /// Whether each client draws its own samples, so that clients share them.
  public let isDrawn: Bool
  /// Samples per class, shape [client, class]: of all clients; of those that draw their own, of the first thousand.
  public let histograms: [[Int]]
  /// Mean total variation distance between a client's label distribution and that of all, weighted by samples.
  public let labelSkew: Double

  /// Divides the samples as a run of the spec would.
  ///
  /// - Parameters:
  ///   - train: the training images of the spec's data set.
  ///   - partitionLists: as in `Federation.init`.
  /// - Throws: `DatasetError` when the data cannot be divided as the spec asks.
  public init(_ spec: RunSpec, train: Dataset, partitionLists: [[Int]]? = nil) throws {
    let partition = try Assembly.partition(spec.partition, of: train, seed: spec.seed, lists: partitionLists)
    clients = partition.count
    isDrawn = partition.isDrawn
    histograms = partition.labelHistograms(labels: train.labels, classes: train.classes)
    labelSkew = Partition.labelSkew(of: histograms)
  }
}
