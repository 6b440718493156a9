import FeatherDatasets
import FeatherExperiments
import FeatherNetworks
import Testing

@testable import FeatherFederation

@Suite("Models of images in a federation")
struct ImageModelTests {
  private static func spec(_ name: ModelSpec.Name, train: Int) -> RunSpec {
    var spec = greySpec([0, 1])
    spec.model.name = name
    spec.model.layers = []
    spec.dataset.train = train
    spec.dataset.test = 20
    spec.store.weights = .final
    return spec
  }

  static let models: [(ModelSpec.Name, train: Int, parameters: Int)] = [(.vgg3, 40, 550_570), (.lenet5, 100, 62_006)]

  @Test("a named model has its published parameters, and the same spec gives the same bits", arguments: models)
  func deterministic(name: ModelSpec.Name, train: Int, parameters: Int) throws {
    let spec = Self.spec(name, train: train)
    let data = try SyntheticColours.splits(train: train, test: 20, seed: 0)
    var results = try (0..<2).map { _ in try Federation(spec, data: data).run() }
    var other = spec
    other.seed = 8
    results.append(try Federation(other, data: data).run())
    let weights = try results.map { try #require($0.weights.last).parameters.bits }
    #expect(weights[0].count == parameters && results[0].sizes.model == parameters)
    #expect(weights[0] == weights[1])
    #expect("\(results[0].rounds)" == "\(results[1].rounds)")
    #expect(weights[0] != weights[2])
    let blocks = results[0].layout
    #expect(blocks.reduce(0) { $0 + $1.shape.reduce(1, *) } == parameters)
    #expect(blocks.first?.name == "conv1.weight" && blocks.first?.shape.count == 4)
  }

  @Test("the result says how each convolution was computed", arguments: ConvolutionName.allCases)
  func convolutions(name: ConvolutionName) throws {
    var spec = Self.spec(.vgg3, train: 20)
    spec.training.convolution = name
    let data = try SyntheticColours.splits(train: 20, test: 20, seed: 0)
    let fact = try Federation(spec, data: data).run().environment.first { $0.name == "convolution" }
    let other = name == .direct ? "direct" : "winograd"
    #expect(fact?.value == "conv1 direct, " + (2...6).map { "conv\($0) \(other)" }.joined(separator: ", "))
  }

  @Test("a listed model is the named one with its layers, bit for bit")
  func listed() throws {
    let named = Self.spec(.lenet5, train: 100)
    var listed = named
    listed.model.name = .layers
    listed.model.layers = named.model.layers(for: named.dataset)
    let data = try SyntheticColours.splits(train: 100, test: 20, seed: 0)
    let (a, b) = (try Federation(named, data: data).run(), try Federation(listed, data: data).run())
    #expect("\(a.rounds) \(a.weights) \(a.layout)" == "\(b.rounds) \(b.weights) \(b.layout)")
  }

  @Test("a batch larger than the largest client is that client's data in one step")
  func largeBatch() throws {
    var exact = colourSpec()
    exact.training.batch = 100
    var larger = exact
    larger.training.batch = 1_000_000_000
    let (a, b) = (try runColours(exact), try runColours(larger))
    #expect("\(a.rounds) \(a.weights)" == "\(b.rounds) \(b.weights)")
  }

  @Test("test sets of any size are scored, whatever share of a batch is left", arguments: [1, 99, 100, 101, 250])
  func testSizes(count: Int) throws {
    let data = try SyntheticColours.splits(train: 1, test: count, seed: 3).test
    let model = try Colours.model()
    let evaluation = try Evaluation(model: model, test: data)
    let weights = (0..<Colours.parameters).map { Float($0 * 7919 % 2003) / 10_015 - 0.1 }
    let (score, expected) = (try evaluation.score(weights), try scoreOneByOne(weights, model, on: data))
    #expect(score.accuracy == expected.accuracy)
    // Sums of a few hundred Float products in another order.
    #expect(abs(score.loss / expected.loss - 1) < 1e-5)
  }

  /// Lists that a spec refuses, and which only a configuration made in code can bring here.
  static let misfits: [([LayerSpec], String)] = [
    ([.dense(outputs: 10)], "dense1 (10 outputs) expects a vector but its input is an image [3, 32, 32]"),
    ([.flatten, .maxPool(size: 2, stride: 2), .dense(outputs: 10)], "pool1 expects an image"),
    (
      [.convolution(channels: 1, kernel: 40), .flatten, .dense(outputs: 10)],
      "conv1 (40x40, stride 1) does not fit its input [3, 32, 32]"
    ),
    ([], "a network has at least one dense or convolution layer"),
  ]

  @Test("layers that do not fit are refused by the spec, and by the network with the layer's name", arguments: misfits)
  func refused(layers: [LayerSpec], text: String) throws {
    var spec = colourSpec()
    spec.model.layers = layers
    #expect(throws: SpecError.self) { try spec.validate() }
    let error = #expect(throws: NetworkError.self) { _ = try Federation(spec, data: Colours.splits()).run() }
    #expect(error?.description.hasPrefix(text) == true, "\(String(describing: error))")
    // What a worker prints of an error it does not know.
    let caught: (any Error)? = error
    #expect(caught.map { "\($0)" } == error?.description)
  }

  @Test("a spec that is accepted never asks for a network that cannot be: the limits of both agree")
  func limits() throws {
    var spec = quickSpec()
    spec.model.name = .layers
    // [1, 16384, 16384] are 2²⁸ numbers; one row and column more are too many for both.
    spec.model.layers = [
      .convolution(channels: 1, kernel: 16_357, padding: 16_356), .maxPool(size: 16_384, stride: 1), .flatten,
      .dense(outputs: 10),
    ]
    try spec.validate()
    #expect(try Assembly.model(spec.model, for: spec.dataset).widths == [784, 1 << 28, 1, 1, 10])
    spec.model.layers[0] = .convolution(channels: 1, kernel: 16_358, padding: 16_357)
    let error = #expect(throws: SpecError.self) { try spec.validate() }
    #expect(error?.message.contains("a sample has 1 to 268435456 numbers") == true, "\(String(describing: error))")
    #expect(throws: NetworkError.self) { try Assembly.model(spec.model, for: spec.dataset) }
  }

  @Test("a last layer with an activation is refused by the spec, since the loss takes its gradient before any")
  func lastActivation() throws {
    var spec = colourSpec()
    spec.model.layers = [.flatten, .dense(outputs: 10, activation: .relu)]
    let error = #expect(throws: SpecError.self) { try spec.validate() }
    #expect(
      error?.message
        == "model.layers: layer 2 (dense 10) is the last and has activation relu, but the loss takes its numbers as they "
        + "are; leave activation out")
  }
}

@Suite("Savings of a convolutional model")
struct ImageSavingsTests {
  static let pairs = [(1, 1), (2, 1), (1, 3), (2, 2), (4, 2), (3, 4)]

  @Test(
    "the measured ledger without headers is the paper's SR(R, C) to four digits", arguments: pairs,
    [CodecScope.perClient, .shared])
  func formula(pair: (Int, Int), scope: CodecScope) throws {
    let (rounds, clients) = pair
    let result = try runColours(colourSpec(clients: clients, rounds: rounds, codec: quickAutoencoder(scope)))
    let (model, latent, decoder) = (Double(Colours.parameters), 3.0, Double(4 * Colours.parameters))
    let uploads = Double(rounds * clients)
    let decoders = scope == .shared ? 1 : Double(clients)
    let expected = model * uploads / (latent * uploads + decoder * decoders)
    let measured = LedgerRatios(ledger: result.ledger, parameters: Colours.parameters).lifetimeBody
    // Four digits are asked for; both are one quotient of whole numbers.
    #expect(abs(measured / expected - 1) < 1e-14)
  }
}
