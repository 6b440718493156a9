internal import COneDNN

/// The oneDNN library: its version and instruction set.
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
}
