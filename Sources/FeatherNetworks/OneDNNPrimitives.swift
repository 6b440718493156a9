internal import COneDNN

// Every oneDNN descriptor is made in this file: version 3 of the library makes them in another way.

/// What an operation will compute, with the layouts that the library chose for it.
struct OperationDescription: ~Copyable {
  let raw: dnnl_primitive_desc_t?
  let name: String

  fileprivate init(adopting raw: dnnl_primitive_desc_t?, _ name: String) {
    self.raw = raw
    self.name = name
  }

  deinit { dnnl_primitive_desc_destroy(raw) }

  private func layout(_ query: dnnl_query_t) -> Layout {
    Layout(dnnl_primitive_desc_query_md(raw, query, 0)?.pointee ?? dnnl_memory_desc_t())
  }

  var source: Layout { layout(dnnl_query_src_md) }
  var weights: Layout { layout(dnnl_query_weights_md) }
  var destination: Layout { layout(dnnl_query_dst_md) }
  var sourceGradient: Layout { layout(dnnl_query_diff_src_md) }
  var weightsGradient: Layout { layout(dnnl_query_diff_weights_md) }
  var destinationGradient: Layout { layout(dnnl_query_diff_dst_md) }
  var scratchpad: Layout { layout(dnnl_query_scratchpad_md) }
}

/// A convolution of a slice of images, every product of which is formed, in the sizes that the library asks for.
struct ConvolutionSizes {
  let name: String
  let source: [Int]
  let weights: [Int]
  let destination: [Int]
  let stride: Int
  let padding: Int

  private var strides: [Int64] { [Int64](repeating: Int64(stride), count: 2) }
  private var paddings: [Int64] { [Int64](repeating: Int64(padding), count: 2) }
  private var title: String {
    "\(name): a convolution of \(source) with \(weights), stride \(stride), padding \(padding)"
  }

  /// Whether the shapes suit Winograd's way; see `ConvolutionAlgorithm.auto`.
  var suitsWinograd: Bool { stride == 1 && weights.suffix(2) == [3, 3] && min(weights[0], weights[1]) >= 16 }

  /// Of the training kind for inference too: the other kind may be another kernel, with other bits.
  func forward(_ engine: OneDNNEngine) throws(NetworkError) -> OperationDescription {
    try make(title, engine, hint: nil) { arrays, descriptor in
      dnnl_convolution_forward_desc_init(
        &descriptor, dnnl_forward_training, dnnl_convolution_direct, &arrays.source, &arrays.weights, &arrays.bias,
        &arrays.destination, strides, paddings, paddings)
    }
  }

  func backwardData(
    _ engine: OneDNNEngine, forward: borrowing OperationDescription
  ) throws(NetworkError) -> OperationDescription {
    try make(title + ", backward", engine, hint: forward.raw) { arrays, descriptor in
      dnnl_convolution_backward_data_desc_init(
        &descriptor, dnnl_convolution_direct, &arrays.source, &arrays.weights, &arrays.destination, strides, paddings,
        paddings)
    }
  }

  func backwardWeights(
    _ engine: OneDNNEngine, forward: borrowing OperationDescription
  ) throws(NetworkError) -> OperationDescription {
    try make(title + ", gradient of its weights", engine, hint: forward.raw) { arrays, descriptor in
      dnnl_convolution_backward_weights_desc_init(
        &descriptor, dnnl_convolution_direct, &arrays.source, &arrays.weights, &arrays.bias, &arrays.destination,
        strides, paddings, paddings)
    }
  }

  /// What a pass reads and writes, or its gradients: images and weights in whatever layout the library likes best.
  private struct Arrays {
    var source: dnnl_memory_desc_t
    var weights: dnnl_memory_desc_t
    var bias: dnnl_memory_desc_t
    var destination: dnnl_memory_desc_t
  }

  private func make(
    _ title: String, _ engine: OneDNNEngine, hint: dnnl_primitive_desc_t?,
    _ describe: (inout Arrays, inout dnnl_convolution_desc_t) -> dnnl_status_t
  ) throws(NetworkError) -> OperationDescription {
    var arrays = Arrays(
      source: try Layout(anyOf: source).raw, weights: try Layout(anyOf: weights).raw,
      bias: try Layout(plain: [destination[1]]).raw, destination: try Layout(anyOf: destination).raw)
    var descriptor = dnnl_convolution_desc_t()
    var raw: dnnl_primitive_desc_t?
    try check(describe(&arrays, &descriptor), title)
    try check(dnnl_primitive_desc_create(&raw, &descriptor, engine.attributes, engine.engine, hint), title)
    return OperationDescription(adopting: raw, title)
  }
}

extension OneDNNEngine {
  /// Copies one array to another of the same shape, from layout to layout, for each of `slices` slices.
  func reorder(
    from source: LaidOutArray, to destination: LaidOutArray, slices: Int
  ) throws(NetworkError) -> Operation {
    var from = source.layout.raw
    var to = destination.layout.raw
    var raw: dnnl_primitive_desc_t?
    try check(
      dnnl_reorder_primitive_desc_create(&raw, &from, engine, &to, engine, attributes),
      "a copy of \(source.layout) between layouts")
    let description = OperationDescription(adopting: raw, "a copy of \(source.layout) between layouts")
    return try Operation(description, self, [(.source, source), (.destination, destination)], slices: slices)
  }
}
