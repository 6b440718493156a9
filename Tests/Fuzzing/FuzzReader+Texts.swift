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
    about: "anchors, merges, zip, when, exclude"
    base:
      seed: 7
      dataset: &data {name: synthetic-digits, train: 100, test: 20}
      model: {name: mlp, hidden: [8, 4]}
      training: {batch: 10, epochs: 1, learningRate: 0.1}
      codec: {name: autoencoder, latent: 4, hidden: [6]}
    sweep:
      grid:
        seed: [1, 2]
        codec.latent: [2, 4]
      zip:
        training.batch: [10, 20]
        training.epochs: [1, 2]
      exclude:
        - {seed: 2, codec.latent: 4}
      also:
        - grid: {codec: [{name: identity}, {name: topk, share: 0.1}]}
    """,
    """
    featherweight: 1
    name: layers
    base:
      <<: [{seed: 3}]
      model:
        layers: &layers
          - dense: 12
          - dense: 10
      codec:
        - {name: qsgd, bits: 4}
        - error-feedback
        - deflate
      federation: {clients: 4, rounds: 2}
      partition: {name: dirichlet, alpha: 0.5}
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
