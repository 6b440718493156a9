/// What a cluster allows.
enum SlurmCluster {
  /// The most tasks that a job array may have, with indices from 1 on.
  static func largestArray() async throws(RunnerError) -> Int {
    let text = try await SlurmProgram.run("scontrol", ["show", "config"])
    guard let size = largestArray(scontrol: text) else {
      throw RunnerError("'scontrol show config' does not say what MaxArraySize is: is this Slurm 2.6 or newer?")
    }
    guard size > 0 else { throw RunnerError("this Slurm takes no job arrays: its MaxArraySize is too small") }
    return size
  }

  /// Reads what `scontrol show config` prints: an index must be below `MaxArraySize`, and `max_array_tasks` counts tasks.
  static func largestArray(scontrol text: String) -> Int? {
    var values: [Substring: Substring] = [:]
    for line in text.split(separator: "\n") {
      let halves = line.split(separator: "=", maxSplits: 1)
      guard halves.count == 2, let key = halves[0].split(separator: " ").first else { continue }
      values[key] = halves[1].drop { $0 == " " }
    }
    guard let size = values["MaxArraySize"].flatMap({ Int($0) }) else { return nil }
    let parameters = values["SchedulerParameters"]?.split(separator: ",") ?? []
    let tasks = parameters.lazy.filter { $0.hasPrefix("max_array_tasks=") }.compactMap { Int($0.dropFirst(16)) }.first
    return min(size - 1, tasks ?? size)
  }

  /// A node of a partition.
  struct Node: Equatable {
    let processors: Int
    let memory: SlurmMemory
  }

  /// The nodes of some partitions, or of the default one; none where Slurm knows no such partition.
  static func nodes(of partition: String?) async throws(RunnerError) -> [Node] {
    let text = try await SlurmProgram.run("sinfo", ["--noheader", "--Node", "--format=%P|%c|%m"])
    return nodes(sinfo: text, of: partition)
  }

  /// Reads what `sinfo` prints; a star marks the default partition.
  static func nodes(sinfo text: String, of partition: String?) -> [Node] {
    let wanted = partition.map { Set($0.split(separator: ",").map(String.init)) }
    return text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: "|").map(String.init)
      guard fields.count == 3, let processors = Int(fields[1]), let memory = Int(fields[2]) else { return nil }
      let name = fields[0].hasSuffix("*") ? String(fields[0].dropLast()) : fields[0]
      guard wanted?.contains(name) ?? fields[0].hasSuffix("*") else { return nil }
      return Node(processors: processors, memory: SlurmMemory(mebibytes: memory))
    }
  }

  /// Why no node takes a task; nil where one does, or Slurm names none and is left to say so itself.
  static func refusal(_ request: SlurmRequest, _ memory: SlurmMemory, _ nodes: [Node]) -> String? {
    guard !nodes.isEmpty,
      !nodes.contains(where: { $0.processors >= request.processors && $0.memory.mebibytes >= memory.mebibytes })
    else { return nil }
    let processors = nodes.map(\.processors).max() ?? 0
    let largest = nodes.map(\.memory.mebibytes).max() ?? 0
    return
      "a task needs \(request.processors) processor\(request.processors == 1 ? "" : "s") and \(memory.mebibytes) MiB of memory on one node, and the nodes of "
      + (request.partition.map { "partition \($0)" } ?? "the default partition")
      + " have up to \(processors) processors and \(largest) MiB: choose another --partition, fewer --cpus-per-task, or make the model, "
      + "the autoencoder or partition.clients smaller"
  }
}
