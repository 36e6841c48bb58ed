import HTTP

/// An error in the form in which the Runtime API takes it: "Invocation error" and "Initialization error", Using the
/// Lambda runtime API for custom runtimes.
struct ErrorReport {
    /// Where the error comes from: the first half of Lambda's error type.
    enum Category: String {
        /// The runtime's: before there was a handler, or about an event that no handler can be given.
        case runtime = "Runtime"
        /// The handler's.
        case function = "Function"
    }

    let type: String
    let message: String
    private let category: Category
    /// Lambda puts the cause into a header, which should not be larger than usual ones.
    private static let largestCause = 8 << 10

    init(_ error: any Error, _ category: Category) {
        self.category = category
        if let error = error as? any HandlerError {
            type = error.errorType
            message = error.description
        } else {
            type = String(describing: Swift.type(of: error))
            message = String(describing: error)
        }
    }

    var body: [UInt8] {
        Array(#"{"errorMessage":\#(Self.quote(message)),"errorType":\#(Self.quote(type)),"stackTrace":[]}"#.utf8)
    }

    var headers: HTTPHeaders {
        var headers: HTTPHeaders = ["Content-Type": "application/vnd.aws.lambda.error+json"]
        headers["Lambda-Runtime-Function-Error-Type"] = "\(category.rawValue).\(reason)"
        let cause = cause
        if cause.utf8.count <= Self.largestCause { headers["Lambda-Runtime-Function-XRay-Error-Cause"] = cause }
        return headers
    }

    /// Lambda accepts types of letters only, a capital first.
    private var reason: String {
        let isUpper = type.utf8.first.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 } ?? false
        let isLetters = type.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 }
        return isUpper && isLetters ? type : "UnknownReason"
    }

    /// What X-Ray shows for the segment.
    private var cause: String {
        let exception = #"{"message":\#(Self.quote(message)),"type":\#(Self.quote(type)),"stack":[]}"#
        return #"{"working_directory":"","exceptions":[\#(exception)],"paths":[]}"#
    }

    /// A JSON string in ASCII, which a header can carry too.
    private static func quote(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where 32..<127 ~= scalar.value: result.unicodeScalars.append(scalar)
            default:
                for unit in Character(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                }
            }
        }
        return result + "\""
    }
}
