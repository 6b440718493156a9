/// How convolutions are computed.
public enum ConvolutionAlgorithm: Hashable, Sendable, CaseIterable {
  /// Every product is formed; the fewest rounding errors.
  case direct
  /// As `auto`, but a network none of whose layers can be computed so is refused.
  case winograd
  /// Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2015, arXiv:1509.09308) for the layers that suit it: a quarter of the
  /// products, up to five times the rounding error, and the same bits on every processor.
  ///
  /// Layers suit that move 3x3 squares by one pixel and have at least 16 channels on both sides: a rule of shapes alone, so that
  /// results do not depend on the machine's mood.
  case auto
}
