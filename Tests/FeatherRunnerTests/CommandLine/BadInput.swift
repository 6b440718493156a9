import Foundation
import Testing

/// Something that a user may do wrong, and all that the program must say and leave.
struct BadInput: Sendable, CustomTestStringConvertible {
  var name: String
  /// Makes the files that are there before.
  var prepare: @Sendable (Sandbox) throws -> Void
  var arguments: [String]
  var status: Int32
  /// All of standard error; only its first line for wrong usage (64), where a hint at the usage follows.
  var stderr: String
  /// All of standard output.
  var stdout: String
  /// Files that are new or changed afterwards.
  var leaves: [String]

  var testDescription: String { name }

  init(
    _ name: String, _ arguments: [String], status: Int32, stderr: String, stdout: String = "", leaves: [String] = [],
    prepare: @escaping @Sendable (Sandbox) throws -> Void = { _ in }
  ) {
    self.name = name
    self.prepare = prepare
    self.arguments = arguments
    self.status = status
    self.stderr = stderr
    self.stdout = stdout
    self.leaves = leaves
  }

  /// A spec that `run` refuses with status 2 before it makes a folder; `body` starts in line 3.
  static func spec(_ name: String, _ body: String, _ message: String) -> BadInput {
    file(name, TinySweep.spec(body), message)
  }

  /// The same for a whole file.
  static func file(_ name: String, _ text: String, _ message: String) -> BadInput {
    BadInput(name, ["run", "spec.yaml"], status: 2, stderr: "error: spec.yaml:\(message)\n") {
      try $0.write(text, to: "spec.yaml")
    }
  }

  /// A good spec with other arguments.
  static func arguments(
    _ name: String, _ arguments: [String], status: Int32 = 2, _ stderr: String
  ) -> BadInput {
    BadInput(name, arguments, status: status, stderr: stderr + "\n") { try $0.write(TinySweep.one, to: "spec.yaml") }
  }
}

extension BadInput {
  static let specs: [BadInput] = [
    .spec("an unknown key", "base: {codek: {}}", "3:8: unknown key 'codek' in base; did you mean 'codec'?"),
    .spec(
      "a misspelt key", "base: {training: {lerningRate: 1}}",
      "3:19: unknown key 'lerningRate' in training; did you mean 'learningRate'?"),
    .spec(
      "no for a flag", "base: {store: {codec: no}}", "3:23: store.codec must be true or false but is 'no'; write false"),
    .spec(
      "a leading zero", "base: {training: {batch: 017}}",
      "3:26: training.batch must be a whole number from 1 to 1000000000 but is '017'; "
        + "write 17, because YAML dialects disagree on leading zeros"),
    .spec(
      "a time of day", "base: {seed: 12:30}",
      "3:14: seed must be a whole number from 0 to 18446744073709551615 but is '12:30'"),
    .spec(
      "a fraction for a count", "base: {training: {batch: 32.0}}",
      "3:26: training.batch must be a whole number from 1 to 1000000000 but is '32.0'"),
    .spec(
      "not a number", "base: {training: {learningRate: .nan}}",
      "3:33: training.learningRate must be a number above 0 and at most 1000 but is '.nan'"),
    .spec(
      "nobody takes part", "base: {federation: {participation: 0}}",
      "3:36: federation.participation must be a number above 0 and at most 1 but is '0'"),
    .spec(
      "a latent as large as the model", "base: {codec: {name: autoencoder, latent: 15910}}",
      "3:43: codec.latent is 15910, but the model has only 15910 parameters; a latent must be smaller to save bytes"),
    .spec(
      "more clients than samples", "base: {dataset: {train: 9}, partition: {clients: 10}}",
      "3:50: partition.clients is 10, but there are only 9 training samples; every client needs one"),
    .spec(
      "more shards than samples", "base: {dataset: {train: 9}, partition: {scheme: shards, clients: 2, perClient: 5}}",
      "3:80: partition.perClient: 2 clients with 5 shards each need 10 samples, but there are only 9"),
    .spec(
      "momentum with adam", "base: {training: {optimizer: adam, momentum: 0.9}}",
      "3:46: training.momentum is 0.9, but adam has moments of its own; write 0 or optimizer: sgd"),
    .spec(
      "an autoencoder without a pre-pass", "base: {codec: {name: autoencoder}, prepass: {epochs: 0}}",
      "3:54: prepass.epochs is 0, but the autoencoder is fitted on the pre-pass snapshots; write 1 or more"),
    .spec(
      "more images than there are", "base: {dataset: {name: mnist, train: 60001}}",
      "3:38: dataset.train is 60001, but mnist has at most 60000"),
    .spec(
      "a planned data set", "base: {dataset: {name: idx}}",
      "3:24: dataset.name 'idx' is not available in this version; available: synthetic-digits, synthetic-colours, "
        + "mnist, fashion-mnist, cifar10"),
    .spec(
      "layers that do not fit",
      "base: {dataset: {name: mnist}, model: {name: layers, layers: [{convolution: 8, kernel: 29}]}}",
      "3:63: model.layers: layer 1 (convolution 29x29) takes at least [1, 29, 29], but gets [1, 28, 28]; "
        + "make it smaller, or shrink less before it"),
    .spec(
      "a chain of two codecs", "base: {codec: [{name: autoencoder}, {name: identity}]}",
      "3:44: codec[1] is a second codec, identity; a chain has one codec, then add-ons: "
        + "[{name: autoencoder}, {name: quantise, bits: 8}]"),
    .spec(
      "an add-on that has nothing to do", "base: {codec: [{name: identity}, {name: error-feedback}]}",
      "3:34: codec.errorFeedback has nothing to do: identity loses nothing; choose another codec"),
    .spec(
      "a grey fraction above 1",
      "base: {dataset: {name: cifar10, train: 100}, partition: {scheme: colour-imbalance, greyFraction: [0, 1.5]}}",
      "3:102: partition.greyFraction[1] must be a number from 0 to 1 but is '1.5'"),
    .spec(
      "a misspelt name", "base: {dataset: {name: mnsit}}", "3:24: dataset.name has no 'mnsit'; did you mean 'mnist'?"),
    .spec(
      "a key given twice", "base: {seed: 1, seed: 2}",
      "3:17: the key 'seed' is already given in line 3; keep one of them"),
    .spec(
      "two equal cells", "sweep: {grid: {codec: [{name: identity}, {name: identity}]}}",
      "3:16: two cells come out equal: 'codec={name: identity}' and 'codec={name: identity}'; remove one"),
    .spec(
      "zipped lists of unequal length", "sweep: {zip: {seed: [1, 2], training.batch: [1, 2, 3]}}",
      "3:29: zip lists must be of equal length: 'seed' has 2 values, 'training.batch' has 3"),
    .spec(
      "an exclude that matches nothing", "sweep: {grid: {seed: [1]}, exclude: [{seed: 2}]}",
      "3:38: this exclude matches no cell; check its keys and values"),
    .spec(
      "an axis that names nothing", "sweep: {grid: {codec.latnt: [1]}}",
      "3:16: axis 'codec.latnt' names no key; did you mean 'codec.latent'?"),
    .file("an empty spec", "", "1:1: the file is empty; a spec starts with featherweight: 1"),
    .file("another format", "featherweight: 2\n", "1:16: this version reads format 1, not 2"),
    .file(
      "a name that is a path", "featherweight: 1\nname: ../x\n",
      "2:7: name must be a file name of at most 64 letters a-z, digits, '-', '_' and '.', not starting with '.' "
        + "or '-', but is '../x'"),
    .file("a tab", "featherweight: 1\n\tname: x\n", "2:1: not YAML: found a tab character that violates indentation"),
    .file(
      "a billion laughs", laughs, "6:25: more than 100000 values after expanding aliases; the file is not read"),
    BadInput(
      "text that is not UTF-8", ["run", "spec.yaml"], status: 2, stderr: "error: spec.yaml: is not UTF-8 text\n"
    ) {
      try $0.write([0x61, 0xFF], to: "spec.yaml")
    },
    .arguments(
      "a missing spec", ["run", "spce.yaml"], "error: spce.yaml: cannot be opened: No such file or directory"),
    .arguments(
      "a folder for a spec", ["plan", "."],
      "error: .: is a folder, and not that of a sweep that was begun, which has a plan.json; give a spec, a YAML file"),
    .arguments(
      "other values for a sweep that was begun", ["run", ".", "--set", "seed=1"], status: 64,
      "Error: . is a sweep that was begun; --set and --out need its spec, a YAML file"),
    .arguments(
      "a cell that is none of the plan's", ["run", "spec.yaml", "--cells", "0123456789ab"],
      "error: tiny: has no cell ID; 'plan' lists the ids of its cells"),
    .arguments(
      "what is no cell's id", ["run", "spec.yaml", "--cells", "first"], status: 64,
      "Error: The value 'first' is invalid for '--cells <id,...>'"),
  ]

  /// Each level lists the one before ten times.
  private static let laughs =
    "a0: &a0 [x]\n"
    + (1...9).map { "a\($0): &a\($0) [\(Array(repeating: "*a\($0 - 1)", count: 10).joined(separator: ", "))]\n" }
    .joined()

  private static let tooLarge = [
    "--set", "model.hidden=[15000]", "--set", "codec.name=autoencoder", "--set", "codec.latent=40", "--set",
    "partition.clients=40",
  ]

  static let options: [BadInput] = [
    .arguments(
      "a misspelt override", ["run", "spec.yaml", "--set", "codec.latnt=4"],
      "error: --set codec.latnt=4: key 'codec.latnt' names no key; did you mean 'codec.latent'?"),
    .arguments(
      "an override without a value", ["run", "spec.yaml", "--set", "seed"], "error: --set seed: expected key=value"),
    .arguments(
      "an override of the wrong type", ["run", "spec.yaml", "--set", "seed=one"],
      "error: --set seed=one: seed must be a whole number from 0 to 18446744073709551615 but is 'one'"),
    .arguments(
      "no job", ["run", "spec.yaml", "--jobs", "0"], status: 64, "Error: --jobs must be 1...1024 but is 0"),
    .arguments(
      "a word for a number of jobs", ["run", "spec.yaml", "--jobs", "many"], status: 64,
      "Error: The value 'many' is invalid for '--jobs <jobs>'"),
    .arguments(
      "an unknown option", ["run", "spec.yaml", "--job", "2"], status: 64,
      "Error: Unknown option '--job'. Did you mean '--jobs'?"),
    .arguments("no spec", ["run"], status: 64, "Error: Missing expected argument '<spec>'"),
    .arguments(
      "an unknown subcommand", ["rum", "spec.yaml"], status: 64, "Error: 2 unexpected arguments: 'rum', 'spec.yaml'"),
    .arguments(
      "a worker started by hand", ["worker", "results/tiny"], status: 64,
      "error: 'worker' is what 'featherweight run' starts, not a command: use 'run'"),
    .arguments(
      "an empty folder name", ["run", "spec.yaml", "--out", ""], status: 64,
      "Error: --out must name a folder but is empty"),
    .arguments(
      "an unknown selection", ["run", "spec.yaml", "--only", "done"], status: 64,
      "Error: The value 'done' is invalid for '--only <only>'. Please provide one of 'failed', 'pending' or 'diverged'."
    ),
    .arguments(
      "a time without its unit", ["run", "spec.yaml", "--timeout", "10"], status: 64,
      "Error: The value '10' is invalid for '--timeout <duration>'"),
    .arguments(
      "a memory of nothing", ["run", "spec.yaml", "--memory", "0GB"], status: 64,
      "Error: The value '0GB' is invalid for '--memory <size>'"),
    .arguments(
      "a negative number of retries", ["run", "spec.yaml", "--retry=-1"], status: 64,
      "Error: --retry must be 0...1000 but is -1"),
    .arguments(
      "less memory than a cell needs", ["run", "spec.yaml", "--memory", "20MB"],
      "error: spec.yaml: cell ID needs about N MB of memory and --memory allows N MB: "
        + "make the model, the autoencoder or partition.clients smaller"),
    .arguments(
      "a plan with less memory than a cell needs", ["plan", "spec.yaml", "--memory", "20MB"],
      "error: spec.yaml: cell ID needs about N MB of memory and --memory allows N MB: "
        + "make the model, the autoencoder or partition.clients smaller"),
    .arguments(
      "an unknown table format", ["table", "results/tiny", "--format", "pdf"], status: 64,
      "Error: The value 'pdf' is invalid for '--format <format>'. Please provide one of 'markdown', 'latex' or 'csv'."),
    .arguments(
      "a model larger than the memory", ["run", "spec.yaml"] + tooLarge,
      "error: spec.yaml: cell ID needs about N MB of memory and this machine has N MB: "
        + "make the model, the autoencoder or partition.clients smaller"),
    .arguments(
      "a plan of a model larger than the memory", ["plan", "spec.yaml"] + tooLarge,
      "error: spec.yaml: cell ID needs about N MB of memory and this machine has N MB: "
        + "make the model, the autoencoder or partition.clients smaller"),
  ]
}
