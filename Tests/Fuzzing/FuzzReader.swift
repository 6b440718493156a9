/// A reader of files from strangers, with files that it reads and what damaged ones may do to it.
struct FuzzReader: Sendable {
  /// The name on the command line, and that of its folder in `Corpus`.
  let name: String
  /// Small files that are read, made by our own writers where there are any; those that damage is done to.
  let seeds: [[UInt8]]
  /// Words that damage puts in, such as the keywords of a language.
  var words: [String] = []
  /// Puts checksums right again that would refuse nearly all damage before anything else is read.
  var repair: (@Sendable ([UInt8]) -> [UInt8])?
  /// The kind of error that refuses a file.
  let refusal: any Error.Type
  /// Reads a file; throws where it is refused.
  let read: @Sendable ([UInt8]) throws -> Void
}

extension FuzzReader {
  /// Whether it is with this error that the reader refuses files.
  func refuses(_ error: any Error) -> Bool { type(of: error) == refusal }

  /// All of them; `folder` is for readers that want a path.
  static func all(in folder: String) throws -> [FuzzReader] {
    try texts(in: folder) + datasets(in: folder) + payloads() + results(in: folder)
  }
}
