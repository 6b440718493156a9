/// Reads the bytes of a result file into a tree, trusting nothing.
struct HDF5Reader {
  private static let depthLimit = 4
  static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let scaleAttributes = ["CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST"]

  private var file: HDF5File
  private var tree = ResultTree()
  private var arrayDigests: [String] = []

  /// Everything in `bytes`.
  ///
  /// Throws where they are not a whole, undamaged file of this package's kind.
  static func decode(_ bytes: [UInt8]) throws(ResultsError) -> ResultTree {
    try checkHeader(bytes)
    if let finding = Seal.findings(bytes).first { throw ResultsError("\(finding); run it again") }
    var reader = HDF5Reader(file: try HDF5File(bytes))
    try reader.read(group: "/", try reader.file.messages(at: reader.file.root), depth: 0)
    reader.tree.links = SweepIndex.links(in: reader.tree)
    try reader.checkContent()
    return reader.tree
  }

  private init(file: HDF5File) { self.file = file }

  /// Refuses other kinds of files and cut ones.
  ///
  /// The place of the end-of-file address is that of format bounds `earliest`.
  static func checkHeader(_ bytes: [UInt8]) throws(ResultsError) {
    guard !bytes.isEmpty else { throw ResultsError("not an HDF5 file: it is empty; run it again") }
    guard bytes.starts(with: signature) else {
      throw ResultsError("not an HDF5 file: its first bytes are not HDF5's signature; name a result file")
    }
    guard bytes.count >= 96 else { throw ResultsError("cut short: \(bytes.count) bytes; run it again") }
    guard bytes[8] == 0, bytes[13] == 8, bytes[14] == 8 else {
      throw ResultsError(
        "an HDF5 file with another header than this program, and h5py by default, write: damaged, or written for newer "
          + "HDF5 alone")
    }
    let end = bytes[40..<48].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard end <= UInt64(bytes.count) else {
      throw ResultsError("cut short: \(bytes.count) of \(end) bytes; run it again")
    }
    guard end == UInt64(bytes.count) else {
      throw ResultsError("\(bytes.count) bytes where its header says \(end): damaged, or something was appended")
    }
  }

  private mutating func read(group path: String, _ messages: [HDF5File.Message], depth: Int) throws(ResultsError) {
    guard depth <= Self.depthLimit, let members = try file.members(messages) else {
      throw ResultsError("neither an array nor a group of this format")
    }
    tree.groups.append(ResultGroup(path, try attributes(messages).kept))
    for (name, header) in members where path != "/" || name != Seal.path.dropFirst() {
      let child = path == "/" ? "/\(name)" : "\(path)/\(name)"
      do throws(ResultsError) {
        let messages = try file.messages(at: header)
        guard messages.contains(where: { $0.kind == .layout }) else {
          try read(group: child, messages, depth: depth + 1)
          continue
        }
        try read(array: child, messages)
      } catch {
        throw error.description.hasPrefix(child) ? error : error.at(child)
      }
    }
  }

  private mutating func read(array path: String, _ messages: [HDF5File.Message]) throws(ResultsError) {
    var (attributes, isBareDimension) = try attributes(messages)
    let digest = attributes.firstIndex { $0.name == ResultDigest.arrayAttribute }.map {
      attributes.remove(at: $0).value
    }
    let (shape, type) = try file.shapeAndType(messages)
    guard let typeName = type.resultName else {
      throw ResultsError("an element type that this format does not have: damaged, or from another program")
    }
    var data = ResultData.dimension
    if !isBareDimension {
      let bytes = try file.values(messages, shape: shape, elementSize: type.size)
      guard let values = ResultData(typeName: typeName, elementSize: type.size, bytes: bytes) else {
        throw ResultsError("text that is not UTF-8: damaged")
      }
      data = values
    }
    var axes: [String] = []
    if case .text(let names)? = attributes.first(where: { $0.name == "axes" })?.value {
      axes = names.split(separator: " ").map(String.init)
    }
    let array = ResultArray(path: path, axes: axes, shape: shape, data: data, attributes: attributes)
    let computed = ResultDigest.digest(array)
    guard digest == .text(computed) else {
      throw ResultsError("its values or attributes do not match its digest: damaged")
    }
    tree.arrays.append(array)
    arrayDigests.append(computed)
  }

  private func checkContent() throws(ResultsError) {
    guard tree.group("/")?[ResultDigest.contentAttribute] == .text(ResultDigest.content(tree, arrays: arrayDigests))
    else {
      throw ResultsError("attributes of a group, or the list of objects, do not match the content's digest: damaged")
    }
  }
}

extension HDF5Reader {
  /// The attributes of an object but those by which HDF5 ties arrays to their scales, and whether these make it a dimension
  /// without values (section IV.A.2.m).
  private func attributes(
    _ messages: [HDF5File.Message]
  ) throws(ResultsError) -> (kept: [ResultAttribute], isBareDimension: Bool) {
    var attributes: [ResultAttribute] = []
    var isBareDimension = false
    for message in messages where message.kind == .attribute {
      var bytes = HDF5Bytes(message.body)
      try bytes.expect(version: 1, of: "an attribute")
      _ = try bytes.take(1)
      let (nameSize, typeSize, spaceSize) = (try bytes.number(2), try bytes.number(2), try bytes.number(2))
      let name = String(decoding: try bytes.takePadded(nameSize).prefix { $0 != 0 }, as: UTF8.self)
      let (type, space) = (try bytes.takePadded(typeSize), try bytes.takePadded(spaceSize))
      guard !Self.scaleAttributes.contains(name) else {
        isBareDimension = isBareDimension || name == "NAME" && bytes.rest.starts(with: HDF5Writer.bareDimension.utf8)
        continue
      }
      do throws(ResultsError) {
        attributes.append(ResultAttribute(name, try Self.value(type, space, bytes)))
      } catch {
        throw error.at("attribute \(name)")
      }
    }
    return (attributes, isBareDimension)
  }

  private static func value(
    _ type: ArraySlice<UInt8>, _ space: ArraySlice<UInt8>, _ bytes: HDF5Bytes
  ) throws(ResultsError) -> ResultAttribute.Value {
    var bytes = bytes
    guard let type = try HDF5Type(type), let typeName = type.resultName,
      try HDF5Shape.read(space).allSatisfy({ $0 == 1 })
    else { throw ResultsError("not a single value of this format: damaged") }
    let value = Array(try bytes.take(type.size))
    switch ResultData(typeName: typeName, elementSize: type.size, bytes: value) {
    case .text(let strings)?: return .text(strings[0])
    case .int64(let values)?: return .integer(values[0])
    case .float64(let values)?: return .real(values[0])
    case .uint8(let values)?: return .byte(values[0])
    default: throw ResultsError("not a value of this format: damaged")
    }
  }
}

extension HDF5File {
  /// The lengths of an array and the type of its elements (sections IV.A.2.b and d).
  func shapeAndType(_ messages: [Message]) throws(ResultsError) -> ([Int], HDF5Type) {
    guard let space = messages.first(where: { $0.kind == .space && !$0.isShared }),
      let type = messages.first(where: { $0.kind == .type && !$0.isShared })
    else { throw ResultsError("an array without a shape or a type: damaged") }
    guard let known = try HDF5Type(type.body) else {
      throw ResultsError("an element type that this format does not have: damaged, or from another program")
    }
    return (try HDF5Shape.read(space.body), known)
  }
}
