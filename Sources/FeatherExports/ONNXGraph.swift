import FeatherExperiments

/// A constant of a graph; float32 values stay where they lie.
struct ONNXConstant {
  /// The elements.
  enum Values {
    case floats(ArraySlice<Float>)
    case integers([Int])
  }

  let name: String
  let shape: [Int]
  let values: Values
}

/// A graph in the making: its nodes in order, and the constants that they read.
///
/// Every node has one output, which is called as the node is, but for `Split`. Operators are those of opset 13.
struct ONNXGraph {
  static let opset = 13

  private(set) var proto = Onnx_GraphProto()
  private(set) var constants: [ONNXConstant] = []

  /// A graph with one input of float32, shape [batch] + `shape`.
  init(_ name: String, input: String, shape: [Int], _ documentation: String) {
    proto.name = name
    proto.input = [Self.value(input, shape, documentation)]
  }

  /// Adds a node.
  ///
  /// - Returns: the name of its output.
  mutating func add(
    _ operation: String, _ name: String, _ inputs: [String], _ attributes: [Onnx_AttributeProto] = []
  ) -> String {
    add(operation, name, inputs, outputs: [name], attributes)
    return name
  }

  private mutating func add(
    _ operation: String, _ name: String, _ inputs: [String], outputs: [String], _ attributes: [Onnx_AttributeProto]
  ) {
    var node = Onnx_NodeProto()
    node.opType = operation
    node.name = name
    node.input = inputs
    node.output = outputs
    node.attribute = attributes
    proto.node.append(node)
  }

  /// Adds a constant.
  ///
  /// - Returns: its name.
  mutating func constant(_ name: String, _ shape: [Int], _ values: ArraySlice<Float>) -> String {
    constants.append(ONNXConstant(name: name, shape: shape, values: .floats(values)))
    return name
  }

  /// Adds a vector of integers.
  mutating func constant(_ name: String, _ values: [Int]) -> String {
    constants.append(ONNXConstant(name: name, shape: [values.count], values: .integers(values)))
    return name
  }

  /// Adds a fully connected layer: activation(x · Wᵀ + b), or activation(x · W + b) where `isTransposed`.
  mutating func dense(
    _ x: String, _ name: String, weight: String, isTransposed: Bool = false, bias: String?, _ activation: ActivationName
  ) -> String {
    let attributes = isTransposed ? [] : [ONNXAttribute.integer("transB", 1)]
    let product = add("Gemm", name, [x, weight] + (bias.map { [$0] } ?? []), attributes)
    return self.activation(product, activation)
  }

  /// Adds what follows a layer; nothing where that is linear.
  mutating func activation(_ x: String, _ activation: ActivationName) -> String {
    let name = "\(x).\(activation.rawValue)"
    switch activation {
    case .linear: return x
    case .relu: return add("Relu", name, [x])
    case .leakyRelu: return add("LeakyRelu", name, [x], [ONNXAttribute.real("alpha", 0.01)])
    case .tanh: return add("Tanh", name, [x])
    case .sigmoid: return add("Sigmoid", name, [x])
    }
  }

  /// Adds slices of `lengths` columns that follow each other.
  mutating func split(_ x: String, _ name: String, lengths: [Int]) -> [String] {
    guard lengths.count > 1 else { return [x] }
    let outputs = lengths.indices.map { "\(name).\($0)" }
    let lengths = constant("\(name).lengths", lengths)
    add("Split", name, [x, lengths], outputs: outputs, [ONNXAttribute.integer("axis", 1)])
    return outputs
  }

  /// Adds the columns of several matrices side by side.
  mutating func joined(_ columns: [String], _ name: String) -> String {
    columns.count > 1 ? add("Concat", name, columns, [ONNXAttribute.integer("axis", 1)]) : columns[0]
  }

  /// Adds the same numbers in rows of `width`.
  mutating func rows(_ x: String, _ name: String, width: Int) -> String {
    add("Reshape", name, [x, constant("\(name).shape", [-1, width])])
  }

  /// Names the value of the last node as the graph's output.
  mutating func finish(_ value: String, as output: String, width: Int, _ documentation: String) {
    for index in proto.node.indices where proto.node[index].output == [value] { proto.node[index].output = [output] }
    proto.output = [Self.value(output, [width], documentation)]
  }

  private static func value(_ name: String, _ shape: [Int], _ documentation: String) -> Onnx_ValueInfoProto {
    var tensor = Onnx_TypeProto.Tensor()
    tensor.elemType = Int32(Onnx_TensorProto.DataType.float.rawValue)
    var batch = Onnx_TensorShapeProto.Dimension()
    batch.dimParam = "batch"
    tensor.shape.dim = [batch]
    for size in shape {
      var dimension = Onnx_TensorShapeProto.Dimension()
      dimension.dimValue = Int64(size)
      tensor.shape.dim.append(dimension)
    }
    var value = Onnx_ValueInfoProto()
    value.name = name
    value.type.tensorType = tensor
    value.docString = documentation
    return value
  }
}

/// Attributes of nodes.
enum ONNXAttribute {
  static func integer(_ name: String, _ value: Int) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    attribute.name = name
    attribute.type = .int
    attribute.i = Int64(value)
    return attribute
  }

  static func real(_ name: String, _ value: Float) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    attribute.name = name
    attribute.type = .float
    attribute.f = value
    return attribute
  }

  static func integers(_ name: String, _ values: [Int]) -> Onnx_AttributeProto {
    var attribute = Onnx_AttributeProto()
    attribute.name = name
    attribute.type = .ints
    attribute.ints = values.map(Int64.init)
    return attribute
  }
}
