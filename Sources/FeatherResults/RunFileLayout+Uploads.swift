import FeatherExperiments

// What is said of each upload: by round and client, or, where most of countless clients never take part, upload by upload.

extension RunFileLayout {
  /// Whether uploads are listed one by one.
  var isSparse: Bool { result.participants != nil }

  private var uploadCount: Int { result.rounds.reduce(0) { $0 + $1.uploads.count } }

  /// Which round and client each upload is of, where uploads are listed.
  mutating func addUploadPlaces() {
    guard isSparse else { return }
    addGroup("/uploads")
    addDimension("/upload", uploadCount, "upload, round by round and ascending by client")
    let rounds = result.rounds.flatMap { round in round.uploads.map { _ in Int64(round.round) } }
    add("/uploads/round", ["upload"], [uploadCount], .int64(rounds), "round of the upload")
    let clients = result.rounds.flatMap { $0.uploads.map { Int64($0.client) } }
    add("/uploads/client", ["upload"], [uploadCount], .int64(clients), "client that sent it")
  }

  /// Adds numbers that each upload has.
  ///
  /// - Parameters:
  ///   - path: of the array; without a slash, a name in the group of the uploads.
  ///   - absent: what stands for a client that did not take part, and behind numbers that are fewer than others'.
  ///   - inner: the axis of an upload's numbers and how many there are; nil for one number.
  mutating func addPerUpload<T>(
    _ path: String, _ absent: T, _ wrap: ([T]) -> ResultData, inner: (axis: String, count: Int)? = nil,
    units: String = "1", _ longName: String, _ numbers: (UploadRecord) -> [T]
  ) {
    let width = inner?.count ?? 1
    var values = [T](repeating: absent, count: (isSparse ? uploadCount : rounds * clients) * width)
    var place = 0
    for (i, round) in result.rounds.enumerated() {
      for upload in round.uploads {
        let start = (isSparse ? place : i * clients + upload.client) * width
        for (offset, number) in numbers(upload).enumerated() { values[start + offset] = number }
        place += 1
      }
    }
    let (axes, shape) = isSparse ? (["upload"], [uploadCount]) : (["round", "client"], [rounds, clients])
    let path = path.contains("/") ? path : isSparse ? "/uploads/\(path)" : "/clients/\(path)"
    add(
      path, axes + (inner.map { [$0.axis] } ?? []), shape + (inner.map { [$0.count] } ?? []), wrap(values),
      units: units, longName)
  }
}
