internal import CLibXML2

/// One run of libxml2's parser, with handlers that count before they build and stop it at the first complaint.
final class TreeParser {
    private let limits: XMLLimits
    private let allowsComments: Bool
    private let context: xmlParserCtxtPtr
    private var failure: XMLError?
    private var nodes = 0
    private var namespacesInScope = 0
    private var namespaceWork = 0
    /// How many namespaces each open element declared.
    private var declared: [Int] = []

    /// A document that the caller owns.
    static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, limits: XMLLimits, allowsComments: Bool
    ) throws(XMLError) -> xmlDocPtr {
        try TreeParser(limits: limits, allowsComments: allowsComments).run(bytes)
    }

    private init(limits: XMLLimits, allowsComments: Bool) throws(XMLError) {
        guard LibXML2.isReady else { throw .malformed("libxml2, which reads it, is not there") }
        guard let context = shim_xml_new_parser() else { throw .malformed("no memory for a parser") }
        (self.limits, self.allowsComments, self.context) = (limits, allowsComments, context)
        declared.reserveCapacity(limits.depth)
        context.pointee._private = Unmanaged.passUnretained(self).toOpaque()
        installHandlers()
    }

    deinit {
        if let left = context.pointee.myDoc { shim_xml_free_doc(left) }
        shim_xml_free_parser(context)
    }

    private func run(_ bytes: UnsafeBufferPointer<UInt8>) throws(XMLError) -> xmlDocPtr {
        // Of this thread only, for what libxml2 says without a context: it would write it to stderr.
        shim_xml_set_structured_error_func(nil) { _, _ in }
        let document = read(bytes)
        do throws(XMLError) {
            if let failure { throw failure }
            guard let document, context.pointee.wellFormed == 1, context.pointee.nsWellFormed == 1,
                context.pointee.errNo == 0
            else { throw .malformed("libxml2 says error \(context.pointee.errNo)") }
            guard document.pointee.intSubset == nil, document.pointee.extSubset == nil else { throw .dtdForbidden }
            // The binding of `xml:` is made when first looked up. Looked up here, so that the tree never changes again.
            guard let root = shim_xml_root(document), shim_xml_search_ns(document, root, "xml") != nil
            else { throw .malformed("it has no root element") }
            return document
        } catch {
            if let document { shim_xml_free_doc(document) }
            throw error
        }
    }

    /// libxml2 refuses more than 10 MB in one buffer, unless told to forget all of its limits; so what is large comes in
    /// parts. A message in one: it is faster.
    private func read(_ bytes: UnsafeBufferPointer<UInt8>) -> xmlDocPtr? {
        let options = shim_xml_parse_options()
        guard bytes.count > Self.largestBuffer else {
            return bytes.withMemoryRebound(to: CChar.self) {
                shim_xml_read_memory(context, $0.baseAddress, Int32($0.count), options)
            }
        }
        var rest = bytes[...]
        return withUnsafeMutablePointer(to: &rest) { rest in
            let next: xmlInputReadCallback = { source, buffer, capacity in
                guard let rest = source?.assumingMemoryBound(to: Slice<UnsafeBufferPointer<UInt8>>.self), let buffer
                else {
                    return -1
                }
                let part = UnsafeBufferPointer(rebasing: rest.pointee.prefix(Int(capacity)))
                if let base = part.baseAddress { memcpy(buffer, base, part.count) }
                rest.pointee.removeFirst(part.count)
                return Int32(part.count)
            }
            return shim_xml_read_io(context, next, rest, options)
        }
    }

    private static let largestBuffer = 4 << 20

    private func stop(_ error: XMLError) {
        guard failure == nil else { return }
        failure = error
        shim_xml_stop_parser(context)
    }

    /// Exclusive canonicalization repeats the name wherever its prefix is used: one of half a megabyte would become gigabytes.
    private static let longestNamespaceName = 512

    /// At each element libxml2's canonicalization compares each namespace in scope with each other, and asks for each
    /// whether it belongs to the subtree: 100 KB of input would keep it busy for 20 seconds. A document of the largest size
    /// may have 18 in scope on average, 10 elements deep.
    private static let namespaceWorkPerNode = 512

    private var line: String { "line \(context.pointee.input?.pointee.line ?? 0)" }

    // MARK: Handlers

    private func installHandlers() {
        guard let sax = context.pointee.sax else { return }
        sax.pointee.internalSubset = { context, _, _, _ in TreeParser.running(context)?.stop(.dtdForbidden) }
        sax.pointee.externalSubset = { context, _, _, _ in TreeParser.running(context)?.stop(.dtdForbidden) }
        sax.pointee.entityDecl = { context, _, _, _, _, _ in TreeParser.running(context)?.stop(.dtdForbidden) }
        sax.pointee.getEntity = { _, _ in nil }
        sax.pointee.getParameterEntity = { _, _ in nil }
        sax.pointee.resolveEntity = { _, _, _ in nil }
        sax.pointee.serror = { context, error in
            guard let parser = TreeParser.running(context), let error else { return }
            parser.stop(.malformed(TreeParser.describe(error.pointee)))
        }
        sax.pointee.startElementNs = { context, local, prefix, uri, spaces, names, attributes, defaulted, values in
            guard let parser = TreeParser.running(context),
                parser.opens(spaces: Int(spaces), names: names, attributes: Int(attributes))
            else { return }
            shim_xml_start_element(context, local, prefix, uri, spaces, names, attributes, defaulted, values)
        }
        sax.pointee.endElementNs = { context, local, prefix, uri in
            TreeParser.running(context)?.closes()
            shim_xml_end_element(context, local, prefix, uri)
        }
        sax.pointee.cdataBlock = { context, text, count in
            guard TreeParser.running(context)?.counts(1) == true else { return }
            shim_xml_cdata(context, text, count)
        }
        sax.pointee.comment = { context, text in
            guard TreeParser.running(context)?.takesAside() == true else { return }
            shim_xml_comment(context, text)
        }
        sax.pointee.processingInstruction = { context, target, data in
            guard TreeParser.running(context)?.takesAside() == true else { return }
            shim_xml_instruction(context, target, data)
        }
    }

    private static func running(_ context: UnsafeMutableRawPointer?) -> TreeParser? {
        guard let parser = context?.assumingMemoryBound(to: xmlParserCtxt.self).pointee._private else { return nil }
        return Unmanaged<TreeParser>.fromOpaque(parser).takeUnretainedValue()
    }

    private func opens(
        spaces: Int, names: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, attributes: Int
    ) -> Bool {
        guard failure == nil, counts(1 + spaces + attributes) else { return false }
        guard declared.count < limits.depth else {
            stop(.depthLimit(limits.depth))
            return false
        }
        guard attributes <= limits.attributesPerElement else {
            stop(.tooLarge("an element of \(attributes) attributes, \(line)"))
            return false
        }
        namespacesInScope += spaces
        declared.append(spaces)
        guard namespacesInScope <= limits.namespaceDeclarations else {
            stop(.tooLarge("more than \(limits.namespaceDeclarations) namespaces in scope, \(line)"))
            return false
        }
        namespaceWork += namespacesInScope * (namespacesInScope + declared.count)
        guard namespaceWork <= limits.nodes * Self.namespaceWorkPerNode else {
            stop(.tooLarge("too many elements among too many namespaces, \(line)"))
            return false
        }
        for index in 0..<spaces {
            let name = names?[2 * index + 1]
            guard isAbsoluteOrEmpty(name) else {
                stop(.malformed("a namespace name that is not absolute, \(line)"))
                return false
            }
            guard length(name) <= Self.longestNamespaceName else {
                stop(.tooLarge("a namespace name of \(length(name)) bytes, \(line)"))
                return false
            }
        }
        return true
    }

    private func closes() {
        if let spaces = declared.popLast() { namespacesInScope -= spaces }
    }

    private func counts(_ more: Int) -> Bool {
        nodes += more
        guard nodes > limits.nodes else { return true }
        stop(.tooLarge("more than \(limits.nodes) nodes"))
        return false
    }

    private func takesAside() -> Bool {
        guard allowsComments else {
            let place = context.pointee.node.map { string($0.pointee.name).shown } ?? "the prolog or epilog"
            stop(.commentInValue(at: "\(place), \(line)"))
            return false
        }
        return counts(1)
    }

    private static func describe(_ error: xmlError) -> String {
        let message = error.message.map { String(cString: $0) } ?? "error \(error.code)"
        let text = message.unicodeScalars.prefix(160).map { (0x20...0x7E).contains($0.value) ? String($0) : " " }
        return text.joined().trimmingSpaces + ", line \(error.line)"
    }
}

/// Whether a namespace name begins with a scheme (RFC 3986 §4.3), or takes the default namespace away.
private func isAbsoluteOrEmpty(_ name: UnsafePointer<xmlChar>?) -> Bool {
    guard let name, name[0] != 0 else { return true }
    var at = 0
    while true {
        switch name[at] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): break
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            guard at > 0 else { return false }
        case UInt8(ascii: ":"): return at > 0
        default: return false
        }
        at += 1
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var view = Substring(self)
        while view.last == " " { view.removeLast() }
        return String(view)
    }
}
