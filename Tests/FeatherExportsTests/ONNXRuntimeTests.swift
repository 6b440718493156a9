import FeatherCodecs
import FeatherDatasets
import FeatherExperiments
import FeatherNetworks
import FeatherTensors
import Testing

@testable import FeatherExports
@testable import FeatherFederation
@testable import FeatherResults

@Suite(
  .enabled(
    if: ONNXRuntime.python != nil,
    "no Python with onnx and onnxruntime: 'make contract' installs them, or name one in FEATHERWEIGHT_PYTHON"))
struct ONNXRuntimeTests {
  /// Two libraries that add up float32 in other orders.
  private static let tolerance = 1e-5

  @Test(
    "onnxruntime computes of test images what our network computes, and the accuracy that the run had",
    arguments: [
      "{dataset: {name: synthetic-digits, train: 300, test: 200}, model: {name: mlp, hidden: [20]}}",
      "{dataset: {name: synthetic-digits, train: 300, test: 200, normalisation: per-channel}, model: {name: lenet5}}",
      "{dataset: {name: synthetic-colours, train: 96, test: 64, normalisation: per-channel}, model: {name: vgg3}}",
      """
      {dataset: {name: synthetic-colours, train: 200, test: 100},
       model: {name: layers, layers: [{convolution: 5, kernel: 4, stride: 2, padding: 1, activation: leaky-relu},
         {maxPool: 3, stride: 2}, {convolution: 6, kernel: 3, activation: sigmoid}, flatten, {dense: 20, activation: tanh},
         {dense: 10}]}}
      """,
    ])
  func classifier(base: String) throws {
    let cell = try Self.cell(base.dropLast() + ", training: {localEpochs: 2}, federation: {rounds: 1}}")
    let data = try Assembly.data(cell.spec.dataset, in: DataLocations(commandLine: nil, environment: [:]))
    let result = try Federation(cell.spec, data: data).run()
    let run = try Self.run(result, cell)
    let weights = try #require(try run.weights(.last).first)
    let model = try ONNXModel.classifier(of: run, weights.parameters, rounds: weights.rounds, name: "classifier")
    let logits = try ONNXRuntime.outputs(of: [(model, Array(data.test.images))])[0]

    let images = data.normalised(Assembly.normalisation(cell.spec.dataset.normalisation)).splits.test
    let network = try Network(
      Assembly.model(cell.spec.model, for: cell.spec.dataset), loss: .softmaxCrossEntropy, batch: images.count,
      for: .inference)
    _ = network.parameters.update(fromContentsOf: weights.parameters)
    _ = network.inputs.update(fromContentsOf: images.images)
    network.forward(rows: images.count)
    let deviation = ONNXRuntime.deviation(logits, Array(network.outputs))
    print("onnx: \(cell.spec.model.name) \(deviation)")
    #expect(deviation < Self.tolerance)
    let correct = images.labels.indices.count { sample in
      let row = logits[sample * 10..<(sample + 1) * 10]
      return row.firstIndex(of: row.max() ?? .nan) == sample * 10 + Int(images.labels[sample])
    }
    #expect(Double(correct) / Double(images.count) == result.rounds.last?.testAccuracy)
  }

  @Test(
    "onnxruntime encodes and decodes as the codec's own halves do",
    arguments: [
      "{name: autoencoder, latent: 8}", "{name: autoencoder, latent: 8, centre: false, activation: linear}",
      "{name: autoencoder, latent: 8, hidden: [24], activation: leaky-relu, input: difference}",
      "{name: autoencoder, latent: 8, hidden: [24, 12], activation: tanh, tied: true}",
      "{name: autoencoder, latent: 9, hidden: [20], activation: sigmoid, division: layers}",
      "{name: autoencoder, latent: 9, hidden: [20], activation: tanh, division: layers, tied: true}",
      "{name: autoencoder, latent: 64, hidden: [12], activation: tanh, division: chunks, chunk: 700}",
      "{name: autoencoder, latent: 64, activation: leaky-relu, division: chunks, chunk: 700, tied: true}",
      // A chunk that holds all of the vector and more, and chunks that fill it.
      "{name: autoencoder, latent: 8, activation: linear, division: chunks, chunk: 7000, centre: false}",
      "{name: autoencoder, latent: 20, activation: linear, division: chunks, chunk: 637}",
      "{name: pca, latent: 6}", "{name: pca, latent: 6, centre: false, input: difference}",
      // Twelve snapshots have eleven directions.
      "{name: pca, latent: 20}",
    ])
  func codec(keys: String) throws {
    let cell = try Self.cell(
      "{dataset: {name: synthetic-digits}, model: {name: mlp, hidden: [8]}, codec: \(keys), store: {codec: true}}")
    let model = try Assembly.model(cell.spec.model, for: cell.spec.dataset)
    let codec = Assembly.codec(cell.spec, model: model)
    let vectors = Self.vectors(16, of: model.parameterCount)
    let fitted = try codec.fit(
      SnapshotSet(fitted: Array(vectors[..<12]), heldOut: []), FitKey(seed: 3, client: 0), team: .single)
    let encoder = try codec.encoder(from: fitted.encoder, decoder: fitted.decoder)
    let decoder = try codec.decoder(from: fitted.decoder)
    var (latents, decoded) = ([[Float]](), [[Float]]())
    for vector in vectors {
      var memory = CodecMemory()
      let occasion = Occasion(seed: 1, client: 0, round: 0)
      let encoding = try encoder.encode(vector, &memory, at: occasion)
      latents.append(try #require(encoding.latent))
      decoded.append(try decoder.decode(encoding.body[...], &memory, at: occasion))
    }
    let run = try Self.run(Self.result(cell.spec, model, fitted, latent: codec.latentSize), cell)
    let stored = try #require(try StoredCodec.all(of: run).first)
    let decoding = ONNXModel.decoder(of: stored, in: run)
    let width = try #require(decoding.graph.proto.input.first?.type.tensorType.shape.dim.last?.dimValue)
    let sent = latents.flatMap { $0.prefix(Int(width)) }
    let found = try ONNXRuntime.outputs(of: [
      (ONNXModel.encoder(of: stored, in: run), Array(vectors.joined())), (decoding, sent),
    ])
    let deviations = (ONNXRuntime.deviation(found[0], sent), ONNXRuntime.deviation(found[1], Array(decoded.joined())))
    print("onnx: \(keys) \(deviations)")
    #expect(deviations.0 < Self.tolerance && deviations.1 < Self.tolerance)
    // What was not sent is zero, or the comparison would be of less than the latents.
    #expect(latents.allSatisfy { $0.dropFirst(Int(width)).allSatisfy { $0 == 0 } })
  }

  private static func cell(_ base: String) throws -> Cell {
    try SweepSpec.load(text: "{featherweight: 1, name: exported, base: \(base)}", file: "exported.yaml").plan().cells[0]
  }

  /// A run as its file tells.
  private static func run(_ result: RunResult, _ cell: Cell) throws -> ExportedRun {
    let bytes = try RunFile.encode(result, identity: RunIdentity(cell.spec, cell.id))
    return try ExportedRun(cell, RunFile(bytes: bytes), "exported.h5")
  }

  /// The result of a run with one fit and no rounds.
  private static func result(
    _ spec: RunSpec, _ model: Architecture, _ fitted: FittedCodec, latent: Int
  ) -> RunResult {
    var sizes = ModelSizes(of: spec)
    sizes.latent = latent
    let layout = model.blocks.map { ParameterSlice(name: $0.name, offset: $0.offset, shape: $0.shape) }
    let client = ClientRecord(indices: [0], labelHistogram: [Int](repeating: 0, count: 10))
    var result = RunResult(
      spec: spec, sizes: sizes, layout: layout, clients: [client], labelSkew: 0, classes: 10)
    var fit = CodecFitRecord()
    fit.encoder = fitted.encoder?.contentValues
    fit.decoder = fitted.decoder.contentValues
    result.fits = [fit]
    return result
  }

  /// Random vectors around a random one.
  private static func vectors(_ count: Int, of length: Int) -> [[Float]] {
    var stream = RandomStream(seed: 11, purpose: .prepass)
    let middle = (0..<length).map { _ in Float(stream.normal()) }
    return (0..<count).map { _ in middle.map { $0 + 0.3 * Float(stream.normal()) } }
  }
}
