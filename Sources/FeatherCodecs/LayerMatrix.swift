/// A layer's weights as a matrix within the parameter vector.
public struct LayerMatrix: Hashable, Sendable {
  /// The index of its first element.
  public var offset: Int
  /// Outputs.
  public var rows: Int
  /// Weights of each output.
  public var columns: Int
  /// Height and width of the image that the weights of an output lie on, once for each channel; nil where they lie on none.
  public var image: SIMD2<Int>?

  /// A matrix of the parameter vector.
  public init(offset: Int, rows: Int, columns: Int, image: SIMD2<Int>? = nil) {
    precondition(image.map { columns % ($0.x * $0.y) == 0 } ?? true, "an image per channel makes up the columns")
    self.offset = offset
    self.rows = rows
    self.columns = columns
    self.image = image
  }

  /// The weights that it covers.
  var range: Range<Int> { offset..<offset + rows * columns }
}
