import Foundation
import Testing

@Suite("Submitting a sweep to Slurm")
struct SubmitTests {
  private let sandbox: Sandbox
  private let slurm: FakeSlurm

  init() throws {
    sandbox = try Sandbox()
    try sandbox.write(TinySweep.four, to: "spec.yaml")
    slurm = try FakeSlurm(in: sandbox)
  }

  @Test("tasks compute what one run computes, to the byte, and whoever ends last makes the index")
  func sameBytes() throws {
    let ended = try slurm.submit("--cells-per-job", "3")
    #expect(ended.status == 0 && ended.stderr == "", "\(ended)")
    #expect(ended.stdout.contains("submitted 4 cells as 2 tasks of 1 job array ("))
    #expect(ended.stdout.contains("a node sees the sweep"))
    try sandbox.run(["run", "spec.yaml", "--out", "alone"])
    #expect(sandbox.sealed("r") == sandbox.sealed("alone") && sandbox.sealed("r").count == 5)
    #expect(try slurm.submit().stdout == "nothing is missing: no job was submitted\n")
    #expect(try slurm.calls().count == 2)
  }

  @Test("the script says all that Slurm is asked for, and is what --print-script prints")
  func script() throws {
    let options = [
      "--cpus-per-task", "2", "--mem", "1GB", "--time", "90s", "--partition", "main", "--checkpoint-every", "5 rounds",
      "--data", "my data", "--", "--account=a b", "--qos", "long",
    ]
    let printed = try slurm.run(["submit", "spec.yaml", "--on", "slurm", "--out", "r", "--print-script"] + options)
    #expect(printed.status == 0 && !sandbox.exists("r") && printed.stderr == "", "nothing was written: \(printed)")
    let program = try Sandbox.program()
    let expected = """
      #!/bin/bash
      # Sweep tiny: each task of a job array computes the cells of one line of slurm/N/cells.
      # Written by 'featherweight submit'. A task that is stopped keeps a checkpoint, and goes on from there when it is begun again.
      #SBATCH --ntasks=1
      #SBATCH --cpus-per-task=2
      #SBATCH --mem=954M
      #SBATCH --time=1:30
      #SBATCH --partition=main
      #SBATCH --requeue
      #SBATCH --open-mode=append
      #SBATCH --signal=B:USR1@22
      #SBATCH '--account=a b'
      #SBATCH --qos long

      folder='TMP/r'
      submission="$folder/"slurm/N
      program=\(program)

      """
    #expect(sandbox.generic(printed.stdout).hasPrefix(expected), "\(printed.stdout)")
    let run =
      "\"$program\" run \"$folder\" --cells \"$cells\" --threads 2 --memory 858MiB --checkpoint-every '5 rounds' "
      + "--data 'TMP/my data' &\n"
    #expect(sandbox.generic(printed.stdout).contains(run))
    #expect(printed.stdout.contains("export HDF5_USE_FILE_LOCKING=FALSE\n"))
    try slurm.hold()
    try slurm.run(["submit", "spec.yaml", "--on", "slurm", "--out", "r"] + options)
    let written = String(decoding: try sandbox.bytes("r/slurm/1/job.sh"), as: UTF8.self)
    #expect(written == printed.stdout.replacing("slurm/N", with: "slurm/1"))
  }

  @Test("arrays are cut below MaxArraySize; where tasks at a time are limited, one waits for the other")
  func parts() throws {
    let slurm = try FakeSlurm(in: sandbox, maxArraySize: 4)
    try slurm.hold()
    #expect(try slurm.submit("--array-limit", "2").stdout.contains("4 tasks of 2 job arrays"))
    let common = "sbatch --parsable --job-name=tiny-1-X"
    #expect(
      try slurm.calls() == [
        "\(common)-check --output=TMP/r/slurm/1/check.log --mem=64M --cpus-per-task=1 --time=5 r/slurm/1/job.sh check",
        "\(common)-1 --output=TMP/r/slurm/1/logs/1/%a.log --array=1-3%2 --kill-on-invalid-dep=yes --dependency=afterok:101 "
          + "r/slurm/1/job.sh 0",
        "\(common)-2 --output=TMP/r/slurm/1/logs/2/%a.log --array=1-1%2 --kill-on-invalid-dep=yes "
          + "--dependency=afterok:101,afterany:102 r/slurm/1/job.sh 3",
      ])
    #expect(Set(try slurm.tasks().joined()).count == 4)
  }

  @Test("what is in the queue is not submitted again, and what is not is")
  func again() throws {
    try slurm.hold()
    try #expect(slurm.submit("--cells-per-job", "2").status == 0)
    let (name, tasks) = (try slurm.name(), try slurm.tasks())
    try sandbox.write(
      "102|1|RUNNING|n1|None|\(name)-1\n102|2|CANCELLED|||\(name)-1\n103|N/A|COMPLETED|n1|None|\(name)-check\n",
      to: "queue")
    let ended = try slurm.submit()
    #expect(ended.stdout.hasPrefix("2 cells in the queue already\nsubmitted 2 cells as 2 tasks "), "\(ended)")
    #expect(try slurm.tasks(2).joined().sorted() == tasks[1].sorted())
    try sandbox.write(
      "102|1|RUNNING|n1|None|\(name)-1\n104|1|PENDING||Priority|\(try slurm.name(2))-1\n"
        + "104|2|PENDING||Priority|\(try slurm.name(2))-1\n", to: "queue")
    #expect(try slurm.submit().stdout == "4 cells in the queue already\nnothing else is missing\n")
  }

  @Test("status tells of each cell what Slurm knows of it")
  func status() throws {
    try slurm.hold()
    try #expect(slurm.submit().status == 0)
    let (name, tasks) = (try slurm.name(), try slurm.tasks())
    try sandbox.write(
      """
      102|1|RUNNING|n1|None|\(name)-1
      102|2|PENDING||Resources|\(name)-1
      102|3|TIMEOUT|n2|TimeLimit|\(name)-1
      102|4|RUNNING|n3|None|another

      """, to: "queue")
    try sandbox.write("old words\nthe last words\n", to: "r/slurm/1/logs/1/3.log")
    let ended = try slurm.run(["status", "r"])
    let lines = ended.stdout.split(separator: "\n")
    func line(_ task: Int) -> String { String(lines.first { $0.hasPrefix(tasks[task - 1][0]) } ?? "") }
    #expect(line(1).contains(/pending +job 102_1 runs on n1/))
    #expect(line(2).contains(/queued +job 102_2 waits: Resources/))
    #expect(
      line(3).contains(/pending +job 102_3 ended: TIMEOUT \(TimeLimit\) on n2; r\/.*\/3.log ends: the last words/))
    #expect(line(4).contains(/pending *$/), "another's job is not this sweep's: \(line(4))")
    #expect(ended.stderr == "")
  }

  @Test("status finds jobs that ended long ago where the cluster keeps accounts")
  func accounts() throws {
    try slurm.hold()
    try #expect(slurm.submit("--cells-per-job", "4").status == 0)
    try sandbox.write("102_1|CANCELLED by 1000|None assigned|\(try slurm.name())-1\n", to: "accounts")
    #expect(try slurm.run(["status", "r"]).stdout.contains("job 102_1 ended: CANCELLED (by 1000)"))
  }

  @Test("status goes without Slurm where it does not answer, and says so")
  func silent() throws {
    try slurm.hold()
    try slurm.submit()
    let ended = try slurm.run(["status", "r"], environment: ["PATH": "/nowhere"])
    #expect(ended.status == 0 && ended.stdout.contains("4 pending"), "\(ended)")
    #expect(ended.stderr.hasPrefix("warning: there is no Slurm on this machine: 'squeue' was not found;"))
  }

  @Test("cancel takes this sweep's jobs, arrays once each, and no other")
  func cancel() throws {
    try slurm.hold()
    try slurm.submit()
    let name = try slurm.name()
    try sandbox.write(
      """
      102|1|RUNNING|n1|None|\(name)-1
      102|2|PENDING||Resources|\(name)-1
      103|1|RUNNING|n1|None|\(name)-11
      104|1|RUNNING|n1|None|\(name.dropLast())-1
      105|N/A|RUNNING|n1|None|\(name)
      106|N/A|COMPLETED|n1|None|\(name)-check

      """, to: "queue")
    #expect(
      try slurm.run(["cancel", "r"]).stdout
        == "cancelled job 102 with 2 cells; what is done and checkpoints are kept, and 'submit' goes on from there\n")
    #expect(try slurm.calls().last == "scancel 102")
    try sandbox.write("", to: "queue")
    #expect(try slurm.run(["cancel", "r"]).stdout == "no job of this sweep is in the queue\n")
  }

  /// What may be wrong, and all that is said.
  struct Refusal: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var options: [String] = []
    var refusal: String?
    var environment: [String: String] = [:]
    var status: Int32 = 1
    let message: String
  }

  private static let refusals = [
    Refusal(
      testDescription: "no Slurm", environment: ["PATH": "/nowhere"],
      message:
        "there is no Slurm on this machine: 'squeue' was not found; go to a machine from which jobs are submitted, or "
        + "compute here with 'run'"),
    Refusal(
      testDescription: "sbatch refuses", options: ["--partition", "nowhere"],
      refusal:
        "sbatch: error: invalid partition specified: nowhere\nsbatch: error: Batch job submission failed: Invalid partition "
        + "name specified\n",
      message:
        "sbatch refuses: invalid partition specified: nowhere; Batch job submission failed: Invalid partition name specified"
    ),
    Refusal(
      testDescription: "more processors than a node has", options: ["--cpus-per-task", "16"], status: 2,
      message:
        "tiny: a task needs 16 processors and N MiB of memory on one node, and the nodes of the default partition have up "
        + "to 2 processors and N MiB: choose another --partition, fewer --cpus-per-task, or make the model, the autoencoder or "
        + "partition.clients smaller"),
    Refusal(
      testDescription: "more memory than a node has", options: ["--mem", "2GB", "--partition", "small"], status: 2,
      message:
        "tiny: a task needs 1 processor and N MiB of memory on one node, and the nodes of partition small have up to 8 "
        + "processors and N MiB: choose another --partition, fewer --cpus-per-task, or make the model, the autoencoder or "
        + "partition.clients smaller"),
    Refusal(
      testDescription: "less memory than a cell needs", options: ["--mem", "97M"], status: 2,
      message:
        "tiny: --mem of N MiB is too little: cell ID with 1 thread needs about N MiB, of which N are for the processes "
        + "around it; ask for --mem NM or more, or leave --mem out"),
    Refusal(
      testDescription: "an option of ours for sbatch", options: ["--", "--time=5"],
      message: "give --time to submit itself, before the --"),
    Refusal(
      testDescription: "an option that submit decides on", options: ["--", "-a", "1-5"],
      message: "submit decides on sbatch's --array itself, so that a sweep can be continued: leave it out"),
    Refusal(
      testDescription: "what is no option", options: ["--", "account"],
      message: "'account' is no option of sbatch: after -- there are options, such as -- --account=NAME"),
  ]

  @Test("what cannot be submitted is refused in one clear error, and leaves nothing", arguments: refusals)
  func refused(_ refusal: Refusal) throws {
    if let words = refusal.refusal { try sandbox.write(words, to: "refusal") }
    let ended = try slurm.run(
      ["submit", "spec.yaml", "--on", "slurm", "--out", "r"] + refusal.options, environment: refusal.environment)
    let said = sandbox.generic(ended.stderr).replacing(/\d+ MiB/, with: "N MiB").replacing(/which \d+/, with: "which N")
      .replacing(/\d+M or/, with: "NM or")
    #expect(said == "error: \(refusal.message)\n")
    #expect(ended.status == refusal.status && ended.stdout == "")
    #expect(!sandbox.exists("r"))
    #expect(try slurm.calls().isEmpty)
  }

  @Test("where a check fails nothing is started, and what the node said is passed on")
  func failedCheck() throws {
    // As a node sees it that lacks the program.
    try sandbox.edit("programs/sbatch") {
      let text = String(decoding: $0, as: UTF8.self)
      $0 = Array(text.replacing("bash \"$script\"", with: "false; echo 'error: node n1 is blind'").utf8)
    }
    try slurm.install()
    let ended = try slurm.submit()
    #expect(ended.status == 1)
    #expect(
      ended.stderr.contains(
        /the check of the nodes failed, and nothing was started: .*check.log ends: error: node n1 is blind/))
  }

  @Test("a program that a node does not have is named by the task itself", arguments: ["program", "folder"])
  func blindNode(lacking: String) throws {
    try slurm.hold()
    try slurm.submit()
    try sandbox.edit("r/slurm/1/job.sh") {
      $0 = Array(
        String(decoding: $0, as: UTF8.self).replacing("\n\(lacking)=", with: "\n\(lacking)=/nowhere; unused=").utf8)
    }
    let task = try sandbox.start(
      [sandbox.path + "/r/slurm/1/job.sh", "0"], program: "bash", environment: ["SLURM_ARRAY_TASK_ID": "1"]
    ).wait()
    #expect(task.status == 3)
    let expected =
      lacking == "program"
      ? "does not see the program /nowhere: put it" : "does not see /nowhere/slurm/1: choose, with --out"
    #expect(task.stderr.contains(expected), "\(task.stderr)")
  }

  @Test("near its time limit a task keeps a checkpoint and goes back to the queue; a cancelled one only keeps it")
  func signals() throws {
    // One cell of a second or so: rounds end soon, and the run does not.
    let spec = TinySweep.base.replacing("localEpochs: 1", with: "localEpochs: 3000").replacing(
      "rounds: 1", with: "rounds: 40")
    try sandbox.write(TinySweep.spec(spec), to: "spec.yaml")
    try slurm.hold()
    try slurm.submit()
    func rounds() -> Int {
      sandbox.snapshot("r").first { $0.key.hasSuffix(".partial/metrics.jsonl") }?.value.count { $0 == 0x0A } ?? 0
    }
    for (signal, isAgain) in [(SIGUSR1, true), (SIGTERM, false)] {
      let before = rounds()
      let task = try sandbox.start(
        [sandbox.path + "/r/slurm/1/job.sh", "0"], program: "bash",
        environment: [
          "SLURM_ARRAY_TASK_ID": "1", "SLURM_JOB_ID": "77", "PATH": "\(sandbox.path)/bin:/usr/local/bin:/usr/bin:/bin",
        ])
      #expect(eventually { rounds() > before })
      task.signal(signal)
      let ended = try task.wait()
      #expect(ended.status == 130, "\(ended)")
      #expect(ended.stdout.contains("this task goes back to the queue") == isAgain, "\(ended)")
      #expect(sandbox.snapshot("r").keys.contains { $0.hasSuffix(".partial/checkpoint") })
    }
    try sandbox.run(["run", "r"])
    try sandbox.run(["run", "spec.yaml", "--out", "alone"])
    #expect(sandbox.sealed("r") == sandbox.sealed("alone"))
  }
}
