import Foundation
import Testing

@testable import FeatherExperiments

private func model(_ layers: String, dataset: String = "cifar10") -> String {
  "base: {dataset: {name: \(dataset)}, model: {name: layers, layers: \(layers)}}"
}

@Suite("Lists of layers")
struct LayerListTests {
  /// PyTorch's answer to a list of layers.
  struct Case: Decodable {
    var input: [Int]
    var layers: String
    var shapes: [[Int]]
    var parameters: Int?
  }

  @Test("shapes, parameters and refusals are PyTorch's")
  func pyTorch() throws {
    let cases = try JSONDecoder().decode([Case].self, from: Data(fixture("layer_shapes.json").utf8))
    #expect(cases.count == 60)
    for entry in cases {
      let node = try #require(try SpecNode.parse(entry.layers, file: "layers"))
      let layers = try SpecKind<[LayerSpec]>.layers.checked(node, "model.layers")
      #expect(LayerSpec.parameters(of: layers, input: entry.input) == entry.parameters)
      do {
        let shapes = try LayerSpec.shapes(of: layers, input: entry.input)
        #expect(shapes == entry.shapes)
      } catch {
        #expect(error.index == entry.shapes.count && entry.parameters == nil, "\(error.message)")
      }
    }
  }

  @Test("a list is read with its defaults: stride 1 or the pool's size, no padding, no activation")
  func read() throws {
    let text =
      "[{convolution: 32, kernel: 3, stride: 1, padding: 1, activation: relu}, {maxPool: 2, stride: 2}, flatten, "
      + "{dense: 128, activation: relu}, {dense: 10}]"
    let layers = try sweep(model(text)).cells[0].spec.model.layers
    #expect(
      layers == [
        .convolution(channels: 32, kernel: 3, stride: 1, padding: 1, activation: .relu),
        .maxPool(size: 2, stride: 2), .flatten, .dense(outputs: 128, activation: .relu), .dense(outputs: 10),
      ])
    let short = try sweep(model("[{kernel: 5, convolution: 4}, {maxPool: 3}, flatten, {dense: 10}]")).cells[0].spec
    #expect(
      short.model.layers.prefix(2) == [
        .convolution(channels: 4, kernel: 5, stride: 1, padding: 0, activation: .linear), .maxPool(size: 3, stride: 3),
      ])
  }

  @Test("a list that spells out a model has its parameters")
  func spelledOut() throws {
    for (name, dataset) in [("vgg3", "cifar10"), ("lenet5", "mnist"), ("lenet5", "cifar10"), ("mlp", "mnist")] {
      let named = try sweep("base: {dataset: {name: \(dataset)}, model: {name: \(name)}}").cells[0].spec
      var listed = named
      listed.model.name = .layers
      listed.model.layers = named.model.layers(for: named.dataset)
      #expect(throws: Never.self) { try listed.validate() }
      #expect(ModelSizes(of: listed) == ModelSizes(of: named))
      #expect(try RunSpec(canonicalJSON: listed.canonicalJSON).model.layers == listed.model.layers)
    }
  }

  @Test("lists are values of an axis and of --set")
  func axis() throws {
    let lists = "[flatten, {dense: 10}], [flatten, {dense: 5}, {dense: 10}]"
    let plan = try sweep(model("[flatten, {dense: 10}]") + "\nsweep: {grid: {model.layers: [\(lists)]}}")
    #expect(plan.axes == ["model.layers"])
    #expect(rows(plan).first == "[flatten, {dense: 10, activation: linear}]")
    #expect(try sweep("", set: ["model.name=layers", "model.layers=\(lists)"]).cells.count == 2)
  }

  static let settings: [(String, String)] = [
    ("[]", "4:33: model.layers must be a list of 1 to 64 layers such as [flatten, {dense: 10}] but is a list"),
    ("flatten", "4:33: model.layers must be a list of 1 to 64 layers such as [flatten, {dense: 10}] but is 'flatten'"),
    (
      "[relu]",
      "4:34: layer 1 must be flatten, {convolution: 32, kernel: 3}, {maxPool: 2} or {dense: 10} but is 'relu'"
    ),
    (
      "[flatten, {dens: 10}]",
      "4:43: layer 2 is of no kind; expected flatten, {convolution: 32, kernel: 3}, {maxPool: 2} or {dense: 10}"
    ),
    ("[{dense: 10, maxPool: 2}]", "4:46: layer 1 is both dense and maxPool; make two layers of it"),
    ("[{flatten: true}]", "4:35: layer 1 (flatten) has no settings; write the word flatten alone"),
    ("[{convolution: 8}]", "4:34: layer 1 (convolution) needs the key kernel"),
    (
      "[{convolution: 8, kernl: 3}]",
      "4:51: unknown key 'kernl' in layer 1 (convolution); did you mean 'kernel'?"
    ),
    (
      "[{maxPool: 2, padding: 1}]",
      "4:47: unknown key 'padding' in layer 1 (maxPool); expected one of: maxPool, stride"
    ),
    (
      "[{convolution: 8, kernel: 0}]",
      "4:59: layer 1 (convolution): kernel must be a whole number from 1 to 65536 but is '0'"
    ),
    (
      "[flatten, {dense: 10, activation: rleu}]",
      "4:67: layer 2 (dense): activation has no 'rleu'; did you mean 'relu'?"
    ),
  ]

  static let shapes: [(String, String)] = [
    (
      "[{dense: 10}]",
      "4:34: model.layers: layer 1 (dense 10) takes a vector [numbers], but gets an image [3, 32, 32]; "
        + "put flatten before it"
    ),
    (
      "[flatten, {convolution: 8, kernel: 3}]",
      "4:43: model.layers: layer 2 (convolution 3x3) takes an image [channels, height, width], "
        + "but gets a vector [3072]; put it before flatten"
    ),
    (
      "[flatten, {dense: 9}, {maxPool: 2}]",
      "4:55: model.layers: layer 3 (maxPool 2x2, stride 2) takes an image [channels, height, width], "
        + "but gets a vector [9]; put it before flatten"
    ),
    (
      "[flatten, flatten]",
      "4:43: model.layers: layer 2 (flatten) takes an image [channels, height, width], but gets a vector [3072]; "
        + "leave it out"
    ),
    (
      "[{maxPool: 16}, {convolution: 8, kernel: 5, padding: 1}]",
      "4:49: model.layers: layer 2 (convolution 5x5, padding 1) takes at least [3, 3, 3], but gets [3, 2, 2]; "
        + "make it smaller, or shrink less before it"
    ),
    (
      "[{convolution: 8, kernel: 3, padding: 3}]",
      "4:34: model.layers: layer 1 (convolution 3x3, padding 3) on an image [3, 32, 32]: "
        + "its padding must be smaller than its side 3"
    ),
    (
      "[{convolution: 65536, kernel: 129, padding: 128}]",
      "4:34: model.layers: layer 1 (convolution 129x129, padding 128) makes [65536, 160, 160] of [3, 32, 32], "
        + "but a sample has 1 to 268435456 numbers; change its sizes"
    ),
    (
      "[flatten, {dense: 100}]",
      "4:43: model.layers: layer 2 (dense 100) is the last and gives [100], but cifar10 has 10 classes, "
        + "which takes [10]; write dense: 10"
    ),
    (
      "[flatten]",
      "4:34: model.layers: layer 1 (flatten) is the last and gives [3072], but cifar10 has 10 classes, "
        + "which takes [10]; add {dense: 10}"
    ),
    (
      "[{maxPool: 2}]",
      "4:34: model.layers: layer 1 (maxPool 2x2, stride 2) is the last and gives [3, 16, 16], "
        + "but cifar10 has 10 classes, which takes [10]; add flatten and {dense: 10}"
    ),
    (
      "[flatten, {dense: 268435456}, {dense: 10}]",
      "4:33: model.layers gives a model of more than 1000000000 parameters"
    ),
  ]

  @Test(
    "a layer that is misspelt or does not fit is named with its number, kind and place", arguments: settings + shapes)
  func refused(layers: String, expected: String) {
    let body = "base:\n  model: {name: layers, layers: \(layers)}\n  dataset: {name: cifar10}"
    #expect(message { _ = try sweep(body) } == "t.yaml:" + expected)
  }

  @Test("sizes that a program gives and no spec can are refused, not computed with")
  func absurd() {
    var spec = RunSpec()
    spec.model.name = .layers
    for size in [0, -1, Int.max, Int.min] {
      for layer in [
        LayerSpec.convolution(channels: size, kernel: 3), .convolution(channels: 1, kernel: size),
        .convolution(channels: 1, kernel: 3, stride: size), .maxPool(size: size, stride: 1),
        .maxPool(size: 1, stride: size), .dense(outputs: size),
      ] {
        spec.model.layers = [layer.kind == "dense" ? .flatten : .maxPool(size: 1, stride: 1), layer]
        #expect(message { try spec.validate() }.contains("layer 2"))
      }
      spec.model.layers = [.convolution(channels: 1, kernel: 3, padding: size), .flatten, .dense(outputs: 10)]
      #expect(message { try spec.validate() }.contains("layer 1") == (size != 0))
    }
  }
}
