import CCurl

/// The owner of the linked list in which libcurl takes request headers.
struct HeaderList: ~Copyable {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    init(_ headers: HTTPHeaders) throws(HTTPError) {
        for (name, value) in headers.fields {
            // A line break in a value would start a header of its own.
            guard name.utf8.allSatisfy(Self.isNameByte), value.utf8.allSatisfy({ $0 == 9 || $0 >= 32 && $0 != 127 })
            else {
                curl_slist_free_all(first)
                throw HTTPError(.invalidRequest, "the header \(name.debugDescription) holds a control character")
            }
            // libcurl takes "name:" as an order to leave a header out, and "name;" as one that is empty.
            append(value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
    }

    mutating func append(_ line: String) {
        first = curl_slist_append(first, line)
    }

    deinit { curl_slist_free_all(first) }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte > 32 && byte < 127 && byte != UInt8(ascii: ":")
    }
}
