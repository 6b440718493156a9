import Foundation
import Glibc
import Testing

@Suite("Result files from the command line")
struct VerifyTests {
  private let sandbox: Sandbox
  private let file: String

  init() throws {
    sandbox = try Sandbox()
    try sandbox.write(TinySweep.one, to: "spec.yaml")
    let run = try sandbox.run([
      "run", "spec.yaml", "--out", "r", "--set", "codec.name=autoencoder", "--set", "codec.latent=3", "--set",
      "codec.epochs=2", "--set", "federation.rounds=3",
    ])
    try #require(run.status == 0, "\(run.stderr)")
    file = "r/" + (try #require(sandbox.results("r").first))
  }

  @Test("a sound file is said to be sound, and computed again it has the same bytes")
  func sound() throws {
    let plain = try sandbox.run(["verify", file])
    #expect(plain.status == 0 && plain.stdout == "\(file): sound: every byte matches its seal and its sidecar\n")
    let before = sandbox.snapshot()
    let rerun = try sandbox.run(["verify", "--rerun", file])
    #expect(rerun.status == 0 && rerun.stdout == plain.stdout + "\(file): computed again: the same bytes\n")
    #expect(sandbox.snapshot() == before)
    #expect(try sandbox.temporaryFiles().isEmpty, "the second computation leaves nothing")
  }

  @Test("a flipped byte is reported with the array it lies in", arguments: ["/weights/global", "/latents/values"])
  func flipped(array: String) throws {
    // The seal at the end of the file is text; its lines say where an array's values lie.
    let text = String(decoding: try sandbox.bytes(file), as: UTF8.self)
    let line = try #require(text.split(separator: "\n").last { $0.hasSuffix(" " + array) })
    let offset = try #require(line.split(separator: " ").first.flatMap { Int($0) })
    try sandbox.edit(file) { $0[offset + 2] ^= 0x10 }
    let ended = try sandbox.run(["verify", "--rerun", file])
    #expect(ended.status == 1 && ended.stderr == "")
    #expect(ended.stdout == "\(file): \(array): its values do not match their digest: damaged\n")
  }

  @Test("all files of a folder can be computed again; its index is none of them")
  func index() throws {
    let ended = try sandbox.run(["verify", "--rerun", "r/sweep.h5", file])
    #expect(ended.status == 0 && ended.stderr == "")
    #expect(ended.stdout.contains("r/sweep.h5: the index of a sweep") && ended.stdout.hasSuffix("the same bytes\n"))
  }

  @Test("Ctrl-C during a second computation ends it at once, and leaves nothing", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) throws {
    try sandbox.write(TinySweep.slow, to: "slow.yaml")
    let run = try sandbox.run([
      "run", "slow.yaml", "--out", "s", "--set", "seed=1", "--set", "codec.name=identity", "--set",
      "federation.rounds=200",
    ])
    try #require(run.status == 0, "\(run.stderr)")
    let started = try sandbox.start(["verify", "--rerun", "s/" + (try #require(sandbox.results("s").first))])
    let temporary = String(sandbox.path.dropLast(3)) + "tmp/featherweight-rerun-"
    try #require(eventually { !processes(naming: "worker\0" + temporary).isEmpty })
    started.signal(signal)
    let ended = try started.wait()
    #expect(ended.status == 130 && ended.stderr == "interrupted\n", "\(ended)")
    #expect(try sandbox.temporaryFiles().isEmpty && processes(naming: temporary).isEmpty)
  }

  @Test("one bad file of several does not hide the others")
  func several() throws {
    let ended = try sandbox.run(["verify", "r/nothing.h5", file, "spec.yaml"])
    #expect(ended.status == 1)
    #expect(ended.stderr == "error: cannot open r/nothing.h5: No such file or directory; check the path\n")
    #expect(ended.stdout.contains("\(file): sound") && ended.stdout.contains("spec.yaml: not an HDF5 file"))
  }

  @Test(
    "h5py and xarray open a result with the names, shapes and units of the format",
    .enabled(if: python != nil, "needs FEATHERWEIGHT_PYTHON or .venv/bin/python with h5py, xarray and h5netcdf"))
  func otherReaders() throws {
    let script = try #require(Bundle.module.path(forResource: "read_run_file", ofType: "py", inDirectory: "Fixtures"))
    // 784·4 + 4 + 4·10 + 10 parameters.
    let python: String = try #require(Self.python)
    let ended = try sandbox.start([script, file, "3", "2", "3", "3190", "10"], program: python).wait()
    #expect(ended.status == 0 && ended.stdout == "opened\n", "\(ended.stderr)")
  }

  private static let python: String? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
      .standardized
    let given = ProcessInfo.processInfo.environment["FEATHERWEIGHT_PYTHON"]
    return [given, root.path + "/.venv/bin/python"].compactMap { $0 }.first { access($0, X_OK) == 0 }
  }()
}
