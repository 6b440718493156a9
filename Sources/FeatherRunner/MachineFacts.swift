import FeatherFederation
import FoundationEssentials
import Glibc

/// The machine that computed a run, as its sidecar keeps it.
struct MachineFacts: Encodable {
  let host = Machine.host
  let processor = Self.processorName
  let processors = Machine.processors
  let memory_bytes = ResourceEstimate.physicalMemory
  let kernel = Self.kernelRelease
  /// The container system around this process, where its mark is seen.
  let container = Self.containerSystem

  private static var processorName: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    guard let value = line?.split(separator: ":", maxSplits: 1).last else { return "unknown" }
    return value.drop { $0 == " " }.description
  }

  private static var kernelRelease: String {
    var names = utsname()
    guard uname(&names) == 0 else { return "unknown" }
    return withUnsafeBytes(of: &names.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private static var containerSystem: String? {
    let marks = [("/.dockerenv", "docker"), ("/run/.containerenv", "podman"), ("/.singularity.d", "apptainer")]
    return marks.first { access($0.0, F_OK) == 0 }?.1
  }
}

/// The variables of the environment that a run can depend on; of the others nothing is kept, for some are secrets.
enum RecordedEnvironment {
  private static let prefixes = ["OMP_", "DNNL_", "ONEDNN_", "HDF5_", "FEATHERWEIGHT_", "MALLOC_"]
  private static let names: Set<String> = [
    "GLIBC_TUNABLES", "TMPDIR", "LANG", "LC_ALL", "SLURM_JOB_ID", "SLURM_ARRAY_TASK_ID", "SLURMD_NODENAME",
  ]

  /// Those of them that are set.
  static func variables(of environment: [String: String]) -> [String: String] {
    environment.filter { name, _ in names.contains(name) || prefixes.contains { name.hasPrefix($0) } }
  }
}
