import Foundation
import Testing

extension BadInput {
  /// A command on the results of a finished run of which something was spoilt.
  private static func results(
    _ name: String, _ arguments: [String], status: Int32, stderr: String, stdout: String = "",
    spoil: @escaping @Sendable (Sandbox) throws -> Void
  ) -> BadInput {
    BadInput(name, arguments, status: status, stderr: stderr, stdout: stdout) { sandbox in
      try finish(in: sandbox)
      try spoil(sandbox)
    }
  }

  /// A finished sweep in `r`, its result file moved to `r/ID.h5` for the command line's sake in `verify`.
  private static func finish(in sandbox: Sandbox) throws {
    try sandbox.write(TinySweep.one, to: "spec.yaml")
    let run = try sandbox.run(["run", "spec.yaml", "--out", "r", "--quiet"])
    guard run.status == 0 else { throw SandboxError(description: "the tiny run failed: \(run.stderr)") }
  }

  /// The id of `TinySweep.one`, pinned: it never changes unless its result may.
  static let id = "8ea4fa76e31c"
  private static let file = "r/\(id).h5"

  private static let cut: @Sendable (Sandbox) throws -> Void = { try $0.edit(file) { $0.removeLast(1000) } }
  private static let again = ["run", "spec.yaml", "--out", "r"]

  static let results: [BadInput] = [
    results(
      "a run over a file cut short", again, status: 1,
      stderr: "error: r/ID.h5: cut short: N of N bytes; run it again\n"
        + "Nothing was run: remove what is damaged, and 'run' computes it again.\n", spoil: cut),
    results(
      "the status of a file cut short", ["status", "r"], status: 0, stderr: "",
      stdout: "tiny\n"
        + "1 cell: 1 damaged\n"
        + "\n"
        + "id            state    note\n"
        + "ID  damaged  r/ID.h5: cut short: N of N bytes; run it again\n", spoil: cut),
    results(
      "a table of a file cut short", ["table", "r"], status: 1,
      stderr: "warning: r/ID.h5: cut short: N of N bytes; run it again\n"
        + "error: r: no run of 'tiny' is finished; start them with: featherweight run SPEC --out r\n", spoil: cut),
    results(
      "a file cut short", ["verify", file], status: 1, stderr: "",
      stdout: "r/ID.h5: cut short: N of N bytes; run it again\n", spoil: cut),
    results(
      "an empty result file", ["verify", file], status: 1, stderr: "",
      stdout: "r/ID.h5: not an HDF5 file: it is empty; run it again\n"
    ) {
      try $0.edit(file) { $0.removeAll() }
    },
    results(
      "a result file of another program", ["verify", file], status: 1, stderr: "",
      stdout: "r/ID.h5: not an HDF5 file: its first bytes are not HDF5's signature; name a result file\n"
    ) {
      try $0.write("PK\u{3}\u{4} not HDF5 at all", to: file)
    },
    results(
      "a run over a file of another program", again, status: 1,
      stderr: "error: r/ID.h5: not an HDF5 file: its first bytes are not HDF5's signature; name a result "
        + "file\n"
        + "Nothing was run: remove what is damaged, and 'run' computes it again.\n"
    ) {
      try $0.write("PK\u{3}\u{4} not HDF5 at all", to: file)
    },
    results(
      "the result of another run", again, status: 1,
      stderr: "error: r/ID.h5: holds run ID: rename or remove it\n"
        + "Nothing was run: remove what is damaged, and 'run' computes it again.\n"
    ) {
      _ = try $0.run(["run", "spec.yaml", "--out", "other", "--quiet", "--set", "seed=2"])
      try $0.write(try $0.bytes("other/" + (try #require($0.results("other").first))), to: file)
    },
    results(
      "an index where a result belongs", again, status: 1,
      stderr: "error: r/ID.h5: its format is 'featherweight-sweep'; expected 'featherweight-run'\n"
        + "Nothing was run: remove what is damaged, and 'run' computes it again.\n"
    ) {
      try $0.write(try $0.bytes("r/sweep.h5"), to: file)
    },
    results(
      "the sidecar of another file", ["verify", file], status: 1, stderr: "",
      stdout: "r/ID.h5: sound, but not the file that the sidecar describes: its SHA-256 is not "
        + "file_sha256; run it again\n"
    ) {
      try $0.edit("r/\(id).json") { json in
        json = Array(
          String(decoding: json, as: UTF8.self).replacing(/file_sha256" : "./, with: "file_sha256\" : \"x").utf8)
      }
    },
    results(
      "a sidecar that is none", ["verify", file], status: 1,
      stderr: "error: r/ID.json is no sidecar: expected JSON with file_sha256 of 64 digits; run it again\n"
    ) {
      try $0.write("{}", to: "r/\(id).json")
    },
    results(
      "a file that is not there", ["verify", "r/nothing.h5", file], status: 1,
      stderr: "error: cannot open r/nothing.h5: No such file or directory; check the path\n",
      stdout: "r/ID.h5: sound: every byte matches its seal and its sidecar\n"
    ) { _ in },
    results(
      "a folder for a file", ["verify", "r"], status: 1, stderr: "error: r is not a regular file; name a result file\n"
    ) { _ in },
    results(
      "an edited plan", ["status", "r"], status: 2,
      stderr: "error: r/plan.json:8:7: the id ID is not that of its configuration (ID); the frozen plan "
        + "was edited; restore the file, or remove it and 'run' freezes the spec anew\n"
    ) {
      try $0.edit("r/plan.json") { json in
        json = Array(String(decoding: json, as: UTF8.self).replacing("\"seed\":1", with: "\"seed\":2").utf8)
      }
    },
    results(
      "a plan cut short", again, status: 2,
      stderr: "error: r/plan.json:9:1: not YAML: did not find expected ',' or '}'; restore the file, or "
        + "remove it and 'run' freezes the spec anew\n"
    ) { try $0.edit("r/plan.json") { $0.removeLast(100) } },
    results(
      "an empty plan", ["table", "r"], status: 2,
      stderr: "error: r/plan.json: the frozen plan is empty; restore the file, or remove it and 'run' "
        + "freezes the spec anew\n"
    ) { try $0.edit("r/plan.json") { $0.removeAll() } },
    results(
      "a plan of another program", ["status", "r"], status: 2,
      stderr: "error: r/plan.json:1:1: the frozen plan lacks the key 'format'; restore the file, or remove "
        + "it and 'run' freezes the spec anew\n"
    ) {
      try $0.write("{\"name\": \"package\"}", to: "r/plan.json")
    },
    results(
      "an edited spec", again + ["--set", "training.batch=4"], status: 2,
      stderr: "error: r/plan.json: the spec differs from the plan frozen when this sweep started:\n"
        + "  training.batch: frozen 8, now 4\n" + "  cells: frozen 1, now 1; 1 added, 1 removed\n"
        + "Undo the change, choose another folder with --out, or accept the new plan with --refreeze "
        + "(finished runs are kept).\n"
    ) { _ in },
    .arguments(
      "the status of no sweep", ["status", "results/tiny"], status: 1,
      "error: results/tiny: no sweep was started here (there is no plan.json): start one with "
        + "'featherweight run'"),
    .arguments(
      "a table of no sweep", ["table", "spec.yaml"], status: 1,
      "error: results/tiny: no sweep was started here (there is no plan.json): start one with "
        + "'featherweight run'"),
    BadInput(
      "a table before any run", ["table", "r"], status: 1,
      stderr: "error: r: no run of 'tiny' is finished; start them with: featherweight run SPEC --out r\n"
    ) {
      try finish(in: $0)
      for suffix in ["h5", "json", "log"] { try FileManager.default.removeItem(at: $0.url("r/\(id).\(suffix)")) }
    },
    BadInput(
      "results below a file", ["run", "spec.yaml", "--out", "spec.yaml/r"], status: 1,
      stderr: "error: cannot create the folder spec.yaml/r: Not a directory; choose another with --out\n"
    ) {
      try $0.write(TinySweep.one, to: "spec.yaml")
    },
    BadInput(
      "a file for the folder of results", ["run", "spec.yaml", "--out", "spec.yaml"], status: 1,
      stderr: "error: cannot create a file in spec.yaml: Not a directory; check the path\n"
    ) {
      try $0.write(TinySweep.one, to: "spec.yaml")
    },
    BadInput(
      "results where nobody may write", ["run", "spec.yaml", "--out", "/proc/r"], status: 1,
      stderr: "error: cannot create the folder /proc/r: No such file or directory; choose another with "
        + "--out\n"
    ) {
      try $0.write(TinySweep.one, to: "spec.yaml")
    },
  ]
}
