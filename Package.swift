// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

/// A library target of this package; imports may point only to targets named in `dependencies`.
func library(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

/// The tests of one target, with the reference vectors in its `Fixtures` folder.
func tests(_ name: String, _ dependencies: [Target.Dependency] = [], fixtures: Bool = false) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + dependencies,
    resources: fixtures ? [.copy("Fixtures")] : [], swiftSettings: strict)
}

let package = Package(
  name: "Featherweight",
  products: [
    .executable(name: "featherweight", targets: ["featherweight"]),
    .library(name: "FeatherFederation", targets: ["FeatherFederation"]),
    .library(name: "FeatherCodecs", targets: ["FeatherCodecs"]),
    .library(name: "FeatherResults", targets: ["FeatherResults"]),
  ],
  dependencies: [
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial", providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    library("FeatherTensors", []),
    .target(name: "CKernels"),
    .target(name: "CChecksum"),
    library("FeatherNetworks", ["FeatherTensors", "COneDNN", "CKernels"]),
    library("FeatherDatasets", ["FeatherTensors", "CZlib", crypto]),
    library("FeatherCodecs", ["FeatherTensors", "FeatherNetworks", "CChecksum", "CZlib"]),
    library("FeatherExperiments", ["Yams", crypto]),
    library(
      "FeatherFederation",
      ["FeatherTensors", "FeatherNetworks", "FeatherDatasets", "FeatherCodecs", "FeatherExperiments"]),
    library("FeatherResults", ["FeatherExperiments", "CHDF5", "CZlib", crypto]),
    library("FeatherReports", ["FeatherExperiments", "FeatherResults"]),
    library(
      "FeatherExports",
      [
        "FeatherExperiments", "FeatherResults", "FeatherReports", "CZlib",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["hparams.proto", "onnx.proto", "tensorboard.proto", "README.md"].map { "Protobuf/\($0)" }),
    library(
      "FeatherRunner",
      [
        "FeatherTensors", "FeatherFederation", "FeatherExperiments", "FeatherResults",
        "FeatherDatasets", "FeatherCodecs", crypto, .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .executableTarget(
      name: "featherweight",
      dependencies: [
        "FeatherRunner", "FeatherExports", "FeatherReports", "FeatherResults", "FeatherFederation",
        "FeatherExperiments", "FeatherDatasets",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .target(name: "CBenchmarks", path: "Benchmarks/CBenchmarks", linkerSettings: [.linkedLibrary("dnnl")]),
    .executableTarget(
      name: "featherweight-bench",
      dependencies: [
        "CBenchmarks", "FeatherTensors", "FeatherNetworks", "FeatherDatasets", "FeatherCodecs", "FeatherExperiments",
        "FeatherFederation", "FeatherResults",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/featherweight-bench", swiftSettings: strict),

    .executableTarget(
      name: "featherweight-fuzz",
      dependencies: [
        "FeatherTensors", "FeatherNetworks", "FeatherDatasets", "FeatherCodecs", "FeatherExperiments",
        "FeatherFederation", "FeatherResults",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Fuzzing", exclude: ["Corpus"], swiftSettings: strict),

    tests("FeatherTensors", fixtures: true),
    tests("FeatherNetworks", ["FeatherTensors", "CKernels"], fixtures: true),
    tests("FeatherDatasets", ["FeatherTensors"], fixtures: true),
    tests("FeatherCodecs", ["FeatherTensors", "FeatherNetworks"], fixtures: true),
    tests("FeatherExperiments", fixtures: true),
    tests(
      "FeatherFederation",
      ["FeatherTensors", "FeatherExperiments", "FeatherCodecs", "FeatherDatasets", "FeatherNetworks"], fixtures: true),
    tests("FeatherResults", ["FeatherExperiments"], fixtures: true),
    tests("FeatherReports", ["FeatherExperiments", "FeatherResults"], fixtures: true),
    tests(
      "FeatherExports",
      [
        "FeatherExperiments", "FeatherResults", "FeatherReports", "FeatherFederation", "FeatherCodecs",
        "FeatherNetworks", "FeatherDatasets", "FeatherTensors",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ]),
    tests(
      "FeatherRunner", ["featherweight", "FeatherExperiments", "FeatherResults", "FeatherReports"], fixtures: true),
  ]
)
