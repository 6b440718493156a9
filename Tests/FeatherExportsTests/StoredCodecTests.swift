import FeatherCodecs
import FeatherNetworks
import FeatherTensors
import Foundation
import Testing

@testable import FeatherExperiments
@testable import FeatherExports
@testable import FeatherResults

/// A fitted codec of updates of eight numbers and the configuration that describes it.
private struct CodecCase: CustomTestStringConvertible {
  let keys: String
  var latent = 4

  static let all = [
    CodecCase(keys: "name: autoencoder, latent: 4, hidden: [6], activation: tanh"),
    CodecCase(keys: "name: autoencoder, latent: 4, hidden: [6], activation: sigmoid, tied: true"),
    CodecCase(keys: "name: autoencoder, latent: 4, hidden: [5], activation: leaky-relu, division: layers"),
    CodecCase(
      keys: "name: autoencoder, latent: 4, hidden: [5], activation: linear, division: layers, tied: true, centre: false"
    ),
    CodecCase(keys: "name: autoencoder, latent: 6, division: chunks, chunk: 800, activation: tanh", latent: 6),
    CodecCase(
      keys: "name: autoencoder, latent: 6, division: chunks, chunk: 800, activation: tanh, tied: true", latent: 6),
    CodecCase(keys: "name: pca, latent: 4"), CodecCase(keys: "name: pca, latent: 4, centre: false"),
    // Five snapshots have four directions around their mean: fewer than are asked for.
    CodecCase(keys: "name: pca, latent: 7", latent: 7),
  ]
  var testDescription: String { keys }

  var spec: String {
    ExportsFixture.spec.replacing("[{name: identity}, {name: autoencoder, latent: 2}]", with: "[{\(keys)}]")
  }

  /// The codec itself, built without the code under test.
  func codec(_ spec: RunSpec) throws -> any UpdateCodec {
    switch spec.codec {
    case .identity, .direct: throw ExportError("a codec that is not fitted")
    case .pca(let pca): return PCACodec(parameters: 8, latent: pca.latent, centre: pca.centre)
    case .autoencoder(let settings):
      let division: AutoencoderDivision =
        switch settings.division {
        case .whole: .whole
        case .layers: .layers(slices: [0..<6, 6..<8])
        case .chunks: .chunks(size: settings.chunk)
        }
      let activations: [ActivationName: Activation] = [
        .relu: .relu, .leakyRelu: .leakyRelu, .tanh: .tanh, .sigmoid: .sigmoid, .linear: .linear,
      ]
      return AutoencoderCodec(
        parameters: 8, hidden: settings.hidden, latent: settings.latent,
        activation: try #require(activations[settings.activation]),
        input: .weights, centre: settings.centre,
        fit: .init(epochs: 3, batch: 4, rule: .adam(learningRate: 0.01), initialisation: .glorotUniform),
        division: division,
        tied: settings.tied)
    }
  }
}

@Suite("Codecs in run files")
struct StoredCodecTests {
  private static let snapshots = (0..<5).map { number in
    (0..<8).map { element -> Float in
      let mixed: Int = (number * 37 + element * 61 + number * element * 13) % 23
      return Float(mixed) / 10 - 1
    }
  }

  @Test("read layer by layer, both halves compute what the codec computes", arguments: CodecCase.all)
  private func computes(_ form: CodecCase) throws {
    var spec = try SweepSpec.load(text: form.spec, file: "case.yaml").plan().cells[0].spec
    // Chunks of the eight numbers here, not of the 1,600 of the model that the spec names.
    if case .autoencoder(var settings) = spec.codec {
      settings.chunk = 3
      spec.codec = .autoencoder(settings)
    }
    let cell = Cell(spec, RunID(spec), axes: [])
    let codec = try form.codec(cell.spec)
    let fitted = try codec.fit(
      SnapshotSet(fitted: Self.snapshots, heldOut: []), FitKey(seed: 3, client: 0), team: .single)
    let stored = try Self.stored(fitted, cell, latent: codec.latentSize)
    #expect(stored.count == 2 && stored[1].fit == 1 && stored[1].group == 1 && stored[1].round == nil)
    let encoder = try codec.encoder(from: fitted.encoder, decoder: fitted.decoder)
    let decoder = try codec.decoder(from: fitted.decoder)
    var memory = CodecMemory()
    for update in Self.snapshots {
      let occasion = Occasion(seed: 1, client: 0, round: 0)
      let encoding = try encoder.encode(update, &memory, at: occasion)
      let latent = stored[1].encoder.encoded(update.map(Double.init))
      // A basis has no more components than the snapshots gave; the codec's latent is filled up with zeros.
      let expected = try #require(encoding.latent)
      #expect(Self.deviation(latent + [Double](repeating: 0, count: expected.count - latent.count), expected) < 1e-5)
      let decoded = try decoder.decode(encoding.body[...], &memory, at: occasion)
      #expect(Self.deviation(stored[1].decoder.decoded(expected.prefix(latent.count).map(Double.init)), decoded) < 1e-5)
    }
  }

  /// What a run file with the codec as its second fit says of it.
  private static func stored(_ fitted: FittedCodec, _ cell: Cell, latent: Int) throws -> [StoredCodec] {
    var result = ExportsFixture.result(cell.spec)
    result.sizes.latent = latent
    for fit in result.fits.indices {
      result.fits[fit].encoder = fitted.encoder?.contentValues
      result.fits[fit].decoder = fitted.decoder.contentValues
    }
    let file = try RunFile(bytes: RunFile.encode(result, identity: RunIdentity(cell.spec, cell.id)))
    return try StoredCodec.all(of: ExportedRun(cell, file, "made-up.h5"))
  }

  /// The largest difference; both sides compute in float32 and double, from the same numbers.
  private static func deviation(_ a: [Double], _ b: [Float]) -> Double {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { max($0, abs($1.0 - Double($1.1))) }
  }
}

extension StoredCodec.Half {
  /// A latent, in double precision.
  fileprivate func encoded(_ update: [Double]) -> [Double] {
    switch self {
    case .basis(let components, let mean):
      return components.times(Self.sum(update, mean, -1))
    case .networks(let networks, let mean):
      let centred = Self.sum(update, mean, -1)
      return networks.flatMap { network in
        let slice = Array(centred[network.part.slice])
        return stride(from: 0, to: slice.count, by: network.part.width).flatMap { start in
          let row = slice[start..<min(start + network.part.width, slice.count)]
          return network.output(row + [Double](repeating: 0, count: network.part.width - row.count))
        }
      }
    }
  }

  /// An update, in double precision.
  fileprivate func decoded(_ latent: [Double]) -> [Double] {
    switch self {
    case .basis(let components, let mean):
      let (count, length) = (components.shape[0], components.shape[1])
      let sums = (0..<length).map { i in
        (0..<count).reduce(0.0) {
          $0 + latent[$1] * Double(components.values[components.values.startIndex + $1 * length + i])
        }
      }
      return Self.sum(sums, mean, 1)
    case .networks(let networks, let mean):
      var rest = latent[...]
      let parts = networks.flatMap { network in
        let outputs = (0..<network.part.rows).flatMap { _ in
          defer { rest = rest.dropFirst(network.part.latent) }
          return network.output(Array(rest.prefix(network.part.latent)))
        }
        return outputs.prefix(network.part.slice.count)
      }
      return Self.sum(parts, mean, 1)
    }
  }

  private static func sum(_ values: [Double], _ mean: StoredCodec.Tensor?, _ sign: Double) -> [Double] {
    guard let mean else { return values }
    return zip(values, mean.values).map { $0 + sign * Double($1) }
  }
}

extension StoredCodec.Network {
  fileprivate func output(_ input: some Collection<Double>) -> [Double] {
    layers.reduce(Array(input)) { x, layer in
      zip(layer.weight.times(x), layer.bias.values).map { sum, bias in
        let y = sum + Double(bias)
        switch layer.activation {
        case .linear: return y
        case .relu: return max(0, y)
        case .leakyRelu: return y > 0 ? y : 0.01 * y
        case .tanh: return Foundation.tanh(y)
        case .sigmoid: return 1 / (1 + Foundation.exp(-y))
        }
      }
    }
  }
}

extension StoredCodec.Tensor {
  /// A matrix times a vector.
  fileprivate func times(_ x: [Double]) -> [Double] {
    (0..<shape[0]).map { row in
      (0..<shape[1]).reduce(0.0) { $0 + Double(values[values.startIndex + row * shape[1] + $1]) * x[$1] }
    }
  }
}
