internal import CKernels
internal import FeatherTensors

/// The parameters, the optimiser's state and the workspaces of an autoencoder, and the passes that make up a step.
///
/// Blocks are shared among the team's threads; what blocks have in common is summed afterwards, block 0 first.
struct AutoencoderPasses: ~Copyable {
  typealias Rows = ArraySlice<UnsafePointer<Float>?>

  let parameters: AlignedBuffer
  let first: AlignedBuffer
  let second: AlignedBuffer
  private let workspace: AlignedBuffer
  private let layout: AutoencoderLayout
  private let batch: Int
  private let team: ThreadTeam
  private let instructions: fw_instruction_set

  init(_ architecture: Architecture, moments: Int, batch: Int, team: ThreadTeam, instructions: fw_instruction_set) {
    precondition(batch > 0, "a batch has at least one row")
    precondition(
      architecture.inputs == architecture.outputs && architecture.denseLayers.count > 1
        && architecture.denseLayers.count == architecture.layers.count
        && architecture.denseLayers.last?.activation == .linear,
      "an autoencoder has dense layers to and from a latent, and gives back its input by a linear last one")
    let count = architecture.parameterCount
    parameters = AlignedBuffer(count: count)
    first = AlignedBuffer(count: moments > 0 ? count : 0)
    second = AlignedBuffer(count: moments > 1 ? count : 0)
    layout = AutoencoderLayout(architecture, batch: batch)
    workspace = AlignedBuffer(count: layout.count)
    self.batch = batch
    self.team = team
    self.instructions = instructions
  }

  /// Keeps the parameters alone.
  consuming func finish() -> AlignedBuffer { parameters }

  // MARK: Whole steps

  /// Computes the first layer's shares of the outputs for `rows`, which `step` or `compare` then needs.
  func enter(_ rows: Rows) {
    passColumns(of: 0, computing: rows)
  }

  /// Takes a step for `rows`, which were entered, and enters `next`, which may be empty.
  ///
  /// - Returns: the sum of the squared errors before the step.
  func step(_ rows: Rows, before next: Rows, by step: fw_step) -> Double {
    forwardHidden(rows: rows.count)
    let squares = passOutputs(rows: rows.count, by: step)
    for number in layout.layers.indices.dropLast().reversed() {
      if number > 0 {
        passColumns(of: number, stepping: hiddenRows(of: number, count: rows.count), by: step)
      } else {
        passColumns(of: 0, stepping: rows, by: step, computing: next)
      }
      var layer = layer(number)
      withUnsafePointer(to: step) { fw_bias_step(&layer, $0, floats(layout.layers[number].delta), lanes(rows.count)) }
      if number > 0 { turnGradient(of: number, rows: rows.count, from: layout.gradient) }
    }
    return squares
  }

  /// The sum of the squared errors of the rows that were entered.
  func compare(rows: Int) -> Double {
    forwardHidden(rows: rows)
    return passOutputs(rows: rows, by: nil)
  }

  /// From the first layer's shares to what the last layer sees.
  private func forwardHidden(rows: Int) {
    for number in layout.layers.indices.dropLast() {
      if number > 0 { passColumns(of: number, computing: hiddenRows(of: number, count: rows)) }
      combineOutputs(of: number, rows: rows)
    }
  }

  // MARK: Blocks

  /// Runs over a layer's weights by blocks of columns: takes the step for some rows, then computes outputs of others.
  private func passColumns(of number: Int, stepping: Rows = [], by step: fw_step = fw_step(), computing: Rows = []) {
    let layer = layout.layers[number]
    stepping.withUnsafeBufferPointer { stepping in
      computing.withUnsafeBufferPointer { computing in
        team.forEach(layer.blocks.count) { block in
          let (begin, end) = layer.blocks[block]
          var pass = fw_columns()
          pass.layer = self.layer(number)
          (pass.begin, pass.end, pass.part) = (begin, end, layout.columnsAtATime)
          if !stepping.isEmpty {
            pass.step = step
            pass.stepped = batch(stepping, as: layer.lanes)
            pass.delta = UnsafePointer(floats(layer.delta))
            if number > 0 { pass.input_gradient = floats(layout.gradient) }
          }
          if !computing.isEmpty {
            pass.computed = batch(computing, as: layer.lanes)
            pass.output = floats(layout.shares) + block * layer.outputs * lanes(computing.count)
            pass.gathers = number == 0
          }
          fw_columns_pass(instructions, &pass)
        }
      }
    }
  }

  /// Runs over the last layer's weights by blocks of outputs, with a step or without, and leaves the gradient at the layer before.
  ///
  /// - Returns: the sum of the squared errors.
  private func passOutputs(rows: Int, by step: fw_step?) -> Double {
    let number = layout.layers.count - 1
    let layer = layout.layers[number]
    let share = rows * AutoencoderLayout.padded(layer.inputs)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: layer.blocks.count) { squares in
      hiddenRows(of: number, count: rows).withUnsafeBufferPointer { input in
        team.forEach(layer.blocks.count) { block in
          let (begin, end) = layer.blocks[block]
          var pass = fw_outputs()
          pass.layer = self.layer(number)
          (pass.begin, pass.end) = (begin, end)
          pass.batch = batch(input, as: layer.lanes)
          pass.target = UnsafePointer(floats(layout.layers[0].lanes))
          pass.slope = 2 / Float(rows * layer.outputs)
          pass.delta = floats(layer.delta) + block * AutoencoderLayout.tile * lanes(rows)
          pass.input_gradient = floats(layout.shares) + block * share
          pass.step = step ?? fw_step()
          pass.steps = step != nil
          squares[block] = fw_outputs_pass(instructions, &pass)
        }
      }
      if step != nil {
        addShares(layer.blocks.count, of: share, to: floats(layout.shares), from: 1)
        turnGradient(of: number, rows: rows, from: layout.shares)
      }
      return squares.reduce(0, +)
    }
  }

  // MARK: Between layers

  /// Sums the blocks' shares of a layer's outputs on top of its biases, and makes of them what the next layer sees.
  private func combineOutputs(of number: Int, rows: Int) {
    let layer = layout.layers[number]
    let next = layout.layers[number + 1]
    let width = lanes(rows)
    let sum = floats(next.lanes)
    let bias = parameters.base + layer.weight + layer.outputs * layer.inputs
    for output in 0..<layer.outputs { (sum + output * width).update(repeating: bias[output], count: width) }
    addShares(layer.blocks.count, of: layer.outputs * width, to: sum, from: 0)
    ElementwiseKernels.apply(layer.activation, sum, count: layer.outputs * width)
    let plain = floats(next.rows)
    for row in 0..<rows {
      for output in 0..<layer.outputs { plain[row * layer.outputs + output] = sum[output * width + row] }
    }
  }

  /// Adds shares from number `start` on, each of `count` floats.
  private func addShares(_ shares: Int, of count: Int, to sum: UnsafeMutablePointer<Float>, from start: Int) {
    for number in start..<shares {
      let share = floats(layout.shares) + number * count
      for i in 0..<count { sum[i] += share[i] }
    }
  }

  /// Makes of the gradient at a layer's inputs, rows at `place`, the gradient at the outputs of the layer before, before its activation.
  private func turnGradient(of number: Int, rows: Int, from place: Int) {
    let previous = layout.layers[number - 1]
    let layer = layout.layers[number]
    let width = lanes(rows)
    let stride = AutoencoderLayout.padded(layer.inputs)
    let gradient = floats(place)
    let delta = floats(previous.delta)
    for input in 0..<layer.inputs {
      for row in 0..<rows { delta[input * width + row] = gradient[row * stride + input] }
      for row in rows..<width { delta[input * width + row] = 0 }
    }
    ElementwiseKernels.applyDerivative(
      previous.activation, delta: delta, output: floats(layer.lanes), count: layer.inputs * width)
  }

  // MARK: Places

  private func floats(_ place: Int) -> UnsafeMutablePointer<Float> { workspace.base + place }

  private func lanes(_ rows: Int) -> Int { AutoencoderLayout.padded(rows) }

  /// Where a hidden layer's inputs lie as rows.
  private func hiddenRows(of number: Int, count: Int) -> Rows {
    let layer = layout.layers[number]
    return (0..<count).map { UnsafePointer(floats(layer.rows) + $0 * layer.inputs) }[...]
  }

  private func layer(_ number: Int) -> fw_trained_layer {
    let layer = layout.layers[number]
    // A rule without a state never touches it.
    return fw_trained_layer(
      weight: parameters.base + layer.weight, first: first.count == 0 ? first.base : first.base + layer.weight,
      second: second.count == 0 ? second.base : second.base + layer.weight, outputs: layer.outputs,
      inputs: layer.inputs)
  }

  private func batch(_ rows: UnsafeBufferPointer<UnsafePointer<Float>?>, as lanes: Int) -> fw_batch {
    fw_batch(input: rows.baseAddress, lanes: floats(lanes), count: rows.count, width: self.lanes(rows.count))
  }
}
