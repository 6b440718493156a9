import Testing

@testable import FeatherExperiments

@Suite("Sizes and warnings")
struct SizesTests {
  @Test("parameters are those of arXiv:2108.05670: 15,910 in the model and 1,034,182 in the autoencoder")
  func paper() throws {
    let spec = try sweep("base: {dataset: {name: mnist}, codec: {name: autoencoder}}").cells[0].spec
    let sizes = ModelSizes(of: spec)
    #expect(sizes == ModelSizes(model: 15910, encoder: 509_152, decoder: 525_030, latent: 32))
    #expect(sizes.autoencoder == 1_034_182)
  }

  @Test("hidden layers of the autoencoder are mirrored")
  func mirrored() throws {
    let spec = try sweep("base: {model: {hidden: []}, codec: {name: autoencoder, hidden: [100, 7], latent: 3}}").cells[
      0
    ].spec
    let sizes = ModelSizes(of: spec)
    #expect(sizes.model == 7850)
    #expect(sizes.encoder == 7850 * 100 + 100 + 100 * 7 + 7 + 7 * 3 + 3)
    #expect(sizes.decoder == 3 * 7 + 7 + 7 * 100 + 100 + 100 * 7850 + 7850)
  }

  @Test(
    "the models have the parameters of their papers, or what PyTorch counts",
    arguments: [
      ("cifar10", "vgg3", 550_570), ("synthetic-colours", "vgg3", 550_570), ("mnist", "vgg3", 435_306),
      ("mnist", "lenet5", 61706), ("fashion-mnist", "lenet5", 61706), ("cifar10", "lenet5", 62006),
      ("cifar10", "mlp", 61670),
    ])
  func models(dataset: String, model: String, parameters: Int) throws {
    let spec = try sweep("base: {dataset: {name: \(dataset)}, model: {name: \(model)}}").cells[0].spec
    #expect(ModelSizes(of: spec) == ModelSizes(model: parameters, latent: parameters))
  }

  @Test("the colour autoencoder is that of arXiv:2108.05670: 352,915,690 parameters, the decoder 176,732,970")
  func colour() throws {
    let spec = try sweep(
      "base: {dataset: {name: cifar10}, model: {name: vgg3}, codec: [{name: autoencoder, latent: 320}, "
        + "{name: quantise, bits: 4}]}"
    ).cells[0].spec
    let sizes = ModelSizes(of: spec)
    #expect(sizes == ModelSizes(model: 550_570, encoder: 176_182_720, decoder: 176_732_970, latent: 320))
    #expect(sizes.autoencoder == 352_915_690)
  }

  @Test("the identity codec sends every parameter")
  func identity() {
    #expect(ModelSizes(of: RunSpec()) == ModelSizes(model: 15910, latent: 15910))
  }

  @Test("a batch larger than a client's data is legal and said")
  func largeBatch() throws {
    let plan = try sweep("base: {dataset: {train: 100}}\nsweep: {grid: {seed: [1, 2], training.batch: [50, 51]}}")
    #expect(
      plan.warnings == [
        "training.batch 51 is larger than the 50 samples of a client: each epoch is then one step over all of them"
      ])
  }

  @Test("a configuration made in code is checked like one that was read")
  func validateInCode() {
    var spec = RunSpec()
    spec.training.learningRate = .nan
    #expect(
      message { try spec.validate() }
        == "configuration: training.learningRate must be a number above 0 and at most 1000 but is 'nan'")
    spec = RunSpec()
    spec.partition.clients = 70000
    #expect(message { try spec.validate() }.contains("there are only 60000 training samples"))
    spec.partition.clients = -1
    #expect(message { try spec.validate() }.contains("must be a whole number from 1 to 1000000000"))
  }
}
