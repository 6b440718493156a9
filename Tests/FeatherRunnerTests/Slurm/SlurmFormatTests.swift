import Testing

@testable import FeatherRunner

@Suite("What Slurm prints and takes")
struct SlurmFormatTests {
  @Test(
    "times are read as sbatch reads them, and as run does",
    arguments: [
      ("90", 5400), ("30:00", 1800), ("2:00:00", 7200), ("1-12", 129_600), ("1-12:30", 131_400), ("1-00:00:01", 86_401),
      ("90s", 90), ("10m", 600), ("2h", 7200), ("1d", 86_400), ("unlimited", nil), ("INFINITE", nil),
    ])
  func time(text: String, seconds: Int?) throws {
    #expect(try #require(SlurmTime(text)).seconds == seconds)
  }

  @Test(
    "what is no time is none",
    arguments: ["", "0", "0:00", "-5", "1:2:3:4", "1-", "1-2-3", "5x", "1h30m", "1:-2", "10 m"])
  func noTime(text: String) { #expect(SlurmTime(text) == nil) }

  @Test(
    "a time in our words is passed on in Slurm's",
    arguments: [("90s", "1:30"), ("2h", "120:00"), ("5s", "0:05"), ("1-12", "1-12")])
  func timeText(text: String, slurm: String) throws { #expect(try #require(SlurmTime(text)).text == slurm) }

  @Test(
    "sizes are read as sbatch reads them, and as run does",
    arguments: [
      ("500", 500), ("500M", 500), ("4G", 4096), ("1T", 1_048_576), ("100K", 1), ("0", 0), ("4GB", 3815),
      ("512MiB", 512), ("1kB", 1),
    ])
  func memory(text: String, mebibytes: Int) throws { #expect(try #require(SlurmMemory(text)).mebibytes == mebibytes) }

  @Test("what is no size is none", arguments: ["", "G", "-1", "4X", "1e30G", "4 GB", "99999999999999"])
  func noMemory(text: String) { #expect(SlurmMemory(text) == nil) }

  @Test("a task is warned a quarter of its time before the limit, from 5 seconds to two minutes")
  func warning() {
    for (time, seconds) in [("10s", 5), ("1:00", 15), ("4:00", 60), ("8:00", 120), ("1-0", 120), ("UNLIMITED", 120)] {
      var request = SlurmRequest()
      request.time = SlurmTime(time)
      #expect(request.warning == seconds, "\(time)")
    }
    #expect(SlurmRequest().warning == 120)
  }

  @Test("the queue is read: arrays, jobs of their own, names with any characters, lines of other forms left out")
  func queue() {
    let text = """
      12|3|RUNNING|n1|None|a-1
      12|N/A|PENDING||Resources|b|c
      nonsense

      """
    #expect(
      SlurmQueue.jobs(squeue: text) == [
        SlurmJob(job: "12", index: 3, state: "RUNNING", node: "n1", reason: "None", name: "a-1"),
        SlurmJob(job: "12", index: nil, state: "PENDING", node: "", reason: "Resources", name: "b|c"),
      ])
  }

  @Test("accounts are read: who cancelled, what never had a node, and tasks that are still together")
  func accounts() {
    let text = """
      12_3|CANCELLED by 1000|None assigned|a-1
      12_[4-9]|PENDING|None assigned|a-1
      13|COMPLETED|n2|a-check
      """
    #expect(
      SlurmQueue.jobs(sacct: text) == [
        SlurmJob(job: "12", index: 3, state: "CANCELLED", node: "", reason: "by 1000", name: "a-1"),
        SlurmJob(job: "12", index: nil, state: "PENDING", node: "", reason: "", name: "a-1"),
        SlurmJob(job: "13", index: nil, state: "COMPLETED", node: "n2", reason: "", name: "a-check"),
      ])
  }

  @Test(
    "an array has as many tasks as MaxArraySize and max_array_tasks allow",
    arguments: [
      ("MaxArraySize            = 1001", 1000),
      ("MaxArraySize = 10\nSchedulerParameters = bf_interval=5,max_array_tasks=4", 4),
      ("SchedulerParameters = max_array_tasks=400\nMaxArraySize = 10", 9), ("MaxArraySize = 0", -1),
      ("MaxJobCount = 5", nil), ("", nil),
    ])
  func largestArray(text: String, size: Int?) { #expect(SlurmCluster.largestArray(scontrol: text) == size) }

  @Test("the default partition has a star; of several partitions all nodes count; one that is not there has none")
  func nodes() {
    let text = "main*|2|4000\nsmall|8|1000\nlarge|64|256000+\n"
    let main = SlurmCluster.Node(processors: 2, memory: SlurmMemory(mebibytes: 4000))
    let small = SlurmCluster.Node(processors: 8, memory: SlurmMemory(mebibytes: 1000))
    #expect(SlurmCluster.nodes(sinfo: text, of: nil) == [main])
    #expect(SlurmCluster.nodes(sinfo: text, of: "main,small") == [main, small])
    #expect(SlurmCluster.nodes(sinfo: text, of: "nowhere").isEmpty)
  }

  @Test("words that a shell would divide or expand are quoted")
  func words() {
    #expect(
      ["a", "", "a b", "it's", "$HOME", "--x=1,2"].map(\.shellWord) == [
        "a", "''", "'a b'", "'it'\\''s'", "'$HOME'", "--x=1,2",
      ])
  }

  @Test("programs' own names are taken from their words, and several lines are one")
  func errors() {
    #expect(SlurmProgram.words("sbatch: error: a\nsbatch: error: b\n", of: "sbatch") == "a; b")
    #expect(SlurmProgram.words("", of: "sbatch") == "it does not say why")
  }
}
