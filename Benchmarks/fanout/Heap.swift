/// Values in the order of their keys, then of their insertion.
struct Heap<Value> {
    private var items: [(key: Double, number: Int, value: Value)] = []
    private var count = 0

    var isEmpty: Bool { items.isEmpty }

    mutating func insert(_ key: Double, _ value: Value) {
        count += 1
        items.append((key, count, value))
        var child = items.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst() -> (key: Double, value: Value)? {
        guard let first = items.first else { return nil }
        items.swapAt(0, items.count - 1)
        items.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && precedes(child, least) {
                least = child
            }
            if least == parent { return (first.key, first.value) }
            items.swapAt(parent, least)
            parent = least
        }
    }

    private func precedes(_ one: Int, _ other: Int) -> Bool {
        (items[one].key, items[one].number) < (items[other].key, items[other].number)
    }
}
