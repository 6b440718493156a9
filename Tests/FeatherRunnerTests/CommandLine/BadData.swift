import Foundation

extension BadInput {
  /// A run on MNIST's layout whose data are refused by the worker: the reason is kept, and no result is.
  private static func data(
    _ name: String, _ files: IDXFiles, _ message: String, spoil: @escaping @Sendable (Sandbox) throws -> Void = { _ in }
  ) -> BadInput {
    BadInput(
      name, ["run", "spec.yaml", "--data", "data", "--quiet"], status: 2,
      stderr: "[0s] failed ID tiny: \(message) (after 0s, cell 1 of 1)\n",
      leaves: ["ID.log", "ID.partial/attempts.jsonl", "ID.partial/failure.txt", "plan.json", "sweep.h5"].map {
        "results/tiny/" + $0
      }
    ) { sandbox in
      try files.write(into: sandbox)
      try sandbox.write(mnist, to: "spec.yaml")
      try spoil(sandbox)
    }
  }

  private static let mnist = TinySweep.spec(
    TinySweep.base.replacing("synthetic-digits, train: 40, test: 20", with: "mnist, train: 20, test: 10"))
  private static let images = "data/mnist/train-images-idx3-ubyte"

  static let data: [BadInput] = [
    BadInput(
      "missing data", ["run", "spec.yaml", "--data", "data"], status: 2,
      stderr: "error: mnist: no mnist/train-images-idx3-ubyte[.gz] in data, HOME/.cache/featherweight; "
        + "get it with 'featherweight data fetch mnist' or give --data DIR\n"
    ) { try $0.write(mnist, to: "spec.yaml") },
    BadInput(
      "one of four files missing", ["run", "spec.yaml", "--data", "data"], status: 2,
      stderr: "error: mnist: no mnist/t10k-labels-idx1-ubyte[.gz] in data, HOME/.cache/featherweight; "
        + "get it with 'featherweight data fetch mnist' or give --data DIR\n"
    ) {
      try $0.write(mnist, to: "spec.yaml")
      try IDXFiles().write(into: $0)
      try FileManager.default.removeItem(at: $0.url("data/mnist/t10k-labels-idx1-ubyte"))
    },
    data(
      "truncated gzip", IDXFiles(),
      "data/mnist/train-images-idx3-ubyte.gz: truncated gzip: the file ends at byte N in the "
        + "middle of the compressed data; fetch it again"
    ) {
      try IDXFiles.compress(in: $0)
      try $0.edit(images + ".gz") { $0.removeLast(100) }
    },
    data(
      "corrupt gzip", IDXFiles(),
      "data/mnist/train-images-idx3-ubyte.gz: corrupt gzip near byte N: incorrect data check; "
        + "delete the file and fetch it again"
    ) {
      try IDXFiles.compress(in: $0)
      try $0.edit(images + ".gz") { $0[$0.count - 6] ^= 1 }
    },
    data(
      "a wrong magic number", IDXFiles(imageMagic: 0x0D03),
      "data/mnist/train-images-idx3-ubyte: wrong magic number 0x00000d03 at byte 0; an IDX file of "
        + "images begins with 0x00000803"),
    data(
      "more images than labels", IDXFiles(trainLabels: 19),
      "data/mnist/train-images-idx3-ubyte holds 20 images but data/mnist/train-labels-idx1-ubyte "
        + "19 labels; they do not belong together"),
    data(
      "a label out of range", IDXFiles(label: { $0 == 7 ? 10 : 1 }),
      "data/mnist/train-labels-idx1-ubyte: label 10 of sample 7 is out of range; labels are 0...9"),
    data(
      "images of another size", IDXFiles(side: 27),
      "data/mnist/train-images-idx3-ubyte: images of 27 x 27 at byte 8; those of mnist are 28 x 28"),
    data(
      "fewer images than asked for", IDXFiles(train: 10),
      "mnist: 20 samples asked for, but data/mnist/train-images-idx3-ubyte holds 10; ask for "
        + "1...10 in the spec's dataset"),
    data(
      "a file shorter than its header says", IDXFiles(),
      "data/mnist/train-images-idx3-ubyte ends at byte 15686, but its header says 20 x 28 x 28, so "
        + "15696 bytes; fetch it again"
    ) { try $0.edit(images) { $0.removeLast(10) } },
    data(
      "a file longer than its header says", IDXFiles(),
      "data/mnist/train-images-idx3-ubyte goes on after byte 15696, but its header says 20 x 28 x "
        + "28, so 15696 bytes; fetch it again"
    ) { try $0.edit(images) { $0.append(0) } },
    data(
      "an empty file", IDXFiles(),
      "data/mnist/train-images-idx3-ubyte: ends at byte 0, within the IDX header of 16 bytes"
    ) { try $0.edit(images) { $0.removeAll() } },
    BadInput(
      "a fetch of an unknown data set", ["data", "fetch", "imagenet"], status: 2,
      stderr: "error: there is no data set 'imagenet'; known are synthetic-digits, synthetic-colours, "
        + "mnist, fashion-mnist, cifar10\n"),
    BadInput(
      "a check of an unknown data set", ["data", "check", "imagenet"], status: 2,
      stderr: "error: there is no data set 'imagenet'; known are synthetic-digits, synthetic-colours, "
        + "mnist, fashion-mnist, cifar10\n"),
    BadInput(
      "a mirror that is no address", ["data", "fetch", "mnist", "--data", "data", "--mirror", "ftp://x"], status: 2,
      stderr: "error: mirror 'ftp://x' is no address; it begins with http:// or https://\n"),
    BadInput(
      "every mirror down",
      [
        "data", "fetch", "mnist", "--data", "data", "--mirror", "http://127.0.0.1:1/a", "--mirror",
        "http://127.0.0.1:1/b",
      ],
      status: 2,
      stderr: "train-images-idx3-ubyte.gz: fetching http://127.0.0.1:1/a/train-images-idx3-ubyte.gz\n"
        + "http://127.0.0.1:1/a/train-images-idx3-ubyte.gz: curl: (7) Failed to connect to 127.0.0.1 "
        + "port 1 after 0s\n"
        + "train-images-idx3-ubyte.gz: fetching http://127.0.0.1:1/b/train-images-idx3-ubyte.gz\n"
        + "http://127.0.0.1:1/b/train-images-idx3-ubyte.gz: curl: (7) Failed to connect to 127.0.0.1 "
        + "port 1 after 0s\n"
        + "error: no mirror gave train-images-idx3-ubyte.gz; check the network or name another with "
        + "--mirror URL\n"
        + "  http://127.0.0.1:1/a/train-images-idx3-ubyte.gz: curl: (7) Failed to connect to 127.0.0.1 "
        + "port 1 after 0s\n"
        + "  http://127.0.0.1:1/b/train-images-idx3-ubyte.gz: curl: (7) Failed to connect to 127.0.0.1 "
        + "port 1 after 0s\n"),
    BadInput(
      "a check of other bytes", ["data", "check", "mnist", "--data", "data"], status: 2, stderr: "",
      stdout: "mnist/train-images-idx3-ubyte: corrupt: data/mnist/train-images-idx3-ubyte.gz: truncated "
        + "gzip: the file ends at byte N in the middle of the compressed data; fetch it again\n"
        + "mnist/train-labels-idx1-ubyte: wrong bytes: SHA-256 is "
        + "be5713d8829571e59f34b543f7eeb521b1207d313487555fc3ab72f4165083f4, expected "
        + "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5\n"
        + "mnist/t10k-images-idx3-ubyte: wrong bytes: SHA-256 is "
        + "57c08987966a25c4b5fb31c3e7230ebc95b4209d66ec4f57fc38d98dd4d7cadb, expected "
        + "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7\n"
        + "mnist/t10k-labels-idx1-ubyte: missing\n"
    ) {
      try IDXFiles().write(into: $0)
      try IDXFiles.compress(in: $0)
      try $0.edit(images + ".gz") { $0.removeLast(100) }
      try FileManager.default.removeItem(at: $0.url("data/mnist/t10k-labels-idx1-ubyte"))
    },
  ]
}
