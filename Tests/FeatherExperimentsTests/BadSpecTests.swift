import Foundation
import Testing

@testable import FeatherExperiments

@Suite("Bad specs")
struct BadSpecTests {
  /// What stands after format and name (lines 1 and 2), and the error after `t.yaml:`.
  static let keys: [(String, String)] = [
    ("bass: {}", "3:1: unknown key 'bass' in the spec; did you mean 'base'?"),
    ("base: {codek: {}}", "3:8: unknown key 'codek' in base; did you mean 'codec'?"),
    (
      "base:\n  training: {lerningRate: 1}", "4:14: unknown key 'lerningRate' in training; did you mean 'learningRate'?"
    ),
    (
      "base: {store: {everything: true}}",
      "3:16: unknown key 'everything' in store; expected one of: weights, latents, codec, snapshots"
    ),
    (
      "base: {codec: {name: identity, latent: 3}}",
      "3:32: codec.latent belongs to codec pca and autoencoder, but the name here is identity"
    ),
    (
      "base: {partition: {alpha: 1}}",
      "3:20: partition.alpha belongs to partition dirichlet and quantity and inner-dirichlet, but the scheme here is iid"
    ),
    (
      "base: {dataset: {name: mnist, seed: 1}}",
      "3:31: dataset.seed belongs to dataset synthetic-digits and synthetic-colours, but the name here is mnist"
    ),
    ("base: {codec: identity}", "3:15: codec must be a mapping of keys to values but is 'identity'"),
    ("base:", "3:6: base must be a mapping of keys to values but is nothing"),
    (
      "base: {codec: [{name: autoencoder}, {name: qsgd}]}",
      "3:44: codec[1] is a second codec, qsgd; a chain has one codec, then add-ons: "
        + "[{name: autoencoder}, {name: quantise, bits: 8}]"
    ),
    (
      "base: {dataset: {name: idx}}",
      "3:24: dataset.name 'idx' is not available in this version; available: "
        + "synthetic-digits, synthetic-colours, mnist, fashion-mnist, cifar10"
    ),
    ("base: {model: {name: vgg16}}", "3:22: model.name has no 'vgg16'; expected one of: mlp, vgg3, lenet5, layers"),
    ("base: {model: {name: vgg3, hidden: [2]}}", "3:28: model.hidden belongs to model mlp, but the name here is vgg3"),
    (
      "base: {model: {layers: [flatten]}}", "3:16: model.layers belongs to model layers, but the name here is mlp"
    ),
    ("base: {dataset: {name: mnsit}}", "3:24: dataset.name has no 'mnsit'; did you mean 'mnist'?"),
    (
      "base: {codec: {name: zip}}",
      "3:22: codec.name has no 'zip'; expected one of: identity, float16, bfloat16, qsgd, sign, topk, randomk, stc, "
        + "count-sketch, drive, eden, powersgd, pca, autoencoder"
    ),
  ]

  static let values: [(String, String)] = [
    (
      "base: {training: {batch: 017}}",
      "3:26: training.batch must be a whole number from 1 to 1000000000 but is '017'; "
        + "write 17, because YAML dialects disagree on leading zeros"
    ),
    ("base: {seed: 12:30}", "3:14: seed must be a whole number from 0 to 18446744073709551615 but is '12:30'"),
    (
      "base: {seed: 18446744073709551616}",
      "3:14: seed must be a whole number from 0 to 18446744073709551615 but is '18446744073709551616'"
    ),
    ("base: {seed: 0x10}", "3:14: seed must be a whole number from 0 to 18446744073709551615 but is '0x10'"),
    (
      "base: {training: {batch: \"32\"}}",
      "3:26: training.batch must be a whole number from 1 to 1000000000 but is the text \"32\"; remove the quotes"
    ),
    ("base: {training: {batch: 0}}", "3:26: training.batch must be a whole number from 1 to 1000000000 but is '0'"),
    ("base: {training: {batch: -1}}", "3:26: training.batch must be a whole number from 1 to 1000000000 but is '-1'"),
    (
      "base: {training: {batch: 32.0}}",
      "3:26: training.batch must be a whole number from 1 to 1000000000 but is '32.0'"
    ),
    (
      "base: {training: {learningRate: .5}}",
      "3:33: training.learningRate must be a number above 0 and at most 1000 but is '.5'"
    ),
    (
      "base: {training: {learningRate: .nan}}",
      "3:33: training.learningRate must be a number above 0 and at most 1000 but is '.nan'"
    ),
    (
      "base: {training: {learningRate: 1e999}}",
      "3:33: training.learningRate must be a number above 0 and at most 1000 but is '1e999'"
    ),
    ("base: {training: {momentum: 1}}", "3:29: training.momentum must be a number from 0 to below 1 but is '1'"),
    ("base: {store: {codec: no}}", "3:23: store.codec must be true or false but is 'no'; write false"),
    ("base: {store: {codec: \"true\"}}", "3:23: store.codec must be true or false but is the text \"true\""),
    (
      "base: {model: {hidden: 20}}",
      "3:24: model.hidden must be a list of at most 64 layer widths such as [20] or [] but is '20'"
    ),
    (
      "base: {model: {hidden: [20, 0]}}", "3:29: model.hidden[1] must be a whole number from 1 to 1000000000 but is '0'"
    ),
    (
      "base: {prepass: {snapshotEvery: epochs}}",
      "3:33: prepass.snapshotEvery must be a number of steps from 1 to 1000000000 or the word epoch but is 'epochs'"
    ),
    (
      "base: {federation: {participation: 0}}",
      "3:36: federation.participation must be a number above 0 and at most 1 but is '0'"
    ),
    ("base: {training: {batch: !!int 3}}", "3:26: the tag 'tag:yaml.org,2002:int' is not used in specs; remove it"),
  ]

  static let contradictions: [(String, String)] = [
    (
      "base: {model: {name: lenet5}, training: {convolution: winograd}}",
      "3:55: training.convolution is winograd, but no layer of the model suits it: a 3x3 convolution of stride 1 with at "
        + "least 16 channels before and after it; write auto"
    ),
    (
      "base: {codec: {name: autoencoder, latent: 15910}}",
      "3:43: codec.latent is 15910, but the model has only 15910 parameters; a latent must be smaller to save bytes"
    ),
    ("base: {dataset: {name: mnist, train: 60001}}", "3:38: dataset.train is 60001, but mnist has at most 60000"),
    ("base: {dataset: {name: mnist, test: 10001}}", "3:37: dataset.test is 10001, but mnist has at most 10000"),
    (
      "base: {dataset: {train: 99}, partition: {clients: 100}}",
      "3:51: partition.clients is 100, but there are only 99 training samples; every client needs one"
    ),
    (
      "base: {dataset: {train: 100}, partition: {scheme: shards, clients: 30, perClient: 4}}",
      "3:83: partition.perClient: 30 clients with 4 shards each need 120 samples, but there are only 100"
    ),
    (
      "base: {dataset: {train: 100}, partition: {scheme: dirichlet, clients: 11}}",
      "3:71: partition.minimumSamples: 11 clients with at least 10 samples need 110, but there are only 100"
    ),
    (
      "base: {training: {optimizer: adam, momentum: 0.9}}",
      "3:46: training.momentum is 0.9, but adam has moments of its own; write 0 or optimizer: sgd"
    ),
    (
      "base: {codec: {name: autoencoder}, prepass: {epochs: 0}}",
      "3:54: prepass.epochs is 0, but the autoencoder is fitted on the pre-pass snapshots; write 1 or more"
    ),
    (
      "base: {model: {hidden: [1000000000, 1000000000, 1000000000]}}",
      "3:24: model.hidden gives a model of more than 1000000000 parameters"
    ),
    (
      "base: {codec: {name: autoencoder, hidden: [1000000000]}}",
      "3:43: codec.hidden and codec.latent give an autoencoder of more than 1000000000 parameters"
    ),
  ]

  static let sweeps: [(String, String)] = [
    ("sweep: {grid: {codec.latnt: [1]}}", "3:16: axis 'codec.latnt' names no key; did you mean 'codec.latent'?"),
    ("sweep: {gird: {}}", "3:9: unknown key 'gird' in sweep; did you mean 'grid'?"),
    ("sweep: {grid: {seed: 1}}", "3:22: the axis 'seed' must be a list such as [a, b] but is '1'"),
    ("sweep: {grid: {seed: []}}", "3:22: the axis 'seed' has no values"),
    (
      "sweep: {zip: {seed: [1, 2], training.batch: [1, 2, 3]}}",
      "3:29: zip lists must be of equal length: 'seed' has 2 values, 'training.batch' has 3"
    ),
    ("sweep: {grid: {seed: [1]}, zip: {seed: [1]}}", "3:34: the axis 'seed' is given twice in this block"),
    (
      "sweep: {grid: {seed: [1]}, exclude: [{sed: 1}]}",
      "3:39: exclude key 'sed' names no key; did you mean 'seed'?"
    ),
    (
      "sweep: {grid: {seed: [1]}, exclude: [{codec: {name: identity}}]}",
      "3:39: exclude key 'codec' is a section; name one of its keys: codec.name, codec.bits, codec.fraction, "
        + "codec.rows, codec.keep, codec.rank, codec.hidden, codec.latent, codec.keptVariance, codec.budget, "
        + "codec.activation, codec.initialisation, …"
    ),
    (
      "sweep: {grid: {seed: [1]}, exclude: [{seed: 2}]}",
      "3:38: this exclude matches no cell; check its keys and values"
    ),
    ("sweep: {grid: {seed: [1]}, exclude: [{seed: 1}]}", "1:1: the sweep has no cell left; exclude takes all away"),
    (
      "sweep: {grid: {seed: [1]}, when: {sead: {seed: 1}}}",
      "3:35: when 'sead' names no axis of this block; did you mean 'seed'?"
    ),
    (
      "sweep: {grid: {seed: [1]}, when: {seed: {codec.name: autoencoder}}}",
      "3:35: when 'seed' matches no cell; check its keys and values"
    ),
    (
      "sweep: {grid: {seed: [1, 2], codec: [{name: identity}, {name: identity}]}}",
      "3:30: two cells come out equal: 'seed=1 codec={name: identity}' and 'seed=1 codec={name: identity}'; remove one"
    ),
    (
      "base: {codec: {name: autoencoder}}\nsweep: {grid: {codec.name: [identity], codec.latent: [8]}}",
      "4:40: codec.latent belongs to codec pca and autoencoder, but the name here is identity"
    ),
    (
      "sweep: {grid: {partition.clients: [2, 70000]}}",
      "3:39: partition.clients is 70000, but there are only 60000 training samples; every client needs one"
    ),
  ]

  @Test(
    "every bad spec gets one line that says where, what and what instead",
    arguments: keys + values + contradictions + sweeps)
  func refused(body: String, expected: String) {
    #expect(message { _ = try sweep(body) } == "t.yaml:" + expected)
  }

  static let whole: [(String, String)] = [
    ("", "1:1: the file is empty; a spec starts with featherweight: 1"),
    ("# only a comment\n", "1:1: the file is empty; a spec starts with featherweight: 1"),
    ("[1]", "1:1: a spec must be a mapping of keys to values but is a list"),
    ("name: a", "1:1: the format is missing; start the spec with featherweight: 1"),
    ("featherweight: 2", "1:16: this version reads format 1, not 2"),
    ("featherweight: 1", "1:1: the name is missing; add name: and a word for the folder of results"),
    (
      "featherweight: 1\nname: ../x",
      "2:7: name must be a file name of at most 64 letters a-z, digits, '-', '_' and '.', not starting with '.' "
        + "or '-', but is '../x'"
    ),
    (
      "featherweight: 1\n---\nname: a",
      "2:1: a second document starts here; a spec is one document, without '---' between"
    ),
    ("a: 1\nb: 2\na: 3", "3:1: the key 'a' is already given in line 1; keep one of them"),
    ("a: {b: 1, c: [b], b: 2}", "1:19: the key 'b' is already given in line 1; keep one of them"),
    ("a: {b: 1,\n  c: 2, \"b\": 2}", "2:10: the key 'b' is already given in line 1; keep one of them"),
    ("a: *b", "1:4: the alias '*b' has no anchor '&b' above it; quote text that starts with *"),
    ("a: &b [*b]", "1:8: the alias '*b' has no anchor '&b' above it; quote text that starts with *"),
    ("? a\n: b", "1:1: keys marked with '?' are not used in specs; write 'key: value'"),
    ("{[a]: b}", "1:2: a key must be a single word, not a list, a mapping or an alias"),
    ("a: {<<: 1}", "1:9: '<<' merges a mapping or a list of mappings, not '1'"),
    ("a: [1", "2:1: not YAML: did not find expected ',' or ']'"),
    ("a: \u{E000}", "1:4: the character U+E000 cannot be used in a spec"),
    ("a: 1\nb: \"\u{1}\"", "2:5: not YAML: control characters are not allowed"),
    (
      "\"a\\nb\": 1\nfeatherweight: 1",
      "1:1: unknown key 'a␤b' in the spec; expected one of: featherweight, name, about, base, sweep"
    ),
    ("\tb: 1", "1:1: not YAML: found character that cannot start any token"),
  ]

  @Test("what is not a spec, or not our YAML, is refused with its place", arguments: whole)
  func notASpec(text: String, expected: String) {
    #expect(message { _ = try SweepSpec.load(text: text, file: "t.yaml") } == "t.yaml:" + expected)
  }

  @Test("a file that cannot be read says why")
  func files() throws {
    #expect(
      message { _ = try SweepSpec.load(path: "/nonexistent/x.yaml") }
        == "/nonexistent/x.yaml: cannot be opened: No such file or directory")
    #expect(message { _ = try SweepSpec.load(path: "/") } == "/: cannot be read: Is a directory")
    #expect(
      message { _ = try SweepSpec.load(path: "/dev/zero") }
        == "/dev/zero: has more than 1048576 bytes; a spec has at most that many")
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("feather-\(UUID()).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("featherweight: 1\nname: t\n".utf8).write(to: file)
    #expect(try SweepSpec.load(path: file.path).plan().cells.count == 1)
    try Data([0x61, 0xFF]).write(to: file)
    #expect(message { _ = try SweepSpec.load(path: file.path) } == "\(file.path): is not UTF-8 text")
  }
}

@Suite("Hostile files")
struct HostileTests {
  /// Each level lists the one before ten times: 10^12 values if it were expanded.
  static let laughs: String = {
    var lines = ["a0: &a0 [x]"]
    for i in 1...12 {
      lines.append("a\(i): &a\(i) [\(Array(repeating: "*a\(i - 1)", count: 10).joined(separator: ", "))]")
    }
    return lines.joined(separator: "\n") + "\n"
  }()

  /// A hostile file, shown by its name because of its length.
  struct Hostile: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: String
    var expected: String

    init(_ name: String, _ text: String, _ expected: String) {
      testDescription = name
      self.text = text
      self.expected = expected
    }
  }

  private static let tooMany = "more than 100000 values after expanding aliases; the file is not read"
  private static let tooDeep = "nested more than 32 levels deep"
  private static let keyMark = "keys marked with '?' are not used in specs; write 'key: value'"

  private static func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

  static let chain = (1...40).map { "a\($0): &a\($0) [\($0 == 1 ? "x" : "*a\($0 - 1)")]" }.joined(separator: "\n")

  static let files = [
    Hostile("a billion laughs", laughs, tooMany),
    Hostile("a billion laughs as a key", laughs + "b: {*a12 : 1}\n", tooMany),
    Hostile(
      "a billion laughs of mappings", laughs.replacing("[", with: "{k: [").replacing("]", with: "]}"), tooMany),
    Hostile("aliases of aliases", chain, tooDeep),
    Hostile("100,000 brackets", times(100_000, "["), tooDeep),
    Hostile("50 braces", times(50, "{a: ") + "1" + times(50, "}"), tooDeep),
    Hostile("40 brackets", times(40, "[") + times(40, "]"), tooDeep),
    Hostile("5,000 dashes", times(5000, "- ") + "a", tooDeep),
    Hostile("5,000 question marks", times(5000, "? ") + "a", keyMark),
    Hostile("200,000 values", "a: [" + times(200_000, "x,") + "]", tooMany),
    Hostile(
      "5,000 keys", "{" + (0..<5000).map { "k\($0): 1" }.joined(separator: ", ") + "}",
      "a mapping of more than 1000 keys"),
    Hostile("a long file", "a: " + times(1 << 20, "x"), "the file has 1048579 bytes; at most 1048576 are read"),
  ]

  @Test("a hostile file is refused within seconds", arguments: files)
  func refused(file: Hostile) {
    let start = ContinuousClock.now
    #expect(message { _ = try SweepSpec.load(text: file.text, file: "t.yaml") }.hasSuffix(file.expected))
    #expect(ContinuousClock.now - start < .seconds(10), "it takes a fraction of a second")
  }

  @Test(
    "a name that would leave the folder of results, or look like an option, is refused in specs and frozen plans",
    arguments: [
      "..", ".", ".hidden", "/etc", "a/b", "..\\\\x", "-rf", "a\\0b", "a\\eb", "a b", "é",
      String(repeating: "a", count: 65),
    ])
  func names(name: String) throws {
    let error = message { _ = try SweepSpec.load(text: "featherweight: 1\nname: \"\(name)\"\n", file: "t.yaml") }
    #expect(error.hasPrefix("t.yaml:2:7: name must be a file name"), "\(error)")
    let frozen = try sweep("").json.replacing("\"name\":\"t\"", with: "\"name\":\"\(name)\"")
    #expect(message { _ = try Plan(json: frozen, file: "p.json") }.contains("name must be a file name"))
  }

  @Test(
    "a partition is not read from a pipe, which would wait for ever, nor from a device",
    arguments: ["pipe", "/dev/zero"])
  func oddPartition(place: String) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "featherweight-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = place.hasPrefix("/") ? place : "\(folder)/\(place)"
    if path != place { #expect(mkfifo(path, 0o600) == 0) }
    #expect(
      message { _ = try sweep("base: {partition: {scheme: from-file, file: \(path)}}") }
        .hasSuffix("partition.file '\(path)' is not a regular file"))
  }

  @Test("whatever happens to a byte of a spec, it is read or refused with its place")
  func mutations() throws {
    let original = Array(try fixture("latent-size-by-clients.yaml").utf8)
    let odd = Array("*&?:,[]{}#|>'\"%@`!-\t\n 0e\\<".utf8)
    var state: UInt64 = 1
    var read = 0
    for _ in 0..<1500 {
      var bytes = original
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      bytes[Int(state >> 33) % bytes.count] = odd[Int((state >> 20) & 0xFFF) % odd.count]
      do {
        _ = try SweepSpec.load(text: String(decoding: bytes, as: UTF8.self), file: "t.yaml").plan()
        read += 1
      } catch let error as SpecError {
        #expect(error.file == "t.yaml" && error.line > 0 && !error.message.contains("\n"), "\(error)")
      }
    }
    #expect((100..<1400).contains(read))
  }

  @Test("a sweep of 2,000 cells is planned, frozen and read back within some seconds")
  func large() throws {
    let start = ContinuousClock.now
    let list = "[\((1...1000).map(String.init).joined(separator: ", "))]"
    let plan = try sweep("sweep: {grid: {seed: \(list), codec: [{name: identity}, {name: autoencoder}]}}")
    let frozen = try Plan(json: plan.json, file: "plan.json")
    #expect(frozen.cells.map(\.id) == plan.cells.map(\.id) && plan.cells.count == 2000)
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test("a sweep of too many cells is refused before it is expanded")
  func tooManyCells() {
    let list = "[\((1...400).map(String.init).joined(separator: ", "))]"
    let body = "sweep: {grid: {seed: \(list), training.batch: \(list), model.hidden: [[1]]}}"
    #expect(message { _ = try sweep(body) }.hasSuffix("the sweep has more than 100000 cells"))
  }
}
