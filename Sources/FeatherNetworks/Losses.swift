internal import FeatherTensors

/// The losses: value summed in Double, gradient with respect to the network's output in place of the output.
enum Losses {
  /// Softmax cross-entropy: replaces logits [rows, classes] by (softmax − one-hot) / rows.
  ///
  /// - Returns: the sum over the rows of −log softmax[label], and how many rows had their largest logit at the label.
  static func softmaxCrossEntropy(
    _ logits: UnsafeMutablePointer<Float>, labels: UnsafePointer<UInt8>, rows: Int, classes: Int
  ) -> (loss: Double, correct: Int) {
    var loss = 0.0
    var correct = 0
    let scale = 1 / Double(rows)
    for row in 0..<rows {
      let z = logits + row * classes
      let label = Int(labels[row])
      precondition(label < classes, "label \(label) in a network of \(classes) classes")
      let best = largest(z, classes)
      let top = Double(z[best])
      let logit = Double(z[label])
      var sum = 0.0
      for c in 0..<classes {
        let e = ReproducibleMath.exp(Double(z[c]) - top)
        sum += e
        z[c] = Float(e)
      }
      let factor = scale / sum
      for c in 0..<classes { z[c] = Float(Double(z[c]) * factor) }
      z[label] -= Float(scale)
      loss += sum.isFinite ? top - logit + ReproducibleMath.log(sum) : .nan
      correct += best == label ? 1 : 0
    }
    return (loss, correct)
  }

  /// Mean squared error: replaces outputs [rows, width] by 2 (output − target) / (rows · width).
  ///
  /// - Returns: the sum over rows and outputs of (output − target)².
  static func squaredError(
    _ outputs: UnsafeMutablePointer<Float>, targets: UnsafePointer<Float>, rows: Int, width: Int
  ) -> Double {
    let count = rows * width
    let scale = 2 / Float(count)
    var sum = 0.0
    for i in 0..<count {
      let difference = outputs[i] - targets[i]
      sum += Double(difference) * Double(difference)
      outputs[i] = difference * scale
    }
    return sum
  }

  /// The index of the largest element, the first one when several are.
  private static func largest(_ z: UnsafePointer<Float>, _ count: Int) -> Int {
    var best = 0
    for c in 1..<count where z[c] > z[best] { best = c }
    return best
  }
}
