internal import CHDF5

/// Reads the bytes of a result file into a tree, trusting nothing: every count is bounded before memory is taken for it.
struct HDF5Reader: ~Copyable {
  /// An index has a link for each run.
  private static let objectLimit = 1_000_000
  private static let depthLimit = 4
  private static let rankLimit = 8
  /// gzip shrinks at most about 1032-fold, so that more elements than this times the file's size are a lie.
  private static let expansionLimit = 1100
  static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let scaleAttributes = ["CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST"]

  private let file: HDF5Handle
  private let fileSize: Int
  private var tree = ResultTree()
  private var arrayDigests: [String] = []

  /// Everything in `bytes`.
  ///
  /// Throws where they are not a whole, undamaged file of this package's kind.
  static func decode(_ bytes: [UInt8]) throws(ResultsError) -> ResultTree {
    try checkHeader(bytes)
    if let finding = Seal.findings(bytes).first { throw ResultsError("\(finding); run it again") }
    return try HDF5.serial { () throws(ResultsError) in
      var reader = try HDF5Reader(bytes)
      try reader.read(group: "/", depth: 0)
      try reader.checkContent()
      return reader.tree
    }
  }

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
      throw ResultsError("an HDF5 file with another header than this program writes: damaged, or from another program")
    }
    let end = bytes[40..<48].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard end <= UInt64(bytes.count) else {
      throw ResultsError("cut short: \(bytes.count) of \(end) bytes; run it again")
    }
    guard end == UInt64(bytes.count) else {
      throw ResultsError("\(bytes.count) bytes where its header says \(end): damaged, or something was appended")
    }
  }

  private init(_ bytes: [UInt8]) throws(ResultsError) {
    file = try Self.open(bytes)
    fileSize = bytes.count
  }

  /// Opens a file that is in memory.
  static func open(_ bytes: [UInt8]) throws(ResultsError) -> HDF5Handle {
    let access = try HDF5Handle("creating a file access list", H5Pclose) { H5Pcreate(fw_file_access()) }
    try HDF5.check(H5Pset_fapl_core(access.id, 1024 * 1024, false), "choosing the memory driver")
    // HDF5 copies the image and never writes to it, in spite of the parameter's type.
    let status = bytes.withUnsafeBytes {
      H5Pset_file_image(access.id, UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count)
    }
    try HDF5.check(status, "handing the file to HDF5")
    return try HDF5Handle("opening the file", H5Fclose) { H5Fopen("featherweight.h5", fw_read_only(), access.id) }
  }

  private var objectCount: Int { tree.groups.count + tree.arrays.count + tree.links.count }

  private mutating func read(group path: String, depth: Int) throws(ResultsError) {
    let group = try HDF5Handle("opening group \(path)", H5Gclose) { H5Gopen2(file.id, path, 0) }
    tree.groups.append(ResultGroup(path, try readAttributes(of: group.id, path)))
    for name in try names(in: group.id, path) {
      guard objectCount < Self.objectLimit else { throw ResultsError("more than \(Self.objectLimit) objects: damaged") }
      guard path != "/" || name != Seal.path.dropFirst() else { continue }
      let child = path == "/" ? "/\(name)" : "\(path)/\(name)"
      do throws(ResultsError) {
        try read(child, name, in: group.id, depth: depth)
      } catch {
        throw error.at(child)
      }
    }
  }

  private mutating func read(_ path: String, _ name: String, in group: hid_t, depth: Int) throws(ResultsError) {
    switch fw_link_type(group, name) {
    case H5L_TYPE_HARD.rawValue: break
    case H5L_TYPE_EXTERNAL.rawValue: return tree.links.append(try link(path, name, in: group))
    default: throw ResultsError("a link of a kind that this format does not have")
    }
    let object = try HDF5Handle("opening the object", H5Oclose) { H5Oopen(group, name, 0) }
    switch H5Iget_type(object.id) {
    case H5I_DATASET: try read(dataset: object.id, path)
    case H5I_GROUP where depth < Self.depthLimit: try read(group: path, depth: depth + 1)
    default: throw ResultsError("neither an array nor a group of this format")
    }
  }

  private func names(in group: hid_t, _ path: String) throws(ResultsError) -> [String] {
    var info = H5G_info_t()
    try HDF5.check(H5Gget_info(group, &info), "listing \(path)")
    guard info.nlinks <= hsize_t(Self.objectLimit) else {
      throw ResultsError("\(path) has \(info.nlinks) links: damaged")
    }
    var names: [String] = []
    names.reserveCapacity(Int(info.nlinks))
    // One pass: HDF5 finds a link by its number by counting all before it.
    let status = withUnsafeMutablePointer(to: &names) { names in
      fw_visit_links(
        group,
        { name, names in
          guard let name else { return }
          names?.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
        }, names)
    }
    try HDF5.check(status, "listing \(path)")
    return names
  }

  private func link(_ path: String, _ name: String, in group: hid_t) throws(ResultsError) -> ResultLink {
    var value = [UInt8](repeating: 0, count: 4096)
    try HDF5.check(H5Lget_val(group, name, &value, value.count, 0), "reading the link")
    // The value is a byte of flags, the file's name and the object's path, both ended by a zero byte.
    guard let end = value.dropFirst().firstIndex(of: 0) else { throw ResultsError("a link without an end: damaged") }
    return ResultLink(path, file: String(decoding: value[1..<end], as: UTF8.self))
  }

  private mutating func read(dataset: hid_t, _ path: String) throws(ResultsError) {
    var attributes = try readAttributes(of: dataset, path)
    let digest = attributes.firstIndex { $0.name == ResultDigest.arrayAttribute }.map {
      attributes.remove(at: $0).value
    }
    let shape = try shape(of: dataset)
    let data = try data(of: dataset, count: shape.reduce(1, *))
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

  private func shape(of dataset: hid_t) throws(ResultsError) -> [Int] {
    let space = try HDF5Handle("reading the shape", H5Sclose) { H5Dget_space(dataset) }
    let rank = H5Sget_simple_extent_ndims(space.id)
    guard (0...Int32(Self.rankLimit)).contains(rank) else { throw ResultsError("\(rank) dimensions: damaged") }
    var lengths = [hsize_t](repeating: 0, count: Int(rank))
    guard H5Sget_simple_extent_dims(space.id, &lengths, nil) >= 0 else { throw HDF5.failure("reading the shape") }
    let product = lengths.reduce((hsize_t(1), false)) { total, length in
      let next = total.0.multipliedReportingOverflow(by: length)
      return (next.partialValue, total.1 || next.overflow)
    }
    guard !product.1, product.0 <= 1 << 40, lengths.allSatisfy({ $0 <= 1 << 40 }) else {
      throw ResultsError("an absurd shape \(lengths): damaged")
    }
    return lengths.map(Int.init)
  }

  private func data(of dataset: hid_t, count: Int) throws(ResultsError) -> ResultData {
    if try isBareDimension(dataset) { return .dimension }
    let type = try HDF5Handle("reading the type", H5Tclose) { H5Dget_type(dataset) }
    let kind = try Self.kind(type.id)
    let (size, overflow) = count.multipliedReportingOverflow(by: kind.size)
    guard !overflow, size / Self.expansionLimit <= fileSize else {
      throw ResultsError("\(count) elements, which a file of \(fileSize) bytes cannot hold: damaged")
    }
    var bytes = [UInt8](repeating: 0, count: size)
    if size > 0 { try HDF5.check(H5Dread(dataset, type.id, 0, 0, 0, &bytes), "reading the values") }
    guard let data = ResultData(typeName: kind.name, elementSize: kind.size, bytes: bytes) else {
      throw ResultsError("text that is not UTF-8: damaged")
    }
    return data
  }

  private func isBareDimension(_ dataset: hid_t) throws(ResultsError) -> Bool {
    guard H5DSis_scale(dataset) > 0 else { return false }
    return try Self.text("reading the scale's name") { H5DSget_scale_name(dataset, $0, $1) }
      .hasPrefix(HDF5Writer.bareDimension)
  }

  private func checkContent() throws(ResultsError) {
    guard tree.group("/")?[ResultDigest.contentAttribute] == .text(ResultDigest.content(tree, arrays: arrayDigests))
    else {
      throw ResultsError("attributes of a group, or the list of objects, do not match the content's digest: damaged")
    }
  }
}

extension HDF5Reader {
  private func readAttributes(of object: hid_t, _ path: String) throws(ResultsError) -> [ResultAttribute] {
    var attributes: [ResultAttribute] = []
    let count = H5Aget_num_attrs(object)
    guard (0...Int32(Self.objectLimit)).contains(count) else { throw ResultsError("\(count) attributes: damaged") }
    for i in 0..<count {
      let handle = try HDF5Handle("opening an attribute of \(path)", H5Aclose) {
        H5Aopen_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, hsize_t(i), 0, 0)
      }
      let name = try Self.text("naming an attribute of \(path)") { H5Aget_name(handle.id, $1, $0) }
      guard !Self.scaleAttributes.contains(name) else { continue }
      do throws(ResultsError) {
        attributes.append(ResultAttribute(name, try Self.value(of: handle.id)))
      } catch {
        throw error.at("attribute \(name)")
      }
    }
    return attributes
  }

  private static func value(of attribute: hid_t) throws(ResultsError) -> ResultAttribute.Value {
    let type = try HDF5Handle("reading the type", H5Tclose) { H5Aget_type(attribute) }
    let kind = try kind(type.id)
    let space = try HDF5Handle("reading the shape", H5Sclose) { H5Aget_space(attribute) }
    guard H5Sget_simple_extent_npoints(space.id) == 1, kind.size <= HDF5Writer.attributeLimit else {
      throw ResultsError("not a single value of this format: damaged")
    }
    var bytes = [UInt8](repeating: 0, count: kind.size)
    try HDF5.check(H5Aread(attribute, type.id, &bytes), "reading the value")
    switch ResultData(typeName: kind.name, elementSize: kind.size, bytes: bytes) {
    case .text(let strings)?: return .text(strings[0])
    case .int64(let values)?: return .integer(values[0])
    case .float64(let values)?: return .real(values[0])
    case .uint8(let values)?: return .byte(values[0])
    default: throw ResultsError("not a value of this format: damaged")
    }
  }

  /// The type's name as `ResultData` takes it and the bytes per element; anything but the format's types is refused.
  private static func kind(_ type: hid_t) throws(ResultsError) -> (name: String, size: Int) {
    if H5Tequal(type, fw_f32le()) > 0 { return ("f4", 4) }
    if H5Tequal(type, fw_f64le()) > 0 { return ("f8", 8) }
    if H5Tequal(type, fw_i64le()) > 0 { return ("i8", 8) }
    if H5Tequal(type, fw_u8le()) > 0 { return ("u1", 1) }
    let size = H5Tget_size(type)
    guard H5Tget_class(type) == H5T_STRING, H5Tis_variable_str(type) == 0, (1...(1 << 30)).contains(size) else {
      throw ResultsError("an element type that this format does not have: damaged, or from another program")
    }
    return ("S", size)
  }

  /// The text that HDF5 measures when called with no buffer and copies when called with one.
  private static func text(
    _ attempt: String, _ call: (UnsafeMutablePointer<CChar>?, Int) -> Int
  ) throws(ResultsError) -> String {
    let length = call(nil, 0)
    guard (0...65_536).contains(length) else { throw HDF5.failure(attempt) }
    var buffer = [CChar](repeating: 0, count: length + 1)
    guard call(&buffer, length + 1) >= 0 else { throw HDF5.failure(attempt) }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
