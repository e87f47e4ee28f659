/// Which query options an operation takes. Any other `$` option is refused, not ignored: who filters and gets everything
/// has got a wrong answer.
struct QuerySupport: OptionSet, Sendable {
    let rawValue: Int

    static let select = QuerySupport(rawValue: 1)
    static let filter = QuerySupport(rawValue: 2)
    static let expand = QuerySupport(rawValue: 4)
    static let top = QuerySupport(rawValue: 8)
    static let orderBy = QuerySupport(rawValue: 16)
    static let count = QuerySupport(rawValue: 32)
    static let search = QuerySupport(rawValue: 64)

    static let none: QuerySupport = []
    static let entity: QuerySupport = [.select]
    static let page: QuerySupport = [.select, .filter, .top, .count]

    static let names: [(QuerySupport, String)] = [
        (.select, "$select"), (.filter, "$filter"), (.expand, "$expand"), (.top, "$top"), (.orderBy, "$orderby"),
        (.count, "$count"), (.search, "$search"),
    ]
}
