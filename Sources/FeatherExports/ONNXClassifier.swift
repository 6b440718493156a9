import FeatherExperiments
import FeatherResults

extension ONNXModel {
  /// A run's classifier: pixels from 0 to 1 in, a number per class out, of which the largest is the answer.
  ///
  /// - Parameter parameters: all of its weights and biases.
  /// - Throws: `ExportError` when they are not those of the run's model.
  static func classifier(
    of run: ExportedRun, _ parameters: ArraySlice<Float>, rounds: Int, name: String
  ) throws -> ONNXModel {
    let image = run.spec.dataset.image
    var graph = ONNXGraph(
      "classifier", input: "pixels", shape: image.dimensions,
      "images of \(run.spec.dataset.name.rawValue), pixels from 0 to 1: [channels, height, width]")
    var x = try graph.normalised("pixels", by: run)
    var network = ONNXClassifier(run: run, parameters: parameters, slices: try run.layout()[...])
    for layer in run.spec.model.layers(for: run.spec.dataset) { x = try network.add(layer, of: x, to: &graph) }
    guard network.slices.isEmpty else {
      throw run.error("/weights/layout has more layers than its model; run it again")
    }
    graph.finish(x, as: "logits", width: run.spec.dataset.classes, "a number per class; softmax makes probabilities")
    let normalised = run.spec.dataset.normalisation == .none ? "" : " The graph normalises the pixels as training did."
    return ONNXModel(
      name: name, graph: graph,
      documentation: "The global model after \(rounds) rounds of run \(run.id) of Featherweight." + normalised,
      properties: run.properties(of: "classifier") + [("featherweight.rounds", "\(rounds)")])
  }
}

extension ONNXGraph {
  /// Adds what `dataset.normalisation` does to pixels: less the channel's mean, times 1 / its deviation rounded to float32, as in training.
  fileprivate mutating func normalised(_ pixels: String, by run: ExportedRun) throws(ExportError) -> String {
    guard run.spec.dataset.normalisation != .none else { return pixels }
    let mean = try run.array("/dataset/normalisation_mean").data.doubles.map { Float($0) }
    let scale = try run.array("/dataset/normalisation_deviation").data.doubles.map { Float(1 / $0) }
    let shape = [run.spec.dataset.image.channels, 1, 1]
    guard mean.count == shape[0], scale.count == shape[0] else {
      throw run.error("/dataset/normalisation_mean does not have a number per channel; run it again")
    }
    let centred = add("Sub", "centred", [pixels, constant("mean", shape, mean[...])])
    return add("Mul", "normalised", [centred, constant("scale", shape, scale[...])])
  }
}

/// The layers of a classifier, which take their parameters one after another.
private struct ONNXClassifier {
  let run: ExportedRun
  let parameters: ArraySlice<Float>
  /// Those that no layer has taken.
  var slices: ArraySlice<ParameterSlice>
  private var counts = (pools: 0, flattens: 0)

  init(run: ExportedRun, parameters: ArraySlice<Float>, slices: ArraySlice<ParameterSlice>) {
    self.run = run
    self.parameters = parameters
    self.slices = slices
  }

  /// Adds a layer under the name that `/weights/layout` has, or that it would have.
  mutating func add(_ layer: LayerSpec, of x: String, to graph: inout ONNXGraph) throws -> String {
    switch layer {
    case .dense(let outputs, let activation):
      let (name, weight, bias) = try constants(outputs, rank: 2, in: &graph)
      return graph.dense(x, name, weight: weight, bias: bias, activation)
    case .convolution(let channels, let kernel, let stride, let padding, let activation):
      let (name, weight, bias) = try constants(channels, rank: 4, in: &graph)
      let window = Self.window(kernel, stride) + [ONNXAttribute.integers("pads", [padding, padding, padding, padding])]
      return graph.activation(graph.add("Conv", name, [x, weight, bias], window), activation)
    case .maxPool(let size, let stride):
      counts.pools += 1
      return graph.add("MaxPool", "pool\(counts.pools)", [x], Self.window(size, stride))
    case .flatten:
      counts.flattens += 1
      return graph.add("Flatten", "flatten\(counts.flattens)", [x], [ONNXAttribute.integer("axis", 1)])
    }
  }

  private static func window(_ side: Int, _ stride: Int) -> [Onnx_AttributeProto] {
    [ONNXAttribute.integers("kernel_shape", [side, side]), ONNXAttribute.integers("strides", [stride, stride])]
  }

  /// The next layer's weight and bias.
  private mutating func constants(
    _ outputs: Int, rank: Int, in graph: inout ONNXGraph
  ) throws -> (name: String, weight: String, bias: String) {
    guard slices.count >= 2, let weight = slices.popFirst(), let bias = slices.popFirst(),
      weight.shape.count == rank, weight.shape[0] == outputs, bias.shape == [outputs]
    else { throw run.error("/weights/layout does not have the layers of its model; run it again") }
    return (
      String(weight.name.prefix { $0 != "." }), try constant(weight, in: &graph), try constant(bias, in: &graph)
    )
  }

  private func constant(_ slice: ParameterSlice, in graph: inout ONNXGraph) throws -> String {
    let count = slice.shape.reduce(1, *)
    guard slice.offset >= 0, slice.offset + count <= parameters.count else {
      throw run.error("/weights/global has fewer parameters than /weights/layout says; run it again")
    }
    return graph.constant(slice.name, slice.shape, parameters.dropFirst(slice.offset).prefix(count))
  }
}
