internal import COneDNN

/// The oneDNN library: its version and its matrix product.
public enum OneDNN {
  /// The version in use, such as `2.6.3`.
  public static var version: String {
    guard let version = dnnl_version()?.pointee else { return "unknown" }
    return "\(version.major).\(version.minor).\(version.patch)"
  }

  /// The instruction set that the library's kernels use on this processor; it decides the last bits of results.
  public static var instructionSet: String {
    switch dnnl_get_effective_cpu_isa() {
    case dnnl_cpu_isa_sse41: "sse41"
    case dnnl_cpu_isa_avx: "avx"
    case dnnl_cpu_isa_avx2: "avx2"
    case dnnl_cpu_isa_avx512_mic, dnnl_cpu_isa_avx512_mic_4ops: "avx512_mic"
    case dnnl_cpu_isa_avx512_core: "avx512_core"
    case dnnl_cpu_isa_avx512_core_vnni: "avx512_core_vnni"
    case dnnl_cpu_isa_avx512_core_bf16: "avx512_core_bf16"
    case dnnl_cpu_isa_avx512_core_amx: "avx512_core_amx"
    case dnnl_cpu_isa_avx2_vnni: "avx2_vnni"
    case let isa: "isa-\(isa.rawValue)"
    }
  }

  /// A matrix in row-major order, possibly read as its transpose.
  struct Matrix {
    let base: UnsafePointer<Float>
    let columns: Int
    var transposed = false
  }

  /// `result`[rows, columns] = `left` · `right` + `keep` · `result`, where `left` is [rows, inner] and `right` [inner, columns] after
  /// transposition as marked.
  @inline(__always)
  static func multiply(
    _ left: Matrix, _ right: Matrix, into result: UnsafeMutablePointer<Float>, rows: Int, columns: Int, inner: Int,
    keep: Float = 0
  ) {
    let transposed = CChar(UInt8(ascii: "T"))
    let plain = CChar(UInt8(ascii: "N"))
    let status = dnnl_sgemm(
      left.transposed ? transposed : plain, right.transposed ? transposed : plain,
      dnnl_dim_t(rows), dnnl_dim_t(columns), dnnl_dim_t(inner), 1, left.base, dnnl_dim_t(left.columns),
      right.base, dnnl_dim_t(right.columns), keep, result, dnnl_dim_t(columns))
    precondition(status == dnnl_success, "dnnl_sgemm refused [\(rows), \(inner)] x [\(inner), \(columns)]")
  }
}
