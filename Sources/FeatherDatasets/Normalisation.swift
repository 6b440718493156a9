internal import FeatherTensors

/// How pixel values are scaled before training.
public enum Normalisation: String, CaseIterable, Sendable {
  /// Not at all: 0...1.
  case none
  /// Each channel minus its mean over its standard deviation.
  case perChannel
}

/// Mean and standard deviation of each channel.
public struct ChannelStatistics: Equatable, Sendable {
  /// The mean of each channel, shape [channels].
  public let mean: [Double]
  /// The standard deviation of each channel (divisor n), shape [channels]; 1 for a channel that is constant.
  public let deviation: [Double]

  /// Takes numbers that are known.
  public init(mean: [Double], deviation: [Double]) {
    precondition(mean.count == deviation.count && deviation.allSatisfy { $0 > 0 }, "deviations are positive")
    self.mean = mean
    self.deviation = deviation
  }
}

extension Dataset {
  /// Mean and standard deviation of each channel, summed in Double, sample 0 first; the mean first, then the deviations.
  public func channelStatistics() -> ChannelStatistics {
    let plane = features / channels
    let n = Double(count * plane)
    func sum(_ channel: Int, _ term: (Double) -> Double) -> Double {
      images.withUnsafeBufferPointer { pixels in
        var total = 0.0
        for sample in 0..<count {
          let start = sample * features + channel * plane
          for i in start..<start + plane { total += term(Double(pixels[i])) }
        }
        return total
      }
    }
    let mean = (0..<channels).map { sum($0) { $0 } / n }
    let deviation = (0..<channels).map { channel in
      let centre = mean[channel]
      return (sum(channel) { ($0 - centre) * ($0 - centre) } / n).squareRoot()
    }
    return ChannelStatistics(mean: mean, deviation: deviation.map { $0 > 0 ? $0 : 1 })
  }

  /// Each value minus its channel's mean over its channel's deviation, computed in Float.
  public func normalised(by statistics: ChannelStatistics) -> Dataset {
    precondition(statistics.mean.count == channels, "statistics of \(statistics.mean.count) channels for \(channels)")
    return showing { statistics.apply(to: $0, plane: features / channels) }
  }
}

extension ChannelStatistics {
  /// Scales images whose channels have `plane` values each.
  func apply(to pixels: UnsafeMutableBufferPointer<Float>, plane: Int) {
    for row in 0..<pixels.count / plane {
      let centre = Float(mean[row % mean.count])
      let scale = Float(1 / deviation[row % mean.count])
      for i in row * plane..<(row + 1) * plane { pixels[i] = (pixels[i] - centre) * scale }
    }
  }
}

extension DatasetSplits {
  /// Both parts scaled by the numbers of the training images; the parts themselves and no numbers for `none`.
  public func normalised(_ normalisation: Normalisation) -> (splits: DatasetSplits, statistics: ChannelStatistics?) {
    switch normalisation {
    case .none: return (self, nil)
    case .perChannel:
      let statistics = train.channelStatistics()
      let splits = DatasetSplits(train: train.normalised(by: statistics), test: test.normalised(by: statistics))
      return (splits, statistics)
    }
  }
}
