internal import FeatherTensors

/// How a client sees its samples where they are not shown as they are.
public enum ClientView: Equatable, Sendable {
  /// As they are.
  case plain
  /// Some of them, by index into the training set, ascending, without colour.
  case grey(samples: [Int32], conversion: GreyConversion)
  /// All of them with Gaussian noise of this standard deviation added to every value; not clipped to 0...1.
  ///
  /// The noise of a value is a function of the seed, the client, the sample and its place.
  case noisy(deviation: Double, seed: UInt64)
}

/// What a federation trains on and is scored on, after views and normalisation.
public struct PreparedData: Sendable {
  /// The training samples as their clients see them; indices and labels are those of the data set.
  public let train: Dataset
  /// The test samples as they are, in colour where the data set has colour.
  public let test: Dataset
  /// The same test samples without colour; nil where no client's view is grey.
  public let greyTest: Dataset?
  /// What was subtracted and divided by; nil without normalisation.
  public let statistics: ChannelStatistics?
}

extension Partition {
  /// The training samples as their clients see them.
  ///
  /// Where a view is not plain, a sample belongs to one client at most, so it is replaced in place: indices stay, and no copy is made where every
  /// view is plain.
  /// - Parameter data: the data set that was divided, before normalisation.
  /// - Throws: `DatasetError` when images without colour are to be made grey.
  public func seen(_ data: Dataset) throws -> Dataset {
    guard views.contains(where: { $0 != .plain }) else { return data }
    if greyConversion != nil { try data.requireColour() }
    return data.showing { show(in: $0, features: data.features) }
  }

  fileprivate func show(in pixels: UnsafeMutableBufferPointer<Float>, features: Int) {
    for (client, view) in views.enumerated() {
      switch view {
      case .plain: break
      case .grey(let samples, let conversion): conversion.apply(to: pixels, samples: samples, features: features)
      case .noisy(let deviation, let seed):
        for sample in samples(of: client) {
          var stream = RandomStream(
            seed: seed, purpose: .partition, client: client, round: Int(sample), lane: Self.noiseLane)
          let start = Int(sample) * features
          for i in start..<start + features { pixels[i] += Float(deviation * stream.normal()) }
        }
      }
    }
  }

  /// How the grey samples of any client are made grey; nil where none is.
  public var greyConversion: GreyConversion? {
    for case .grey(_, let conversion) in views { return conversion }
    return nil
  }

  /// How many samples each client sees in grey, shape [clients].
  public var greyCounts: [Int] { (0..<count).map(greyCount) }

  /// How many samples a client sees in grey.
  public func greyCount(of client: Int) -> Int {
    guard views.indices.contains(client), case .grey(let samples, _) = views[client] else { return 0 }
    return samples.count
  }

  /// The standard deviation of the noise that a client sees on its samples; 0 where it sees none.
  public func noiseDeviation(of client: Int) -> Double {
    guard views.indices.contains(client), case .noisy(let deviation, _) = views[client] else { return 0 }
    return deviation
  }
}

extension DatasetSplits {
  /// Shows every client its view, adds the grey test set where a view is grey, then normalises.
  ///
  /// The numbers of the normalisation are those of the training images as they are, before any view, so that they do not
  /// depend on how the images are divided.
  /// - Throws: `DatasetError` when images without colour are to be made grey.
  public func prepared(for partition: Partition, normalisation: Normalisation = .none) throws -> PreparedData {
    let grey = try partition.greyConversion.map { try test.grey($0) }
    guard normalisation == .perChannel else {
      return PreparedData(train: try partition.seen(train), test: test, greyTest: grey, statistics: nil)
    }
    if grey != nil { try train.requireColour() }
    let statistics = train.channelStatistics()
    // One copy for both changes: training images are the largest thing in memory.
    let seen = train.showing { pixels in
      partition.show(in: pixels, features: train.features)
      statistics.apply(to: pixels, plane: train.features / train.channels)
    }
    return PreparedData(
      train: seen, test: test.normalised(by: statistics), greyTest: grey?.normalised(by: statistics),
      statistics: statistics)
  }
}
