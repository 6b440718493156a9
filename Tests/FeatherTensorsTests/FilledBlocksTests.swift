import FeatherTensors
import Testing

@Suite struct FilledBlocksTests {
  @Test(
    "a block's bit is set unless all sixteen inputs are zero, whose sign counts; a rest has none",
    arguments: [1, 16, 784, 2070])
  func bits(width: Int) {
    var stream = RandomStream(seed: 1, purpose: .dataset)
    let inputs = (0..<20 * width).map { place -> Float in
      let isBlank = (place % width / 16 + place / width) % 3 != 0
      guard !isBlank || stream.nextWord() >> 27 == 0 else { return 0 }
      return stream.nextWord() & 1 == 0 ? -0.0 : 1
    }
    let filled = FilledBlocks(of: AlignedFloats(inputs), width: width)
    #expect(filled.words == (width + 1023) / 1024 && filled.bits.count == 20 * filled.words)
    for sample in 0..<20 {
      for block in 0..<64 * filled.words {
        let places = (block * 16..<block * 16 + 16).filter { _ in (block + 1) * 16 <= width }
        let isFilled = places.contains { inputs[sample * width + $0].bitPattern != 0 }
        #expect(filled.bits[sample * filled.words + block / 64] >> UInt64(block % 64) & 1 == (isFilled ? 1 : 0))
      }
    }
  }

  @Test("a value is made once, however many threads ask")
  func once() {
    let value = Once<[Int]>()
    let results = ThreadTeam(threads: 4).results(50) { number in value.value { [number] } }
    let all = results.compactMap { try? $0.get() }
    #expect(all.count == 50 && Set(all).count == 1)
  }
}
