// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
]

/// For what loops over samples and bytes: without optimization such loops take most of the tests' time.
let fast = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// For what the Lambda function is made of: regular expressions and tasks, which none of it uses, would be a megabyte.
let lean =
    strict + [
        .unsafeFlags([
            "-Xfrontend", "-disable-implicit-string-processing-module-import",
            "-Xfrontend", "-disable-implicit-concurrency-module-import",
        ])
    ]

let package = Package(
    name: "reelpress",
    products: [
        .executable(name: "EncodeWorker", targets: ["EncodeWorker"]),
        .executable(name: "TriggerFunction", targets: ["TriggerFunction"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: [
        // C libraries
        .systemLibrary(
            name: "CFFmpeg",
            pkgConfig: "libavformat",
            providers: [
                .apt(["libavformat-dev", "libavcodec-dev", "libavfilter-dev", "libswscale-dev", "libavutil-dev"])
            ]
        ),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLinux"),
        .target(name: "CXPSNR", cSettings: [.unsafeFlags(["-O3"])]),
        .systemLibrary(name: "CX265", pkgConfig: "x265", providers: [.apt(["libx265-dev"])]),

        // What every other target may stand on
        .target(name: "Threads", swiftSettings: lean),
        .target(name: "Findings", swiftSettings: strict),
        .testTarget(name: "ThreadsTests", dependencies: ["Threads", "Findings"], swiftSettings: strict),
        .testTarget(name: "FindingsTests", dependencies: ["Findings"], swiftSettings: strict),

        // The transcode engine
        .target(name: "Containers", dependencies: ["Findings"], swiftSettings: fast),
        .testTarget(
            name: "ContainersTests", dependencies: ["Containers", "Findings", "TestSupport"], swiftSettings: strict),
        .target(
            name: "Media", dependencies: ["CFFmpeg", "CX265", "CXPSNR", "Containers", "Findings", "Threads"],
            swiftSettings: fast),
        .testTarget(
            name: "MediaTests",
            dependencies: ["Media", "Containers", "Findings", "Threads", "TestSupport", "CFFmpeg", "CX265", "CXPSNR"],
            swiftSettings: strict),

        // The worker
        .target(name: "EncodeJob", swiftSettings: lean),
        .testTarget(name: "EncodeJobTests", dependencies: ["EncodeJob"], swiftSettings: strict),
        .target(name: "JobReport", dependencies: ["CCrypto", "Findings"], swiftSettings: strict),
        .testTarget(name: "JobReportTests", dependencies: ["CCrypto", "JobReport", "Findings"], swiftSettings: strict),
        .executableTarget(
            name: "EncodeWorker",
            dependencies: [
                "Media", "AWSCore", "EncodeJob", "JobReport", "Containers", "Findings", "Threads", "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EncodeWorkerTests",
            dependencies: [
                "EncodeWorker", "Media", "AWSCore", "EncodeJob", "JobReport", "Containers", "Findings", "Threads",
                "TestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: fast),

        // AWS
        .target(name: "HTTP", dependencies: ["CCurl", "Threads"], swiftSettings: lean),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP", "Threads", "TestSupport"], swiftSettings: strict),
        .target(name: "AWSCore", dependencies: ["HTTP", "CCrypto", "Threads"], swiftSettings: lean),
        .testTarget(
            name: "AWSCoreTests", dependencies: ["AWSCore", "HTTP", "Threads", "TestSupport"],
            exclude: ["Support/head_object.py", "Support/sign.py", "Support/tls_server.py"],
            swiftSettings: strict),

        // The Lambda function
        .target(name: "LambdaRuntime", dependencies: ["HTTP", "Threads"], swiftSettings: lean),
        .testTarget(
            name: "LambdaRuntimeTests", dependencies: ["LambdaRuntime", "HTTP", "TestSupport"], swiftSettings: strict),
        .target(name: "CStart"),
        .executableTarget(
            name: "TriggerFunction",
            dependencies: ["CStart", "LambdaRuntime", "AWSCore", "EncodeJob", "HTTP", "Threads"],
            swiftSettings: lean),
        .testTarget(
            name: "TriggerFunctionTests",
            dependencies: ["TriggerFunction", "LambdaRuntime", "AWSCore", "EncodeJob", "HTTP", "TestSupport"],
            exclude: ["json_judge.py"],
            swiftSettings: strict),

        // What tests share, and whole-process tests
        .target(
            name: "TestSupport", dependencies: ["Media", "Containers", "Findings", "Threads", "CCrypto"],
            path: "Tests/TestSupport", exclude: ["Servers/batch.py"],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEnd",
            dependencies: [
                "TestSupport", "EncodeWorker", "TriggerFunction", "MediaFuzz", "HTTP", "Media", "Containers",
                "Findings", "Threads",
            ],
            path: "Tests/EndToEnd",
            exclude: ["Cloud/botocore_judge.py"], swiftSettings: strict),
        .executableTarget(
            name: "MediaFuzz", dependencies: ["CLinux", "Media", "Containers", "Findings", "Threads", "TestSupport"],
            path: "Tests/MediaFuzz",
            exclude: ["leaks.sh"],
            swiftSettings: strict),

        // Benchmarks
        .executableTarget(
            name: "S3Bench", dependencies: ["AWSCore"], path: "Benchmarks/S3Bench", swiftSettings: strict),
        .executableTarget(
            name: "StartBench", dependencies: ["AWSCore"], path: "Benchmarks/StartBench", swiftSettings: strict),
    ]
)
