import Testing

@testable import FeatherDatasets

@Suite struct DataLocationsTests {
  @Test("folders are --data, then FEATHERWEIGHT_DATA, then the cache")
  func order() {
    let all = ["FEATHERWEIGHT_DATA": "/env", "XDG_CACHE_HOME": "/cache", "HOME": "/home/me"]
    #expect(
      DataLocations(commandLine: "/line", environment: all).folders == ["/line", "/env", "/cache/featherweight"])
    #expect(
      DataLocations(commandLine: nil, environment: ["FEATHERWEIGHT_DATA": "", "XDG_CACHE_HOME": "rel", "HOME": "/h"])
        .folders == ["/h/.cache/featherweight"])
    let none = DataLocations(commandLine: nil, environment: [:])
    #expect(throws: DatasetError.self) { try none.destination() }
  }

  @Test("the first folder that has a file wins, and in one folder what was fetched")
  func search() throws {
    let a = try Scratch()
    let b = try Scratch()
    let locations = DataLocations(commandLine: a.path, environment: ["FEATHERWEIGHT_DATA": b.path])
    #expect(locations.path(of: "x/f") == nil)
    let later = try b.write([1], to: "x/f.gz")
    #expect(locations.path(of: "x/f") == later)
    let raw = try a.write([1], to: "x/f")
    #expect(locations.path(of: "x/f") == raw)
    let packed = try a.write([1], to: "x/f.gz")
    #expect(locations.path(of: "x/f") == packed)
    #expect(try locations.destination() == a.path)
  }

  @Test("the digest is SHA-256 (FIPS 180-2's example)")
  func knownDigest() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Array("abc".utf8), to: "abc")
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(DatasetCheck.state(of: path, DatasetFile(name: "abc", sha256: digest, byteCount: 3)) == .valid)
    #expect(
      DatasetCheck.state(of: path, DatasetFile(name: "abc", sha256: "0", byteCount: 3))
        == .wrongDigest(found: digest, expected: .contentSHA256("0")))
    let shorter = DatasetFile(name: "abc", sha256: digest, byteCount: 2)
    guard case .corrupt(let reason) = DatasetCheck.state(of: path, shorter) else {
      Issue.record("a file that is too long must be refused")
      return
    }
    #expect(reason.contains("holds more than the 2 bytes of abc"))
  }

  @Test("a published digest is of the file as it lies there; of its decompressed form none is known")
  func publishedDigest() throws {
    let scratch = try Scratch()
    let packed = try scratch.write(Fixture.bytes("labels.gz"), to: "labels.gz")
    let raw = try scratch.write(Array("abc".utf8), to: "labels")
    let other = try scratch.write(Array("abc".utf8), to: "other.gz")
    // Digests of labels.gz by the programs md5sum and sha256sum.
    let size = try Fixture.bytes("labels.gz").count
    let digests = [
      FileDigest.publishedMD5("de1e7f3f51c5294e80a58b34156ccaaa"),
      .publishedSHA256("2efac672353ad4e3f87e9927fcc0eb718d88d1b282331d83ce8cb730abb7d575"),
    ]
    for digest in digests {
      let file = DatasetFile(name: "labels", digest: digest, byteCount: size)
      #expect(DatasetCheck.state(of: packed, file) == .valid)
      #expect(DatasetCheck.state(of: raw, file).isUsable)
      #expect("\(DatasetCheck.state(of: raw, file))".hasPrefix("plausible: it is not compressed, and"))
      #expect(!DatasetCheck.state(of: other, file).isUsable)
    }
    // RFC 1321's example.
    let md5 = FileDigest.publishedMD5("0")
    let state = DatasetCheck.state(of: other, DatasetFile(name: "labels", digest: md5, byteCount: 3))
    #expect("\(state)" == "wrong bytes: MD5 is 900150983cd24fb0d6963f7d28e17f72, expected 0")
    let short = DatasetCheck.state(of: packed, DatasetFile(name: "labels", digest: md5, byteCount: 4))
    #expect("\(short)".hasSuffix("holds more than the 4 bytes of labels"))
  }

  @Test("the catalogue finds by name and lists the names otherwise")
  func catalogue() throws {
    #expect(try DatasetCatalogue.entry(named: "synthetic-digits").isBuiltIn)
    #expect(try DatasetCatalogue.entry(named: "mnist").files.count == 4)
    let error = #expect(throws: DatasetError.self) { try DatasetCatalogue.entry(named: "minst") }
    #expect(
      error?.message
        == "there is no data set 'minst'; known are synthetic-digits, synthetic-colours, mnist, fashion-mnist, cifar10")
  }
}
