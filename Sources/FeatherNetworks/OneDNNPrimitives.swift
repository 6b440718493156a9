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

  fileprivate init(
    _ descriptor: UnsafeRawPointer, _ name: String, _ engine: OneDNNEngine, hint: dnnl_primitive_desc_t? = nil
  ) throws(NetworkError) {
    var raw: dnnl_primitive_desc_t?
    try check(dnnl_primitive_desc_create(&raw, descriptor, engine.attributes, engine.engine, hint), name)
    self.init(adopting: raw, name)
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
  var workspace: Layout { layout(dnnl_query_workspace_md) }
  var scratchpad: Layout { layout(dnnl_query_scratchpad_md) }
}

/// A convolution of a batch of images, in the sizes that the library asks for.
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

  /// Of the training kind for inference too: the other kind may be another kernel, with other bits.
  func forward(_ engine: OneDNNEngine) throws(NetworkError) -> OperationDescription {
    var descriptor = dnnl_convolution_desc_t()
    var source = try Layout(anyOf: source).raw
    var weights = try Layout(anyOf: weights).raw
    var bias = try Layout(plain: [destination[1]]).raw
    var destination = try Layout(anyOf: destination).raw
    try check(
      dnnl_convolution_forward_desc_init(
        &descriptor, dnnl_forward_training, dnnl_convolution_direct, &source,
        &weights, &bias, &destination, strides, paddings, paddings), title)
    return try OperationDescription(&descriptor, title, engine)
  }

  func backwardData(
    _ engine: OneDNNEngine, forward: borrowing OperationDescription
  ) throws(NetworkError) -> OperationDescription {
    var descriptor = dnnl_convolution_desc_t()
    var source = try Layout(anyOf: source).raw
    var weights = try Layout(anyOf: weights).raw
    var destination = try Layout(anyOf: destination).raw
    try check(
      dnnl_convolution_backward_data_desc_init(
        &descriptor, dnnl_convolution_direct, &source, &weights, &destination, strides, paddings, paddings), title)
    return try OperationDescription(&descriptor, title + ", backward", engine, hint: forward.raw)
  }

  func backwardWeights(
    _ engine: OneDNNEngine, forward: borrowing OperationDescription
  ) throws(NetworkError) -> OperationDescription {
    var descriptor = dnnl_convolution_desc_t()
    var source = try Layout(anyOf: source).raw
    var weights = try Layout(anyOf: weights).raw
    var bias = try Layout(plain: [destination[1]]).raw
    var destination = try Layout(anyOf: destination).raw
    try check(
      dnnl_convolution_backward_weights_desc_init(
        &descriptor, dnnl_convolution_direct, &source, &weights, &bias, &destination, strides, paddings, paddings),
      title)
    return try OperationDescription(&descriptor, title + ", gradient of its weights", engine, hint: forward.raw)
  }
}

/// A max-pool of a batch of images, in the sizes that the library asks for.
struct PoolSizes {
  let name: String
  let destination: [Int]
  let side: Int
  let stride: Int

  private var sides: [Int64] { [Int64](repeating: Int64(side), count: 2) }
  private var strides: [Int64] { [Int64](repeating: Int64(stride), count: 2) }

  func forward(
    _ engine: OneDNNEngine, source: Layout, forTraining: Bool
  ) throws(NetworkError) -> OperationDescription {
    let title = "\(name): a max-pool of \(source), side \(side), stride \(stride)"
    var descriptor = dnnl_pooling_desc_t()
    var source = source.raw
    var destination = try Layout(anyOf: destination).raw
    try check(
      dnnl_pooling_forward_desc_init(
        &descriptor, forTraining ? dnnl_forward_training : dnnl_forward_inference, dnnl_pooling_max, &source,
        &destination, strides, sides, [0, 0], [0, 0]), title)
    return try OperationDescription(&descriptor, title, engine)
  }

  func backward(
    _ engine: OneDNNEngine, forward: borrowing OperationDescription
  ) throws(NetworkError) -> OperationDescription {
    var descriptor = dnnl_pooling_desc_t()
    var source = forward.source.raw
    var destination = forward.destination.raw
    try check(
      dnnl_pooling_backward_desc_init(
        &descriptor, dnnl_pooling_max, &source, &destination, strides, sides, [0, 0], [0, 0]), forward.name)
    return try OperationDescription(&descriptor, forward.name + ", backward", engine, hint: forward.raw)
  }
}

extension OneDNNEngine {
  /// Copies one array to another of the same shape, from layout to layout.
  func reorder(from source: LaidOutArray, to destination: LaidOutArray) throws(NetworkError) -> Operation {
    var from = source.layout.raw
    var to = destination.layout.raw
    var raw: dnnl_primitive_desc_t?
    try check(
      dnnl_reorder_primitive_desc_create(&raw, &from, engine, &to, engine, attributes),
      "a copy of \(source.layout) between layouts")
    let description = OperationDescription(adopting: raw, "a copy of \(source.layout) between layouts")
    return try Operation(description, self, [(.source, source), (.destination, destination)])
  }
}
