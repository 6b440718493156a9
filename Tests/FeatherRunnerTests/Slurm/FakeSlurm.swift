import Foundation

/// Programs with the names of Slurm's in a sandbox, which do what they are told at once and note how they were called.
///
/// `sbatch` runs the batch script, each task of an array in turn, unless it is to leave it in the queue; what `squeue` prints is a file.
struct FakeSlurm {
  let sandbox: Sandbox

  init(in sandbox: Sandbox, maxArraySize: Int = 1001) throws {
    self.sandbox = sandbox
    for (name, body) in Self.programs {
      try sandbox.write("#!/bin/bash\ncd \"$(dirname \"$0\")/..\"\n\(body)", to: "programs/\(name)")
    }
    try install()
    try sandbox.write("MaxArraySize            = \(maxArraySize)\n", to: "config")
    try sandbox.write("main*|2|4000\nsmall|8|1000\n", to: "nodes")
    for name in ["queue", "calls"] { try sandbox.write("", to: name) }
  }

  /// Makes programs of their texts, in a process of its own: what a test starts meanwhile would hold files open that this one writes, and
  /// those could not be run.
  func install() throws {
    try sandbox.start(["-c", "rm -rf bin; cp -r programs bin; chmod +x bin/*"], program: "bash").wait()
  }

  private static let programs = [
    "sbatch": """
    [ -e refusal ] && { cat refusal >&2; exit 1; }
    echo "sbatch $*" >> calls
    count=$(( $(cat count 2> /dev/null || echo 100) + 1 ))
    echo $count > count
    echo $count
    last=1
    for word; do
      case $word in
        --array=*) last=${word#--array=1-}; last=${last%%\\%*}; tasks=yes ;;
        --output=*) log=${word#--output=} ;;
        --*) ;;
        *) if [ -z "$script" ]; then script=$word; else argument=$word; fi ;;
      esac
    done
    [ -e held ] && [ -n "$tasks" ] && exit
    for index in $(seq "$last"); do
      SLURM_JOB_ID=$count SLURM_ARRAY_TASK_ID=$index bash "$script" "$argument" > "${log/\\%a/$index}" 2>&1
    done
    exit 0
    """,
    "squeue": "cat queue\n", "sacct": "cat accounts 2> /dev/null\n", "sinfo": "cat nodes\n", "scontrol": "cat config\n",
    "scancel": "echo \"scancel $*\" >> calls\n",
  ]

  /// Runs `featherweight` where these programs are found first.
  @discardableResult
  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Ended {
    try sandbox.run(
      arguments,
      environment: environment.merging(["PATH": "\(sandbox.path)/bin:/usr/local/bin:/usr/bin:/bin"]) { own, _ in own })
  }

  func submit(_ options: String...) throws -> Ended {
    try run(["submit", "spec.yaml", "--on", "slurm", "--out", "r"] + options)
  }

  /// Leaves job arrays in the queue.
  func hold() throws { try sandbox.write("", to: "held") }

  /// What was asked of Slurm, without this folder and the names that no two submissions share.
  func calls() throws -> [String] {
    let text = String(decoding: try sandbox.bytes("calls"), as: UTF8.self)
    return sandbox.generic(text).replacing(/tiny-(\d+)-[0-9a-f]{8}/) { "tiny-\($0.output.1)-X" }
      .split(separator: "\n").map(String.init)
  }

  /// How the names of a submission's jobs begin.
  func name(_ number: Int = 1) throws -> String {
    let json = try JSONSerialization.jsonObject(with: Data(sandbox.bytes("r/slurm/\(number)/submission.json")))
    return (json as? [String: Any])?["name"] as? String ?? ""
  }

  /// The cells of each task.
  func tasks(_ number: Int = 1) throws -> [[String]] {
    String(decoding: try sandbox.bytes("r/slurm/\(number)/cells"), as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: ",").map(String.init) }
  }
}
