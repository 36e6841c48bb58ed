/// What is wrong with an event, in words that name the field.
struct EventError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
