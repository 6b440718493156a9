internal import FeatherCodecs
internal import FeatherExperiments

// What a run has to say so far, field by field; a field that is forgotten shows in the result of a continued run.

extension RoundRecord: Archivable {
  func write(to archive: inout ArchiveWriter) {
    archive.put(round, testAccuracy, testLoss, bytesUp, bytesDown, uploads, dropped, subsets)
  }

  init(from archive: inout ArchiveReader) throws {
    self.init(
      round: try archive.get(), testAccuracy: try archive.get(), testLoss: try archive.get(),
      bytesUp: try archive.get(), bytesDown: try archive.get(), uploads: try archive.get(), dropped: try archive.get(),
      subsets: try archive.get())
  }
}

extension SubsetScore: Archivable {
  func write(to archive: inout ArchiveWriter) { archive.put(name, accuracy, loss) }

  init(from archive: inout ArchiveReader) throws {
    self.init(name: try archive.get(), accuracy: try archive.get(), loss: try archive.get())
  }
}

extension UploadRecord: Archivable {
  func write(to archive: inout ArchiveWriter) {
    archive.put(client, trainLoss, bytes, relativeError, meanSquaredError, latent, epochAccuracy, epochLoss)
  }

  init(from archive: inout ArchiveReader) throws {
    self.init(
      client: try archive.get(), trainLoss: try archive.get(), bytes: try archive.get(),
      relativeError: try archive.get(), meanSquaredError: try archive.get(), latent: try archive.get(),
      epochAccuracy: try archive.get(), epochLoss: try archive.get())
  }
}

/// Without the snapshots' weights, which are in parts of their own.
extension PrepassRecord: Archivable {
  func write(to archive: inout ArchiveWriter) { archive.put(clients, trainLoss, snapshots) }

  init(from archive: inout ArchiveReader) throws {
    self.init()
    clients = try archive.get()
    (trainLoss, snapshots) = (try archive.get(), try archive.get())
  }
}

/// Without the weights.
extension SnapshotRecord: Archivable {
  func write(to archive: inout ArchiveWriter) {
    archive.put(
      step, heldOut, accuracyOriginal, lossOriginal, accuracyReconstructed, lossReconstructed, relativeError)
  }

  init(from archive: inout ArchiveReader) throws {
    self.init(step: try archive.get())
    heldOut = try archive.get()
    (accuracyOriginal, lossOriginal) = (try archive.get(), try archive.get())
    (accuracyReconstructed, lossReconstructed) = (try archive.get(), try archive.get())
    relativeError = try archive.get()
  }
}

/// Without the parameters, which are in parts of their own.
extension CodecFitRecord: Archivable {
  func write(to archive: inout ArchiveWriter) { archive.put(group, round, trainLoss, heldOutLoss) }

  init(from archive: inout ArchiveReader) throws {
    self.init()
    (group, round) = (try archive.get(), try archive.get())
    (trainLoss, heldOutLoss) = (try archive.get(), try archive.get())
  }
}

extension LatentTrial: Archivable {
  func write(to archive: inout ArchiveWriter) { archive.put(latent, cost) }

  init(from archive: inout ArchiveReader) throws { self.init(latent: try archive.get(), cost: try archive.get()) }
}

extension EnvironmentFact: Archivable {
  func write(to archive: inout ArchiveWriter) { archive.put(name, value) }

  init(from archive: inout ArchiveReader) throws { self.init(name: try archive.get(), value: try archive.get()) }
}

extension Ledger: Archivable {
  func write(to archive: inout ArchiveWriter) {
    archive.put(entries.flatMap { [$0.messages, $0.bodyBytes, $0.headerBytes] })
  }

  init(from archive: inout ArchiveReader) throws {
    self.init()
    let numbers: [Int] = try archive.get()
    guard numbers.count == 3 * entries.count else { throw ArchiveReader.unreadable }
    for i in entries.indices {
      (entries[i].messages, entries[i].bodyBytes, entries[i].headerBytes) =
        (numbers[3 * i], numbers[3 * i + 1], numbers[3 * i + 2])
    }
  }
}

/// By name, since dictionaries have no order.
extension CodecMemory: Archivable {
  func write(to archive: inout ArchiveWriter) {
    let names = vectors.keys.sorted()
    archive.put(names, names.map { vectors[$0] ?? [] })
  }

  init(from archive: inout ArchiveReader) throws {
    self.init()
    let names: [String] = try archive.get()
    let values: [[Float]] = try archive.get()
    guard names.count == values.count else { throw ArchiveReader.unreadable }
    for (name, value) in zip(names, values) { vectors[name] = value }
  }
}

extension CommonKnowledge: Archivable {
  func write(to archive: inout ArchiveWriter) { archive.put(model, bases) }

  init(from archive: inout ArchiveReader) throws { self.init(model: try archive.get(), bases: try archive.get()) }
}

extension Payload: Archivable {
  func write(to archive: inout ArchiveWriter) { archive.put(bytes, overheadByteCount) }

  init(from archive: inout ArchiveReader) throws {
    self.init(setDown: try archive.get(), overheadByteCount: try archive.get())
  }
}

extension FittedCodec: Archivable {
  func write(to archive: inout ArchiveWriter) { archive.put(encoder, decoder, trainLoss, heldOutLoss) }

  init(from archive: inout ArchiveReader) throws {
    self.init(
      encoder: try archive.get(), decoder: try archive.get(), trainLoss: try archive.get(),
      heldOutLoss: try archive.get())
  }
}

extension Snapshot: Archivable {
  func write(to archive: inout ArchiveWriter) { archive.put(step, weights, isHeldOut) }

  init(from archive: inout ArchiveReader) throws {
    self.init(step: try archive.get(), weights: try archive.get(), isHeldOut: try archive.get())
  }
}

extension Prepass.Outcome: Archivable {
  func write(to archive: inout ArchiveWriter) { archive.put(losses, snapshots) }

  init(from archive: inout ArchiveReader) throws {
    self.init(losses: try archive.get(), snapshots: try archive.get())
  }
}
