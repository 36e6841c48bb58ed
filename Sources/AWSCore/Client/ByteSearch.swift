extension String {
    /// Whether `other`'s bytes stand in it, one after the other. (The standard library's search lies in the module of
    /// regular expressions, a megabyte that the Lambda function does without.)
    func holds(_ other: String) -> Bool {
        var (text, wanted) = (self, other)
        return text.withUTF8 { text in
            wanted.withUTF8 { wanted in
                guard wanted.count <= text.count else { return false }
                return (0...(text.count - wanted.count)).contains { start in
                    text[start...].prefix(wanted.count).elementsEqual(wanted)
                }
            }
        }
    }
}
