internal import COneDNN
internal import FeatherTensors

/// The processor with one stream of work, and the scratchpad that its operations share, one at a time.
final class OneDNNEngine {
  private(set) var engine: dnnl_engine_t?
  fileprivate var stream: dnnl_stream_t?
  private(set) var attributes: dnnl_primitive_attr_t?
  private var scratchpads: [dnnl_memory_t?] = []
  private var scratchCount = 0
  private var scratch = AlignedBuffer(count: 0)

  /// The shared scratchpad, once it is allocated.
  var scratchpad: UnsafeMutablePointer<Float> { scratch.base }

  init() throws(NetworkError) {
    try check(dnnl_engine_create(&engine, dnnl_cpu, 0), "an engine")
    try check(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue), "a stream")
    try check(dnnl_primitive_attr_create(&attributes), "attributes")
    try check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user), "a scratchpad of ours")
  }

  deinit {
    for memory in scratchpads { dnnl_memory_destroy(memory) }
    dnnl_primitive_attr_destroy(attributes)
    dnnl_stream_destroy(stream)
    dnnl_engine_destroy(engine)
  }

  /// A memory object of `layout` at `base`.
  fileprivate func memory(
    _ layout: Layout, at base: UnsafeMutablePointer<Float>?
  ) throws(NetworkError) -> dnnl_memory_t? {
    var memory: dnnl_memory_t?
    var raw = layout.raw
    try check(dnnl_memory_create(&memory, &raw, engine, base), "memory for \(layout)")
    return memory
  }

  /// A memory object that points to the shared scratchpad once that is allocated.
  fileprivate func scratchpad(_ layout: Layout) throws(NetworkError) -> dnnl_memory_t? {
    let memory = try memory(layout, at: nil)
    scratchpads.append(memory)
    reserveScratchpad(layout.count)
    return memory
  }

  /// Sees that the scratchpad will have room for `count` floats.
  func reserveScratchpad(_ count: Int) { scratchCount = max(scratchCount, count) }

  /// Allocates the scratchpad: once, after the last operation was made and before the first is executed.
  func allocateScratchpad() throws(NetworkError) {
    scratch = AlignedBuffer(count: scratchCount)
    for memory in scratchpads { try check(dnnl_memory_set_data_handle(memory, scratch.base), "a scratchpad") }
  }
}

/// Where the elements of an array lie, in blocks of channels or plainly row-major.
struct Layout: Equatable, CustomStringConvertible {
  let raw: dnnl_memory_desc_t

  init(_ raw: dnnl_memory_desc_t) { self.raw = raw }

  /// Row-major.
  init(plain shape: [Int]) throws(NetworkError) {
    let tags = [dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd]
    try self.init(shape, tags[shape.count - 1])
  }

  /// Images in blocks of sixteen channels, the last one filled up with zeros.
  init(blocked shape: [Int]) throws(NetworkError) {
    try self.init(shape, dnnl_aBcd16b)
  }

  /// Whatever the operation likes best.
  init(anyOf shape: [Int]) throws(NetworkError) {
    try self.init(shape, dnnl_format_tag_any)
  }

  /// The same layout for images of another shape, and how many channels lie side by side in it; nil where it is none of the usual ones.
  func usual(for shape: [Int]) throws(NetworkError) -> (layout: Layout, lanes: Int)? {
    for (tag, lanes) in [(dnnl_aBcd16b, 16), (dnnl_aBcd8b, 8), (dnnl_abcd, 1), (dnnl_acdb, self.shape[1])] {
      guard try self == Layout(self.shape, tag) else { continue }
      return (try Layout(shape, tag), lanes)
    }
    return nil
  }

  private init(_ shape: [Int], _ tag: dnnl_format_tag_t) throws(NetworkError) {
    var raw = dnnl_memory_desc_t()
    let sizes = shape.map { Int64($0) }
    try check(
      dnnl_memory_desc_init_by_tag(&raw, Int32(shape.count), sizes, dnnl_f32, tag), "a layout of \(shape)")
    self.raw = raw
  }

  /// Floats to allocate, padding included.
  var count: Int {
    var raw = raw
    return (dnnl_memory_desc_get_size(&raw) + 3) / 4
  }

  /// The sizes, slowest first in a plain layout; at most four.
  var shape: [Int] {
    [raw.dims.0, raw.dims.1, raw.dims.2, raw.dims.3].prefix(Int(raw.ndims)).map { Int($0) }
  }

  var description: String { "\(shape)" }

  static func == (a: Layout, b: Layout) -> Bool {
    var first = a.raw
    var second = b.raw
    return dnnl_memory_desc_equal(&first, &second) != 0
  }
}

/// An array of floats in some layout, for each slice of a batch or for all; its memory is its own or lies in a buffer that outlives it.
final class LaidOutArray {
  let layout: Layout
  private let first: UnsafeMutablePointer<Float>
  /// Floats from one slice's part to the next; 0 where all slices share the array.
  private let stride: Int
  private let storage: AlignedBuffer
  private let owner: LaidOutArray?

  /// An array of its own, zero at first, with parts for `slices` slices or one that all share.
  init(_ layout: Layout, slices: Int = 1) {
    self.layout = layout
    // Every part begins on a cache line.
    stride = slices == 1 ? 0 : (layout.count + 15) / 16 * 16
    storage = AlignedBuffer(count: max(layout.count, slices * stride))
    first = storage.base
    owner = nil
  }

  /// A shared array in the memory of `other`, which nobody needs any longer and which is large enough.
  init(_ layout: Layout, reusing other: LaidOutArray) {
    self.layout = layout
    first = other.first
    stride = 0
    storage = AlignedBuffer(count: 0)
    owner = other
  }

  /// An array at `base`, which the caller keeps alive, with parts at a distance of `stride` floats or one that all share.
  init(_ layout: Layout, at base: UnsafeMutablePointer<Float>, stride: Int = 0) {
    self.layout = layout
    first = base
    self.stride = stride
    storage = AlignedBuffer(count: 0)
    owner = nil
  }

  /// Floats that its memory holds, or 0 where the memory is the caller's.
  var capacity: Int { owner?.capacity ?? storage.count }

  /// Where a slice's part begins.
  func base(_ slice: Int) -> UnsafeMutablePointer<Float> { first + slice * stride }
}

/// An operation with everything that it reads and writes, made once and executed for every slice in every step.
final class Operation {
  /// What an array is to an operation, by the library's `DNNL_ARG` numbers.
  enum Role: Int32 {
    case source = 1
    case destination = 17
    case weights = 33
    case bias = 41
    case sourceGradient = 129
    case destinationGradient = 145
    case weightsGradient = 161
    case biasGradient = 169
  }

  private let name: String
  private let engine: OneDNNEngine
  private let arrays: [LaidOutArray]
  private var primitive: dnnl_primitive_t?
  /// Of each slice.
  private var arguments: [[dnnl_exec_arg_t]] = []

  /// - Parameter slices: how many slices there are; 1 for an operation on arrays that all share.
  init(
    _ description: borrowing OperationDescription, _ engine: OneDNNEngine, _ arrays: [(Role, LaidOutArray)],
    slices: Int
  ) throws(NetworkError) {
    name = description.name
    self.engine = engine
    self.arrays = arrays.map { $0.1 }
    try check(dnnl_primitive_create(&primitive, description.raw), name)
    // Not ours to destroy.
    let scratchpad = dnnl_exec_arg_t(
      arg: DNNL_ARG_SCRATCHPAD, memory: try engine.scratchpad(description.scratchpad))
    for slice in 0..<slices {
      arguments.append([scratchpad])
      for (role, array) in arrays {
        let memory = try engine.memory(array.layout, at: array.base(slice))
        arguments[slice].append(dnnl_exec_arg_t(arg: role.rawValue, memory: memory))
      }
    }
  }

  deinit {
    for argument in arguments.joined() where argument.arg != DNNL_ARG_SCRATCHPAD {
      dnnl_memory_destroy(argument.memory)
    }
    dnnl_primitive_destroy(primitive)
  }

  func execute(slice: Int) {
    let status = dnnl_primitive_execute(primitive, engine.stream, Int32(arguments[slice].count), arguments[slice])
    precondition(status == dnnl_success, "oneDNN could not execute \(name): status \(status.rawValue)")
  }
}

/// - Throws: `NetworkError` unless the library did what it was asked for.
func check(_ status: dnnl_status_t, _ asked: @autoclosure () -> String) throws(NetworkError) {
  guard status != dnnl_success else { return }
  let reason =
    switch status {
    case dnnl_out_of_memory: "out of memory"
    case dnnl_unimplemented: "not implemented for these sizes on this processor"
    case dnnl_invalid_arguments: "invalid arguments"
    default: "status \(status.rawValue)"
    }
  throw NetworkError("oneDNN \(OneDNN.version) could not make \(asked()): \(reason)")
}
