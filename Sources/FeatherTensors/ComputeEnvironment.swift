/// The environment of a process that computes: libraries read it before any code of ours runs.
public enum ComputeEnvironment {
  private static let largestInHeap = 32 << 20

  /// Each variable with its value.
  ///
  /// - `OMP_NUM_THREADS`: one OpenMP thread for each thread of ours. We divide the work ourselves, and a number that is fixed keeps
  ///   results the same to the bit.
  /// - `MALLOC_…`: of what is freed, 64 MB a heap are kept to be used again. Weights and payloads are made and dropped in every round;
  ///   given back to the system, their pages would be cleared and mapped anew each time. The C library itself comes to these limits
  ///   once a block of 32 MB has been freed.
  public static let variables = [
    "OMP_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": "\(largestInHeap)",
    "MALLOC_TRIM_THRESHOLD_": "\(2 * largestInHeap)",
  ]
}
