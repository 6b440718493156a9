internal import Crypto
internal import FeatherExperiments

/// Digests of what a result file says, independent of how HDF5 lays it out.
///
/// The digest of an array is the SHA-256 of: `dataset`, path, type and shape (lengths joined by commas), one a line; then for
/// each attribute, sorted by name, the lines name, type and byte count, and its bytes; then the line `data` and the row-major
/// little-endian elements. A group's is the same from `group`, path and attributes; a link's from `link`, path and file. The
/// content digest is the SHA-256 of the lines `path digest`, sorted by path. Attributes that hold digests, and those by which
/// HDF5 ties arrays to their scales, are left out, and so is `/seal`.
enum ResultDigest {
  /// The attribute of an array that holds its digest.
  static let arrayAttribute = "sha256"
  /// The attribute of the root that holds the digest of all.
  static let contentAttribute = "content_sha256"

  static func digest(_ array: ResultArray) -> String {
    var hash = SHA256()
    let shape = array.shape.map(String.init).joined(separator: ",")
    update(&hash, "dataset\n\(array.path)\n\(array.data.typeName)\n\(shape)\n")
    update(&hash, array.attributes)
    update(&hash, "data\n")
    hash.update(data: array.data.bytes())
    return hash.finalize().hexadecimal
  }

  static func digest(_ group: ResultGroup) -> String {
    var hash = SHA256()
    update(&hash, "group\n\(group.path)\n")
    update(&hash, group.attributes)
    return hash.finalize().hexadecimal
  }

  static func digest(_ link: ResultLink) -> String { digest(Array("link\n\(link.path)\n\(link.file)\n".utf8)[...]) }

  static func digest(_ bytes: ArraySlice<UInt8>) -> String { SHA256.hash(data: bytes).hexadecimal }

  /// The digest of pieces one after another.
  static func digest(_ pieces: [[UInt8]]) -> String {
    var hash = SHA256()
    for piece in pieces { hash.update(data: piece) }
    return hash.finalize().hexadecimal
  }

  /// The digest of everything; `arrays` gives each array's digest, in the tree's order.
  static func content(_ tree: ResultTree, arrays: [String]) -> String {
    var lines = zip(tree.arrays, arrays).map { "\($0.path) \($1)\n" }
    lines += tree.groups.map { "\($0.path) \(digest($0))\n" }
    lines += tree.links.map { "\($0.path) \(digest($0))\n" }
    lines.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return digest(Array(lines.joined().utf8)[...])
  }

  private static func update(_ hash: inout SHA256, _ text: String) { hash.update(data: Array(text.utf8)) }

  private static func update(_ hash: inout SHA256, _ attributes: [ResultAttribute]) {
    for attribute in attributes where attribute.name != arrayAttribute && attribute.name != contentAttribute {
      let bytes = attribute.value.bytes()
      update(&hash, "\(attribute.name)\n\(attribute.value.typeName)\n\(bytes.count)\n")
      hash.update(data: bytes)
    }
  }
}
