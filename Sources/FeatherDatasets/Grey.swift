/// How a colour image is made grey; the image keeps its three channels, which are then equal.
public enum GreyConversion: String, CaseIterable, Sendable {
  /// The luminance of ITU-R BT.601, 0.299 R + 0.587 G + 0.114 B, in every channel.
  case luminance
  /// The red channel copied to the other two, as in the skewed split of FedMA (Wang et al. 2020, arXiv:2002.06440).
  case channelCopy = "channel-copy"
}

extension Dataset {
  /// All images made grey; labels and shape stay.
  ///
  /// To be applied before normalisation.
  /// - Throws: `DatasetError` when the images have no three channels.
  public func grey(_ conversion: GreyConversion) throws -> Dataset {
    try requireColour()
    return showing { conversion.apply(to: $0, samples: 0..<Int32(count), features: features) }
  }

  /// Refuses images that have no colour to take away.
  func requireColour() throws {
    guard channels == 3 else {
      throw DatasetError(
        "data set \(name): only images of three channels can be made grey, but these have shape \(imageShape); "
          + "use a colour data set")
    }
  }
}

extension GreyConversion {
  /// Makes some images grey; an image has `features` values, a third of them in each channel.
  func apply(to pixels: UnsafeMutableBufferPointer<Float>, samples: some Sequence<Int32>, features: Int) {
    let plane = features / 3
    for sample in samples {
      let start = Int(sample) * features
      for i in start..<start + plane {
        let grey =
          switch self {
          case .luminance: min(0.299 * pixels[i] + 0.587 * pixels[i + plane] + 0.114 * pixels[i + 2 * plane], 1)
          case .channelCopy: pixels[i]
          }
        pixels[i] = grey
        pixels[i + plane] = grey
        pixels[i + 2 * plane] = grey
      }
    }
  }
}
