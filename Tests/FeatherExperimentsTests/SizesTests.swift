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
