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
    scratchCount = max(scratchCount, layout.count)
    return memory
  }

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

  /// Whatever the operation likes best.
  init(anyOf shape: [Int]) throws(NetworkError) {
    try self.init(shape, dnnl_format_tag_any)
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

/// An array of floats in some layout; its memory is its own or lies in a buffer that outlives it.
final class LaidOutArray {
  let layout: Layout
  let base: UnsafeMutablePointer<Float>
  private let storage: AlignedBuffer
  private let owner: LaidOutArray?

  /// An array of its own, zero at first.
  init(_ layout: Layout) {
    self.layout = layout
    storage = AlignedBuffer(count: layout.count)
    base = storage.base
    owner = nil
  }

  /// An array in the memory of `other`, which nobody needs any longer and which is large enough.
  init(_ layout: Layout, reusing other: LaidOutArray) {
    self.layout = layout
    base = other.base
    storage = AlignedBuffer(count: 0)
    owner = other
  }

  /// An array at `base`, which the caller keeps alive.
  init(_ layout: Layout, at base: UnsafeMutablePointer<Float>) {
    self.layout = layout
    self.base = base
    storage = AlignedBuffer(count: 0)
    owner = nil
  }

  /// Floats that its memory holds, or 0 where the memory is the caller's.
  var capacity: Int { owner?.capacity ?? storage.count }
}

/// An operation with everything that it reads and writes, made once and executed in every step.
final class Operation {
  /// What an array is to an operation, by the library's `DNNL_ARG` numbers.
  enum Role: Int32 {
    case source = 1
    case destination = 17
    case weights = 33
    case bias = 41
    case workspace = 64
    case sourceGradient = 129
    case destinationGradient = 145
    case weightsGradient = 161
    case biasGradient = 169
  }

  private let name: String
  private let engine: OneDNNEngine
  private let arrays: [LaidOutArray]
  private var primitive: dnnl_primitive_t?
  private var arguments: [dnnl_exec_arg_t] = []

  init(
    _ description: borrowing OperationDescription, _ engine: OneDNNEngine, _ arrays: [(Role, LaidOutArray)]
  ) throws(NetworkError) {
    name = description.name
    self.engine = engine
    self.arrays = arrays.map { $0.1 }
    try check(dnnl_primitive_create(&primitive, description.raw), name)
    for (role, array) in arrays {
      arguments.append(dnnl_exec_arg_t(arg: role.rawValue, memory: try engine.memory(array.layout, at: array.base)))
    }
    // Last, and not ours to destroy.
    let scratchpad = try engine.scratchpad(description.scratchpad)
    arguments.append(dnnl_exec_arg_t(arg: DNNL_ARG_SCRATCHPAD, memory: scratchpad))
  }

  deinit {
    for argument in arguments.prefix(arrays.count) { dnnl_memory_destroy(argument.memory) }
    dnnl_primitive_destroy(primitive)
  }

  func execute() {
    let status = dnnl_primitive_execute(primitive, engine.stream, Int32(arguments.count), arguments)
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
