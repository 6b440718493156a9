import FeatherExperiments

/// The batch script of a sweep's submission: what Slurm is asked for, and what each task of the job arrays does.
struct SlurmScript {
  let sweep: String
  /// The sweep's folder, an absolute path.
  let folder: String
  /// The submission's name within the folder, such as `slurm/1`.
  let place: String
  /// The program, an absolute path.
  let program: String
  let request: SlurmRequest
  /// Memory of a task; 0 for all that a node has.
  let memory: SlurmMemory
  /// Further options of `run`.
  let options: [String]

  /// How often a task goes on after its time was up: enough for weeks, and an end to one whose time is too short for any progress.
  static let mostTurns = 100

  /// The script's text.
  var text: String {
    """
    #!/bin/bash
    # Sweep \(sweep): each task of a job array computes the cells of one line of \(place)/cells.
    # Written by 'featherweight submit'. A task that is stopped keeps a checkpoint, and goes on from there when it is begun again.
    \(directives.map { "#SBATCH \($0)" }.joined(separator: "\n"))

    folder=\(folder.shellWord)
    submission="$folder/"\(place)
    program=\(program.shellWord)

    # The node must see the sweep and the program under the same paths as the machine that submitted.
    complain() { echo "error: node $(hostname) $1" >&2; exit 3; }
    [ -r "$submission/cells" ] || complain "does not see $submission: choose, with --out, a folder that all nodes have"
    [ -x "$program" ] || complain "does not see the program $program: put it where all nodes have it"
    "$program" --version > /dev/null || complain "cannot run $program: it lacks a library, or its processor is another"

    # Started with 'check', the script does no more than leave a mark that a node came as far as here.
    if [ "$1" = check ]; then
      hostname > "$submission/checked" || complain "cannot write into $submission"
      exit
    fi

    # $1 lines belong to the parts before this one.
    cells=$(sed -n "$(($1 + SLURM_ARRAY_TASK_ID))p" "$submission/cells")

    # HDF5 would lock files, which not every network file system can; nothing here depends on its locks.
    export HDF5_USE_FILE_LOCKING=FALSE

    "$program" run "$folder" --cells "$cells" \(runOptions.map(\.shellWord).joined(separator: " ")) &
    child=$!

    # Shortly before the time limit: keep a checkpoint, then go back to the queue. Cancelled or preempted: keep one, and end.
    trap 'signalled=yes; again=yes; kill -TERM "$child"' USR1
    trap 'signalled=yes; again=; kill -TERM "$child"' TERM
    signalled=yes
    while [ -n "$signalled" ]; do
      # A signal ends the waiting, not the child.
      signalled=
      wait "$child"
      status=$?
    done
    if [ "$status" -eq 130 ] && [ -n "$again" ] && [ "${SLURM_RESTART_COUNT:-0}" -lt \(Self.mostTurns) ]; then
      echo "the time limit is near: this task goes back to the queue, and on from its checkpoint"
      scontrol requeue "$SLURM_JOB_ID"
    fi
    exit "$status"

    """
  }

  private var directives: [String] {
    var lines = ["--ntasks=1", "--cpus-per-task=\(request.processors)", "--mem=\(memory.mebibytes)M"]
    if let time = request.time { lines.append("--time=\(time.text.shellWord)") }
    if let partition = request.partition { lines.append("--partition=\(partition.shellWord)") }
    lines += ["--requeue", "--open-mode=append", "--signal=B:USR1@\(request.warning)"]
    return lines + request.furtherLines
  }

  private var runOptions: [String] {
    var words = ["--threads", "\(request.processors)"]
    if memory.mebibytes > 0 { words += ["--memory", "\(memory.mebibytes - SlurmRequest.reserve)MiB"] }
    return words + options
  }
}
