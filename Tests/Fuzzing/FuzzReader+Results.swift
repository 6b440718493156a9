import FeatherExperiments
import Glibc

@testable import FeatherFederation
@testable import FeatherResults

extension FuzzReader {
  /// Run files and indexes, damaged as they are, and with their seals put right again, as somebody would who means harm; and
  /// partitions that other programs wrote.
  static func results(in folder: String) throws -> [FuzzReader] {
    let tree = try runTree()
    let run = try HDF5Writer.encode(tree)
    let summary = try RunSummary(tree)
    let index = try HDF5Writer.encode(
      SweepIndex.tree(
        (0..<12).map { number in
          var other = summary
          other.runID = "run\(number)"
          return other
        }))
    return [
      try checkpoint(in: folder),
      FuzzReader(name: "run", seeds: [run], refusal: ResultsError.self) { _ = try RunFile(bytes: $0) },
      FuzzReader(name: "run-sealed", seeds: [run], repair: sealed, refusal: ResultsError.self) {
        _ = try RunFile(bytes: $0)
      },
      FuzzReader(name: "index-sealed", seeds: [index], repair: sealed, refusal: ResultsError.self) {
        bytes in
        try write(bytes, to: "\(folder)/sweep.h5")
        let findings = RunFile.findings(bytes)
        let known = SweepIndex.known(in: folder)
        guard findings.isEmpty else { throw ResultsError(findings.map(\.description).joined(separator: "; ")) }
        guard known.isEmpty else { throw FuzzError("it knows runs that have no file") }
      },
      FuzzReader(name: "partition-h5", seeds: [run], refusal: ResultsError.self) { bytes in
        try write(bytes, to: "\(folder)/partition.h5")
        _ = try PartitionArrays.read("\(folder)/partition.h5")
      },
    ]
  }

  /// A checkpoint's list of parts and its state, with their digest put right.
  private static func checkpoint(in folder: String) throws -> FuzzReader {
    var run = SavedRun()
    run.environment = [EnvironmentFact(name: "isa", value: "avx2")]
    run.latentTrials = [LatentTrial(latent: 2, cost: 0.5)]
    var archive = ArchiveWriter()
    archive.put(run)
    // Parent and child processes make the same seed in the same folder.
    unlink("\(folder)/parts-1")
    var files = CheckpointFiles(in: folder, key: "run")
    let part = Checkpoint.Part(name: "prepass-0-0") { [[1, 2, 3]] }
    let position = Checkpoint.Position(stage: "prepass", done: 1, of: 2)
    _ = try files.write(Checkpoint(position: position, state: archive.pieces.flatMap { $0 }, parts: [part]))
    let (seed, parts) = (try AtomicFile.read("\(folder)/checkpoint"), try AtomicFile.read("\(folder)/parts-1"))
    return FuzzReader(
      name: "checkpoint", seeds: [seed],
      words: ["part ", "parts-1 ", "../", "/", "state ", "prepass", "-1 ", "9223372036854775807 ", "\n"],
      repair: { bytes in
        let content = bytes.dropLast(64)
        return content + Array(ResultDigest.digest(content).utf8)
      }, refusal: ResultsError.self
    ) { bytes in
      try write(bytes, to: "\(folder)/checkpoint")
      // Reading a checkpoint removes files of parts that it does not list.
      try write(parts, to: "\(folder)/parts-1")
      var files = CheckpointFiles(in: folder, key: "run")
      _ = CheckpointFiles.position(in: folder)
      guard let checkpoint = try files.read() else { throw FuzzError("the checkpoint is not there") }
      do {
        var archive = ArchiveReader(checkpoint.state)
        _ = try archive.get(SavedRun.self)
        try archive.end()
      } catch let error as FederationError {
        throw ResultsError("\(error)")
      }
      for part in checkpoint.parts { _ = try part.pieces() }
    }
  }

  /// A small run with an array that is chunked and filtered, and a dimension without values.
  private static func runTree() throws -> ResultTree {
    var result = RunResult(
      spec: RunSpec(), sizes: ModelSizes(model: 12, encoder: 5, decoder: 5, latent: 2),
      layout: [ParameterSlice(name: "dense1.weight", offset: 0, shape: [3, 4])],
      clients: [
        ClientRecord(indices: [0, 2], labelHistogram: [1, 1]), ClientRecord(indices: [1], labelHistogram: [0, 1]),
      ],
      labelSkew: 0.5, classes: 2)
    result.rounds = (0..<2).map { round in
      RoundRecord(
        round: round, testAccuracy: 0.5, testLoss: 1, bytesUp: 8, bytesDown: 8,
        uploads: [
          UploadRecord(client: 0, trainLoss: 1, bytes: 8, relativeError: 0.1, meanSquaredError: 0.1, latent: [1, 2])
        ])
    }
    var tree = RunFileLayout.tree(
      result, RunIdentity(runID: "0123456789ab", canonicalJSON: "{}", yaml: "seed: 1\n", flattened: [("seed", "1")]))
    let count = 70_000
    tree.arrays.append(
      ResultArray(
        "/zeros", [], [7, count / 7], .float32([Float](repeating: 0, count: count)), longName: "zeros in chunks"))
    return tree
  }

  /// The file with its length and a seal put right, whatever is in it.
  private static let sealed: @Sendable ([UInt8]) -> [UInt8] = { bytes in
    let marker = Array(Seal.marker.utf8)
    let length = Seal.byteCount([])
    var bytes = bytes
    let place = bytes.indices.last { bytes[$0...].starts(with: marker) } ?? bytes.count
    if place + length > bytes.count { bytes += [UInt8](repeating: 0, count: place + length - bytes.count) }
    if bytes.count >= 48 {
      bytes.replaceSubrange(40..<48, with: (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) })
    }
    bytes.replaceSubrange(place..<place + length, with: Seal.text(bytes, [], at: place))
    return bytes
  }
}
