internal import CHDF5

/// Turns a tree into the bytes of an HDF5 file, in memory; equal trees give equal bytes.
struct HDF5Writer: ~Copyable {
  /// Arrays from this many bytes on are chunked and filtered; smaller ones gain nothing.
  static let filterThreshold = 16 * 1024
  /// Bytes of a full chunk; fixed, so that the layout depends on shapes only.
  static let chunkBytes = 1024 * 1024
  /// gzip's level: higher ones take long on float weights for no gain.
  static let gzipLevel: UInt32 = 4
  /// An attribute must fit into an object header, whose messages end at 64 KiB.
  static let attributeLimit = 64_000
  /// How netCDF marks a dimension without coordinate values; the length follows in ten columns.
  static let bareDimension = "This is a netCDF dimension but not a netCDF variable."

  private let file: HDF5Handle

  /// The file's bytes, with the digests of all arrays and of the whole content in its attributes.
  static func encode(_ tree: ResultTree) throws(ResultsError) -> [UInt8] {
    let digests = tree.arrays.map(ResultDigest.digest)
    let content = ResultDigest.content(tree, arrays: digests)
    return try HDF5.serial { () throws(ResultsError) in
      let writer = try HDF5Writer()
      for group in tree.groups.sorted(by: { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }) {
        try writer.write(group, content: content)
      }
      // Scales first, because arrays point to them.
      let written = zip(tree.arrays, digests)
      for (array, digest) in written where array.isScale { try writer.write(array, digest) }
      let scales = tree.arrays.filter(\.isScale)
      for (array, digest) in written where !array.isScale {
        try writer.write(array, digest)
        try writer.attach(scales, to: array)
      }
      for link in tree.links { try writer.write(link) }
      return try writer.sealedImage(tree)
    }
  }

  private init() throws(ResultsError) {
    let access = try HDF5Handle("creating a file access list", H5Pclose) { H5Pcreate(fw_file_access()) }
    // Without backing store nothing reaches the disk: the image is written atomically later.
    try HDF5.check(H5Pset_fapl_core(access.id, 1024 * 1024, false), "choosing the memory driver")
    try HDF5.check(H5Pset_libver_bounds(access.id, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18), "setting format bounds")
    let creation = try HDF5Handle("creating a file creation list", H5Pclose) { H5Pcreate(fw_file_create()) }
    try HDF5.check(H5Pset_obj_track_times(creation.id, false), "switching object times off")
    file = try HDF5Handle("creating a file in memory", H5Fclose) {
      H5Fcreate("featherweight.h5", fw_truncate(), creation.id, access.id)
    }
  }

  /// The file's bytes with the seal in them.
  private func sealedImage(_ tree: ResultTree) throws(ResultsError) -> [UInt8] {
    // Filtered chunks get their places when they are flushed.
    try HDF5.check(H5Fflush(file.id, H5F_SCOPE_GLOBAL), "flushing the file in memory")
    var pieces: [Seal.Piece] = []
    for array in tree.arrays { pieces += try self.pieces(array.path) }
    let blank = String(repeating: " ", count: Seal.byteCount(pieces))
    let seal = ResultArray(
      Seal.path, [], [], .text([blank]), longName: "digests of the file's bytes, to be checked without HDF5")
    try write(seal, ResultDigest.digest(seal))
    var bytes = try image()
    guard let place = try self.pieces(Seal.path).first else { throw ResultsError("the seal has no place in the file") }
    bytes.replaceSubrange(place.range, with: Seal.text(bytes, pieces, at: place.offset))
    return bytes
  }

  /// Where the array's values lie in the file.
  private func pieces(_ path: String) throws(ResultsError) -> [Seal.Piece] {
    let handle = try HDF5Handle("opening \(path)", H5Dclose) { H5Dopen2(file.id, path, 0) }
    let stored = Int(H5Dget_storage_size(handle.id))
    guard stored > 0 else { return [] }
    let list = try HDF5Handle("reading the layout of \(path)", H5Pclose) { H5Dget_create_plist(handle.id) }
    guard H5Pget_layout(list.id) == H5D_CHUNKED else {
      let offset = H5Dget_offset(handle.id)
      // HDF5 says "undefined" with all bits set: an array without a place, such as a dimension without values.
      return offset == .max ? [] : [Seal.Piece(path: path, offset: Int(offset), count: stored)]
    }
    let space = try HDF5Handle("reading the shape of \(path)", H5Sclose) { H5Dget_space(handle.id) }
    var count: hsize_t = 0
    try HDF5.check(H5Dget_num_chunks(handle.id, space.id, &count), "counting the chunks of \(path)")
    var pieces: [Seal.Piece] = []
    for i in 0..<count {
      var corner = [hsize_t](repeating: 0, count: Int(H5S_MAX_RANK))
      var (mask, offset, size) = (UInt32(0), haddr_t(0), hsize_t(0))
      try HDF5.check(
        H5Dget_chunk_info(handle.id, space.id, i, &corner, &mask, &offset, &size), "finding the chunks of \(path)")
      pieces.append(Seal.Piece(path: path, offset: Int(offset), count: Int(size)))
    }
    return pieces
  }

  private func image() throws(ResultsError) -> [UInt8] {
    try HDF5.check(H5Fflush(file.id, H5F_SCOPE_GLOBAL), "flushing the file in memory")
    let size = H5Fget_file_image(file.id, nil, 0)
    guard size > 0 else { throw HDF5.failure("measuring the file in memory") }
    var bytes = [UInt8](repeating: 0, count: size)
    guard H5Fget_file_image(file.id, &bytes, size) == size else { throw HDF5.failure("copying the file in memory") }
    return bytes
  }

  private func write(_ group: ResultGroup, content: String) throws(ResultsError) {
    guard group.path != "/" else {
      let root = try HDF5Handle("opening /", H5Gclose) { H5Gopen2(file.id, "/", 0) }
      return try write(group.attributes + [.init(ResultDigest.contentAttribute, .text(content))], to: root.id, of: "/")
    }
    let creation = try HDF5Handle("creating a group creation list", H5Pclose) { H5Pcreate(fw_group_create()) }
    try HDF5.check(H5Pset_obj_track_times(creation.id, false), "switching object times off")
    let handle = try HDF5Handle("creating group \(group.path)", H5Gclose) {
      H5Gcreate2(file.id, group.path, 0, creation.id, 0)
    }
    try write(group.attributes, to: handle.id, of: group.path)
  }

  private func write(_ array: ResultArray, _ digest: String) throws(ResultsError) {
    let type = try Self.type(array.data, of: array.path, asASCII: true)
    let space = try Self.space(array.shape)
    let creation = try Self.creation(array)
    let handle = try HDF5Handle("creating \(array.path)", H5Dclose) {
      H5Dcreate2(file.id, array.path, type.id, space.id, 0, creation.id, 0)
    }
    let bytes = array.data.bytes()
    if !bytes.isEmpty {
      precondition(bytes.count == array.count * array.data.elementSize, "\(array.path): data and shape disagree")
      try HDF5.check(H5Dwrite(handle.id, type.id, 0, 0, 0, bytes), "writing \(array.path)")
    }
    try write(array.attributes + [.init(ResultDigest.arrayAttribute, .text(digest))], to: handle.id, of: array.path)
    guard array.isScale else { return }
    var name = array.name
    if case .dimension = array.data {
      let length = String(array.count)
      name = Self.bareDimension + String(repeating: " ", count: max(0, 10 - length.count)) + length
    }
    try HDF5.check(H5DSset_scale(handle.id, name), "making \(array.path) a dimension scale")
  }

  private func attach(_ scales: [ResultArray], to array: ResultArray) throws(ResultsError) {
    guard !array.axes.isEmpty else { return }
    let handle = try HDF5Handle("opening \(array.path)", H5Dclose) { H5Dopen2(file.id, array.path, 0) }
    for (axis, name) in array.axes.enumerated() {
      guard let scale = scales.first(where: { $0.name == name }), scale.shape == [array.shape[axis]] else {
        preconditionFailure("\(array.path): no dimension scale \(name) of length \(array.shape[axis])")
      }
      let scaleHandle = try HDF5Handle("opening \(scale.path)", H5Dclose) { H5Dopen2(file.id, scale.path, 0) }
      try HDF5.check(H5DSattach_scale(handle.id, scaleHandle.id, UInt32(axis)), "attaching \(name) to \(array.path)")
    }
  }

  private func write(_ link: ResultLink) throws(ResultsError) {
    try HDF5.check(H5Lcreate_external(link.file, "/", file.id, link.path, 0, 0), "linking \(link.path)")
  }

  private func write(_ attributes: [ResultAttribute], to object: hid_t, of path: String) throws(ResultsError) {
    for attribute in attributes {
      let place = "attribute \(attribute.name) of \(path)"
      let data: ResultData =
        switch attribute.value {
        case .text(let string): .text([string])
        case .integer(let value): .int64([value])
        case .real(let value): .float64([value])
        case .byte(let value): .uint8([value])
        }
      let bytes = data.bytes()
      guard bytes.count <= Self.attributeLimit else {
        throw ResultsError(
          "\(place) has \(bytes.count) bytes, but HDF5 keeps at most \(Self.attributeLimit); shorten it")
      }
      let type = try Self.type(data, of: place)
      let space = try Self.space([])
      let handle = try HDF5Handle("creating \(place)", H5Aclose) {
        H5Acreate2(object, attribute.name, type.id, space.id, 0, 0)
      }
      try HDF5.check(H5Awrite(handle.id, type.id, bytes), "writing \(place)")
    }
  }
}

extension HDF5Writer {
  /// - Parameter asASCII: whether text that is ASCII is marked as such: Octave reads no other text of arrays, and nothing after it, while
  ///   h5py takes attributes of ASCII for bytes.
  private static func type(
    _ data: ResultData, of place: String, asASCII: Bool = false
  ) throws(ResultsError) -> HDF5Handle {
    let base =
      switch data {
      case .float32, .dimension: fw_f32le()
      case .float64: fw_f64le()
      case .int64: fw_i64le()
      case .uint8: fw_u8le()
      case .text: fw_c_string()
      }
    let type = try HDF5Handle("copying a type", H5Tclose) { H5Tcopy(base) }
    guard case .text(let strings) = data else { return type }
    guard strings.allSatisfy({ !$0.utf8.contains(0) }) else {
      throw ResultsError("\(place) holds a zero byte, which fixed-length text cannot keep; remove it")
    }
    try HDF5.check(H5Tset_size(type.id, data.elementSize), "sizing the text of \(place)")
    try HDF5.check(H5Tset_strpad(type.id, H5T_STR_NULLPAD), "padding the text of \(place)")
    let isASCII = asASCII && strings.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
    let set = isASCII ? H5T_CSET_ASCII : H5T_CSET_UTF8
    try HDF5.check(H5Tset_cset(type.id, set), "saying the characters of the text of \(place)")
    return type
  }

  private static func space(_ shape: [Int]) throws(ResultsError) -> HDF5Handle {
    try HDF5Handle("creating a data space", H5Sclose) {
      shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), shape.map(hsize_t.init), nil)
    }
  }

  private static func creation(_ array: ResultArray) throws(ResultsError) -> HDF5Handle {
    let list = try HDF5Handle("creating a dataset creation list", H5Pclose) { H5Pcreate(fw_dataset_create()) }
    try HDF5.check(H5Pset_obj_track_times(list.id, false), "switching object times off")
    let size = array.data.elementSize
    guard !array.shape.isEmpty, array.count * size >= filterThreshold else { return list }
    var left = chunkBytes / size
    var chunk: [hsize_t] = []
    for length in array.shape.reversed() {
      let side = min(length, max(1, left))
      left /= side
      chunk.insert(hsize_t(side), at: 0)
    }
    try HDF5.check(H5Pset_chunk(list.id, Int32(chunk.count), chunk), "chunking \(array.path)")
    try HDF5.check(H5Pset_shuffle(list.id), "adding shuffle to \(array.path)")
    try HDF5.check(H5Pset_deflate(list.id, gzipLevel), "adding gzip to \(array.path)")
    // Last, so that it guards the bytes that lie on the disk.
    try HDF5.check(H5Pset_fletcher32(list.id), "adding fletcher32 to \(array.path)")
    return list
  }
}
