import FeatherExperiments

extension FuzzReader {
  /// Specs, from their bytes to the plan, and frozen plans.
  static func texts(in folder: String) throws -> [FuzzReader] {
    let plans = try specs.map { Array(try SweepSpec.load(text: $0, file: "seed.yaml").plan().json.utf8) }
    return [
      FuzzReader(name: "spec", seeds: specs.map { Array($0.utf8) }, words: words, refusal: SpecError.self) { bytes in
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        let plan = try SweepSpec.load(text: text, file: "\(folder)/spec.yaml").plan()
        guard !plan.name.isEmpty, plan.name.first != ".", plan.name.first != "-", !plan.name.contains("/") else {
          throw FuzzError("the name '\(plan.name)' leaves the folder of results")
        }
      },
      FuzzReader(name: "plan", seeds: plans, words: words, refusal: SpecError.self) { bytes in
        _ = try Plan(json: String(decoding: bytes, as: UTF8.self), file: "plan.json")
      },
    ]
  }

  private static let specs = [
    """
    featherweight: 1
    name: small
    about: "anchors, zip, when, exclude"
    base:
      dataset: &data {name: synthetic-digits, train: 600, test: 200}
      partition: {scheme: dirichlet, alpha: 0.5, clients: 2}
      model: {name: mlp, hidden: [8, 4]}
      training: {optimizer: sgd, learningRate: 0.05, batch: 10, localEpochs: 1}
      prepass: {epochs: 10, snapshotEvery: 20}
      codec: {name: autoencoder, latent: 4, epochs: 2}
      federation: {algorithm: fedavg, rounds: 2}
    sweep:
      grid:
        seed: [1, 2]
        codec: [{name: identity}, {name: autoencoder, latent: 2}]
        partition.alpha: [0.1, 1.0]
      zip:
        training.batch: [10, 20]
        training.localEpochs: [1, 2]
      exclude:
        - {seed: 2, codec.name: identity}
      when:
        partition.alpha: {seed: 1}
      also:
        - grid: {dataset: [*data], seed: [9]}
    """,
    """
    featherweight: 1
    name: layers
    base: &base
      dataset: {name: cifar10}
      model:
        name: layers
        layers: [{convolution: 4, kernel: 3}, {maxPool: 2}, flatten, {dense: 10}]
      codec:
        - {name: qsgd, bits: 4}
        - {name: error-feedback, keep: 0.9}
        - {name: deflate}
    sweep:
      grid:
        federation:
          - &f {rounds: 2}
          - <<: [*f]
            rounds: 3
    """,
  ]

  // swift-format-ignore: a line for each word would hide the rest.
  private static let words = [
    "&a ", "*a", "<<: ", "!!int ", "!!binary ", "|\n", ">-\n", "---\n", "...\n", "? ", "- ", ": ", "{", "}", "[",
    "]", "\"", "'", "#", "%YAML 1.1\n", "~", "null", "true", "no", "0x10", "1e999", "-1e-999", ".nan", ".inf",
    "9223372036854775808", "-0", "017", "1_000", "\\u0000", "\\ud800", "\u{1B}[2J", "\u{E000}", "\u{2028}", "../x",
    "/etc/passwd", "seed", "codec", "codec.name", "name", "grid", "zip", "when", "exclude", "also", "base", "sweep",
    "dataset", "model", "hidden", "layers", "training", "federation", "partition", "partition.file", "file",
    "autoencoder", "pca", "quantise", "refresh", "id", "run", "cells", "version",
  ]
}
