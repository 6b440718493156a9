import ArgumentParser

/// How many threads compute a run.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Threads that compute one run (default: processors divided by workers); results do not depend on it.")
  var threads: Int?

  func validate() throws {
    guard let threads, !(1...1024).contains(threads) else { return }
    throw ValidationError("--threads must be 1...1024 but is \(threads)")
  }
}
