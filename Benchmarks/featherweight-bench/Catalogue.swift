import FeatherCodecs
import FeatherExperiments
import FeatherNetworks
import FeatherTensors

/// All workloads, in the order of the table.
enum Catalogue {
  static let entries = training + federations + bytes + algorithms

  private static let stepOperations = Models.trainingOperations(Models.mlp)

  private static let training: [Entry] = [
    Entry(
      name: "mlp-32", about: "training steps of 784-20-10, batch 32, SGD", unit: "steps",
      bound: .arithmetic(32 * stepOperations), make: { try TrainingWorkload.mlp(batch: 32, $0) }),
    Entry(
      name: "mlp-10", about: "training steps of 784-20-10, batch 10, SGD", unit: "steps",
      bound: .arithmetic(10 * stepOperations), make: { try TrainingWorkload.mlp(batch: 10, $0) }),
    Entry(
      name: "cnn", about: "training of vgg3, batch 64, SGD with momentum", unit: "images", bound: cnnBound,
      make: { try TrainingWorkload.cnn(copies: 1, $0) }),
    Entry(
      name: "cnn-direct", about: "the same, every convolution computed directly", unit: "images", bound: cnnBound,
      make: { try TrainingWorkload.cnn(copies: 1, $0, by: .direct) }),
    Entry(
      name: "cnn-team", about: "training of vgg3, one network per thread", unit: "images", bound: cnnBound,
      usesTeam: true, make: { try TrainingWorkload.cnn(copies: $0.team.threads, $0) }),
    Entry(
      name: "ae", about: "training steps of the autoencoder 15910-32-15910, batch 16, Adam", unit: "steps",
      bound: autoencoderBound, make: { AutoencoderWorkload(copies: 1, $0) }),
    Entry(
      name: "ae-team", about: "the same, one autoencoder per thread", unit: "steps", bound: autoencoderBound,
      usesTeam: true, make: { AutoencoderWorkload(copies: $0.team.threads, $0) }),
    Entry(
      name: "big-ae", about: "training steps of the autoencoder 550570-320-550570, batch 16, Adam", unit: "steps",
      bound: .memory(bigAutoencoderBytes), usesTeam: true,
      missing: Memory.physical < 8_000_000_000 ? "needs a machine with 8 GB of memory" : nil,
      make: { try BigAutoencoderWorkload($0) }),
    Entry(
      name: "pca-fit", about: "fits of 32 principal components to 50 snapshots of 550,570 weights", unit: "fits",
      bound: .none, usesTeam: true, make: { PrincipalWorkload($0) }),
  ]

  private static let federations: [Entry] = [
    Entry(
      name: "pipeline", about: "the short MNIST run: pre-pass, two autoencoders, ten rounds, two clients", unit: "runs",
      bound: .none, usesTeam: true, make: { try FederationWorkload.pipeline($0) }),
    Entry(
      name: "federation-a", about: "10 clients x 6,000 digits, all take part, batch 32, 20 rounds", unit: "steps",
      bound: .arithmetic(32 * stepOperations), usesTeam: true, make: { try FederationWorkload.manySamples($0) }),
    Entry(
      name: "federation-b", about: "1,000 clients x 60 digits, 50 take part, batch 10, 50 rounds", unit: "steps",
      bound: .arithmetic(10 * stepOperations), usesTeam: true, make: { try FederationWorkload.manyClients($0) }),
    Entry(
      name: "federation-c", about: "10,000 clients x 60 digits, 200 take part, batch 10, 20 rounds, autoencoder",
      unit: "steps", bound: .arithmetic(10 * stepOperations), usesTeam: true,
      make: { try FederationWorkload.throughAutoencoder($0) }),
  ]

  /// Measured when they are named only: federations with other algorithms, and with a thousand times as many clients.
  private static let algorithms: [Entry] =
    FederationSpec.Algorithm.allCases.filter { $0 != .fedavg }.flatMap { algorithm in
      [
        Entry(
          name: FederationWorkload.name("federation-a", algorithm), about: "federation-a by \(algorithm.rawValue)",
          unit: "steps", bound: .arithmetic(32 * stepOperations), usesTeam: true, isNamed: true,
          make: { try FederationWorkload.manySamples($0, algorithm) }),
        Entry(
          name: FederationWorkload.name("federation-b", algorithm), about: "federation-b by \(algorithm.rawValue)",
          unit: "steps", bound: .arithmetic(10 * stepOperations), usesTeam: true, isNamed: true,
          make: { try FederationWorkload.manyClients($0, algorithm) }),
      ]
    }
    + [1000, 1_000_000].map { clients in
      Entry(
        name: "federation-\(clients)", about: "\(clients) clients x 60 digits, 100 take part, batch 10, 50 rounds",
        unit: "steps", bound: .arithmetic(10 * stepOperations), usesTeam: true, isNamed: true,
        make: { try FederationWorkload.countless($0, clients: clients) })
    }

  private static let bytes: [Entry] =
    [
      Entry(
        name: "file", about: "a run's HDF5 file with weights and codecs, written and synced", unit: "bytes",
        bound: .none, make: { _ in try FileWorkload() })
    ]
    + [CodecWorkload.Direction.encode, .decode].flatMap { direction in
      [
        codec("identity-\(direction)", 550_570, direction) { IdentityCodec(parameters: $0) },
        codec("8-bit-\(direction)", 550_570, direction) { IdentityCodec(parameters: $0, values: .eight) },
        codec("qsgd-\(direction)", 550_570, direction) { QSGDCodec(parameters: $0, bits: 4) },
        codec("eden-\(direction)", 550_570, direction) { EDENCodec(parameters: $0, bits: 1) },
        codec("stc-\(direction)", 550_570, direction) { STCCodec(parameters: $0, count: $0 / 100) },
        codec("ae-\(direction)", 15_910, direction) { CodecWorkload.autoencoder($0) },
      ]
    }

  private static func codec(
    _ name: String, _ parameters: Int, _ direction: CodecWorkload.Direction,
    _ make: @escaping @Sendable (Int) -> any UpdateCodec
  ) -> Entry {
    Entry(
      name: name, about: "bytes of float32 weights per second, updates of \(parameters) weights", unit: "bytes",
      bound: .memory(1), make: { _ in try CodecWorkload(make(parameters), parameters: parameters, direction) })
  }

  private static var cnnBound: Bound {
    guard let model = try? Models.vgg3() else { return .none }
    return .arithmetic(Models.trainingOperations(model))
  }

  private static var autoencoderBound: Bound {
    .arithmetic(16 * Models.trainingOperations(Models.autoencoder(of: Models.mlp.parameterCount, latent: 32)))
  }

  /// The forward pass reads all weights and the backward pass the decoder's; the step reads and writes weights and both moments.
  private static var bigAutoencoderBytes: Double {
    let weights = Double(Models.autoencoder(of: 550_570, latent: BigAutoencoderWorkload.latent).parameterCount)
    return 4 * weights * (1 + 0.5 + 6)
  }
}
