/// Small files in MNIST's layout, sound ones and others.
struct IDXFiles: Sendable {
  var train = 20
  var test = 10
  var side = 28
  var imageMagic: UInt32 = 0x0803
  var label: @Sendable (Int) -> UInt8 = { UInt8($0 % 10) }
  /// Labels of the training part; nil for as many as there are images.
  var trainLabels: Int?

  static let names = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
  ]

  private static func header(_ values: [Int]) -> [UInt8] {
    values.flatMap { value in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
  }

  private func images(_ count: Int) -> [UInt8] {
    Self.header([Int(imageMagic), count, side, side])
      + (0..<count * side * side).map { UInt8(truncatingIfNeeded: $0 * 37) }
  }

  private func labels(_ count: Int) -> [UInt8] { Self.header([0x0801, count]) + (0..<count).map(label) }

  /// Writes the four files into `data/mnist`.
  func write(into sandbox: Sandbox) throws {
    let contents = [images(train), labels(trainLabels ?? train), images(test), labels(test)]
    for (name, bytes) in zip(Self.names, contents) { try sandbox.write(bytes, to: "data/mnist/\(name)") }
  }

  /// Compresses the training images with the `gzip` of the system.
  static func compress(in sandbox: Sandbox) throws {
    let gzip = try sandbox.start(["-n", "data/mnist/\(names[0])"], program: "/bin/gzip").wait()
    guard gzip.status == 0 else { throw SandboxError(description: "gzip: \(gzip.stderr)") }
  }
}
