internal import CKernels

/// The losses: value summed in Double, gradient with respect to the network's output in place of the output.
enum Losses {
  /// Softmax cross-entropy: replaces logits [rows, classes] by (softmax − one-hot) / rows.
  ///
  /// - Returns: the sum over the rows of −log softmax[label], and how many rows had their largest logit at the label.
  static func softmaxCrossEntropy(
    _ logits: UnsafeMutablePointer<Float>, labels: UnsafePointer<UInt8>, rows: Int, classes: Int,
    _ kernels: Kernels = .best
  ) -> (loss: Double, correct: Int) {
    var largest: UInt8 = 0
    for row in 0..<rows { largest = max(largest, labels[row]) }
    precondition(largest < classes, "label \(largest) in a network of \(classes) classes")
    let score = kernels.pointee.softmax_cross_entropy(logits, labels, rows, classes)
    return (score.loss, score.correct)
  }

  /// Mean squared error: replaces outputs [rows, width] by 2 (output − target) / (rows · width).
  ///
  /// - Parameter targets: the addresses of the rows' targets.
  /// - Returns: the sum over rows and outputs of (output − target)².
  static func squaredError(
    _ outputs: UnsafeMutablePointer<Float>, targets: RowAddresses, rows: Int, width: Int
  ) -> Double {
    let scale = 2 / Float(rows * width)
    var sum = 0.0
    for row in 0..<rows {
      guard let target = targets[row] else { continue }
      let output = outputs + row * width
      for i in 0..<width {
        let difference = output[i] - target[i]
        sum += Double(difference) * Double(difference)
        output[i] = difference * scale
      }
    }
    return sum
  }
}
