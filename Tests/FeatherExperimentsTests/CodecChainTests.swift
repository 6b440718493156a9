import Testing

@testable import FeatherExperiments

private let chain = "[{name: autoencoder, latent: 8}, {name: quantise, bits: 8}]"

@Suite("Codecs with add-ons")
struct CodecChainTests {
  @Test("a list is a codec and its add-on; on an axis it is one value")
  func axis() throws {
    let plan = try sweep("sweep: {grid: {codec: [\(chain), {name: identity}, {name: autoencoder, latent: 8}]}}")
    #expect(plan.axes == ["codec.name", "codec.quantise"])
    #expect(rows(plan) == ["autoencoder 8", "identity none", "autoencoder none"])
    #expect(plan.cells[0].spec.codec.fitted.latent == 8)
    #expect(plan.cells.map(\.spec.quantise) == [QuantiseSpec(bits: .eight), nil, nil])
  }

  @Test("a list takes the place of base's codec; a mapping is merged over base's codec and keeps its add-on")
  func merging() throws {
    let base = "base: {codec: [{name: autoencoder, epochs: 7}, {name: quantise, bits: 4}]}\n"
    let values = "[\(chain), {latent: 16}, {quantise: none}, {name: identity}]"
    let cells = try sweep(base + "sweep: {grid: {codec: \(values)}}").cells.map(\.spec)
    #expect(cells.map(\.codec.fitted.epochs) == [200, 7, 7, 200])
    #expect(cells.map(\.codec.fitted.latent) == [8, 16, 32, 32])
    #expect(cells.map { $0.quantise?.bits } == [.eight, .four, nil, nil])
  }

  @Test("the bits are a key of their own for axes, conditions and --set")
  func key() throws {
    let grid = "grid: {codec: [\(chain), {name: identity}], codec.quantise: [none, 16, 8, 4]}"
    let plan = try sweep("sweep: {\(grid), exclude: [{codec.name: identity, codec.quantise: [8, 4]}]}")
    #expect(plan.axes == ["codec.name", "codec.quantise"])
    let expected = ["none", "16", "8", "4"].map { "autoencoder \($0)" } + ["identity none", "identity 16"]
    #expect(rows(plan) == expected)
    let all = try sweep("base: {codec: \(chain)}", set: ["codec.quantise=4", "codec.latent=3,5"])
    #expect(all.cells.map { $0.spec.quantise?.bits } == [.four, .four] && rows(all) == ["3", "5"])
    #expect(try sweep("", set: ["codec=\(chain)"]).cells[0].spec.quantise?.bits == .eight)
    #expect(
      message { _ = try sweep("sweep: {grid: {codec.quantise: [8, 4]}}", set: ["codec=\(chain)"]) }
        .hasSuffix("the axis 'codec.quantise' sets the same key; override that: --set codec.quantise=8"))
    #expect(RunSpec().flattened.contains { $0 == (key: "codec.quantise", value: "none") })
  }

  @Test("an axis on the codec's name keeps the add-on")
  func name() throws {
    let plan = try sweep("base: {codec: \(chain)}\nsweep: {grid: {codec.name: [identity, autoencoder]}}")
    #expect(plan.cells.map { $0.spec.quantise?.bits } == [.eight, .eight])
    #expect(plan.cells[1].spec.codec.fitted.latent == 8)
  }

  @Test("with an add-on, canonical JSON has a list; without, the object that it always was")
  func canonical() throws {
    let spec = try sweep("base: {codec: {name: identity, quantise: 4}}").cells[0].spec
    #expect(spec.canonicalJSON.contains(#""codec":[{"name":"identity"},{"bits":4,"name":"quantise"}],"#))
    #expect(RunSpec().canonicalJSON.contains(#""codec":{"name":"identity"},"#))
    let twin = spec.canonicalJSON.replacing(
      #"[{"name":"identity"},{"bits":4,"name":"quantise"}]"#, with: #"{"name":"identity","quantise":4}"#)
    #expect(message { _ = try RunSpec(canonicalJSON: twin) }.contains("not written in canonical form"))
  }

  @Test("every add-on is a key of its own, and canonical JSON lists those that are on in one order")
  func addOns() throws {
    let chain =
      "[{name: pca, latent: 8}, {name: deflate}, {name: refresh, above: 0.5, warm: false}, {name: predict, factor: 0.5}, "
      + "{name: error-feedback, keep: 0.9}, {name: residual, fraction: 0.003, form: topk}, {name: quantise, bits: 8}]"
    let spec = try sweep("base: {codec: \(chain)}").cells[0].spec
    let addOns = spec.addOns
    #expect(addOns.deflate && addOns.predict == 0.5 && addOns.errorFeedback == 0.9 && addOns.residual == 0.003)
    #expect(addOns.residualForm == .topk && addOns.refresh.above == 0.5 && !addOns.refresh.isWarm)
    let json =
      #"{"bits":8,"name":"quantise"},{"form":"topk","fraction":0.003,"name":"residual"},"#
      + #"{"keep":0.9,"name":"error-feedback"},{"factor":0.5,"name":"predict"},"#
      + #"{"above":0.5,"every":0,"name":"refresh","warm":false,"window":50},{"name":"deflate"}]"#
    #expect(spec.canonicalJSON.contains(json))
    #expect(try RunSpec(canonicalJSON: spec.canonicalJSON) == spec)
    let keys =
      "{name: pca, latent: 8, quantise: 8, residual: 0.003, residualForm: topk, errorFeedback: 0.9, predict: 0.5, "
      + "refreshAbove: 0.5, refreshWarm: false, deflate: true}"
    #expect(try sweep("base: {codec: \(keys)}").cells[0].spec == spec)
  }

  @Test("the settings of an add-on that is off make no difference, and idle add-ons are not listed")
  func idle() throws {
    let plain = try sweep("base: {codec: {name: stc}}").cells[0].spec
    let idle = try sweep("base: {codec: {name: stc, residualForm: topk, refreshWindow: 3, errorFeedback: 0}}").cells[0]
      .spec
    #expect(plain == idle && plain.canonicalJSON == idle.canonicalJSON)
    #expect(plain.canonicalJSON.contains(#""codec":{"fraction":0.01,"input":"difference","name":"stc"}"#))
    #expect(!plain.flattened.contains { $0.key.contains("refresh") || $0.key.contains("errorFeedback") })
    #expect(!plain.yaml.contains("deflate"))
  }

  private static let example = "[{name: autoencoder}, {name: quantise, bits: 8}]"

  static let bad: [(String, String)] = [
    ("[]", "3:15: codec is an empty list; write a codec and its add-ons: \(example)"),
    ("[identity]", "3:16: codec[0] must be a mapping of keys to values but is 'identity'"),
    ("[{name: quantise, bits: 8}]", "3:23: quantise is an add-on and follows a codec: \(example)"),
    ("{name: quantise}", "3:22: quantise is an add-on and follows a codec: \(example)"),
    (
      "[{name: identity}, {name: autoencoder}]",
      "3:41: codec[1] is a second codec, autoencoder; a chain has one codec, then add-ons: \(example)"
    ),
    (
      "[{name: identity}, {name: qsgd}]",
      "3:41: codec[1] is a second codec, qsgd; a chain has one codec, then add-ons: \(example)"
    ),
    ("[{name: deflate}]", "3:23: deflate is an add-on and follows a codec: \(example)"),
    ("{name: error-feedback}", "3:22: error-feedback is an add-on and follows a codec: \(example)"),
    (
      "[{name: stc}, {name: zstd}]",
      "3:36: codec[1]: there is no add-on 'zstd'; expected one of: "
        + "quantise, transform, residual, error-feedback, predict, refresh, deflate"
    ),
    (
      "[{name: stc}, {name: deflate, level: 9}]",
      "3:45: unknown key 'level' in codec[1]; expected one of: name"
    ),
    (
      "[{name: stc}, {name: error-feedback, keep: 2}]",
      "3:58: codec[1].keep must be a number from 0 to 1 but is '2'"
    ),
    ("[{name: pca}, {name: residual}]", "3:29: codec[1] needs fraction: a number from 0 to 1"),
    (
      "[{name: pca}, {name: residual, fraction: 0.1, form: top}]",
      "3:67: codec[1].form has no 'top'; did you mean 'topk'?"
    ),
    (
      "[{name: stc}, {name: refresh, every: 3}]",
      "3:52: codec.refreshEvery fits a codec anew, but stc is not fitted; leave it out"
    ),
    (
      "[{name: stc}, {name: quantise, bits: 8}]",
      "3:52: codec.quantise says how floats are sent, but stc sends none; leave it out"
    ),
    (
      "[{name: identity}, {name: error-feedback}]",
      "3:34: codec.errorFeedback has nothing to do: identity loses nothing; choose another codec"
    ),
    ("[{name: stc}, {name: deflate}, {name: deflate}]", "3:46: codec[2] is a second deflate; keep one"),
    ("[{name: identity}, {name: quantize}]", "3:41: codec[1]: there is no add-on 'quantize'; did you mean 'quantise'?"),
    ("[{name: identity}, {bits: 8}]", "3:34: codec[1] needs a name, such as quantise"),
    ("[{name: identity}, {name: quantise}]", "3:34: codec[1] needs bits: none, 16, 8 or 4"),
    ("[{name: identity}, {name: quantise, bits: 3}]", "3:57: codec[1].bits must be none, 16, 8 or 4 but is '3'"),
    (
      "[{name: identity}, {name: quantise, bits: none}]",
      "3:57: codec[1].bits is none, which says nothing here; leave quantise out"
    ),
    ("[{name: identity}, {name: quantise, bit: 8}]", "3:51: unknown key 'bit' in codec[1]; did you mean 'bits'?"),
    (
      "[{name: identity}, {name: quantise, bits: 8}, {name: quantise, bits: 4}]",
      "3:61: codec[2] is a second quantise; keep one"
    ),
    (
      "[{name: identity, quantise: 4}, {name: quantise, bits: 8}]",
      "3:47: codec[1] is a second quantise; keep one"
    ),
    (
      "[{name: identity, latent: 3}, {name: quantise, bits: 8}]",
      "3:33: codec.latent belongs to codec pca and autoencoder, but the name here is identity"
    ),
    ("{name: identity, quantise: 7}", "3:42: codec.quantise must be none, 16, 8 or 4 but is '7'"),
  ]

  @Test("a chain that makes no sense is refused, in base and on an axis", arguments: bad)
  func refused(codec: String, expected: String) {
    #expect(message { _ = try sweep("base: {codec: \(codec)}") } == "t.yaml:" + expected)
    let place = expected.split(separator: ":", maxSplits: 2).map(String.init)
    let column = (Int(place[1]) ?? 0) + 9  // `sweep: {grid: {codec: [` is longer by that much
    #expect(
      message { _ = try sweep("sweep: {grid: {codec: [\(codec)]}}") } == "t.yaml:\(place[0]):\(column):\(place[2])")
  }
}
