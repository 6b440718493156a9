internal import CKernels

/// The C kernels of one instruction set, a table that never changes; all give the same bits.
typealias Kernels = UnsafePointer<fw_kernels>

/// The addresses of a batch's rows.
typealias RowAddresses = UnsafeMutablePointer<UnsafePointer<Float>?>

extension Kernels {
  /// Those that this processor can run, the widest first.
  nonisolated(unsafe) static let available = fw_instruction_set.available.compactMap { fw_kernels_for($0) }

  /// The widest that this processor can run.
  nonisolated(unsafe) static let best = available[0]

  /// How many words say which blocks of a sample of `width` inputs are not blank.
  static func filledWords(_ width: Int) -> Int { (width + Int(fw_filled_word) - 1) / Int(fw_filled_word) }
}

extension fw_instruction_set {
  /// Those that this processor has, the widest first.
  static let available = [fw_avx512, fw_avx2, fw_portable].filter { fw_has_instructions($0) }

  /// The widest that this processor has.
  static let best = available[0]
}
