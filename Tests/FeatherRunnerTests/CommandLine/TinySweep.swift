/// Specs that run in a fraction of a second.
enum TinySweep {
  /// One run on 40 samples; `body` adds lines to the spec.
  static let base = """
    base:
      dataset: {name: synthetic-digits, train: 40, test: 20}
      model: {name: mlp, hidden: [4]}
      training: {batch: 8, localEpochs: 1}
      prepass: {epochs: 1, snapshotEvery: 1}
      federation: {rounds: 1}

    """

  /// A spec called tiny.
  static func spec(_ body: String) -> String { "featherweight: 1\nname: tiny\n\(body)" }

  /// One run.
  static let one = spec(base)

  /// Identity and autoencoder, two seeds: four runs.
  static let four = spec(
    base + """
      sweep:
        grid:
          codec: [{name: identity}, {name: autoencoder, latent: 4, epochs: 2}]
          seed: [1, 2]
      """)

  /// Six runs that take long enough to be interrupted.
  static let slow = spec(
    """
    base:
      dataset: {name: synthetic-digits, train: 1000, test: 200}
      training: {localEpochs: 4}
      prepass: {epochs: 1, snapshotEvery: 8}
      federation: {rounds: 20}
    sweep:
      grid:
        codec: [{name: identity}, {name: autoencoder, latent: 4, epochs: 2}]
        seed: [1, 2, 3]
    """)
}
