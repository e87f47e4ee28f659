import Cryptography
import XML

extension Subject {
    /// XML as a person has it: as it is, or in Base64, as a form carries it.
    func markup(_ circumstances: Circumstances) -> [UInt8] {
        guard circumstances.encoding == .auto, !bytes.beginsLikeMarkup, let decoded = Base64.decodeLenient(bytes),
            decoded.beginsLikeMarkup
        else { return bytes }
        return decoded
    }
}

extension [UInt8] {
    fileprivate var beginsLikeMarkup: Bool { first { $0 > 0x20 } == UInt8(ascii: "<") }
}

extension Finding {
    mutating func reject(_ error: XMLError) { reject(error.reasonCode, error.description) }

    mutating func accept(_ covered: [VerifiedElement]) {
        signed = covered.map { element in
            .object([
                "element": .string(element.signedName.local), "id": .string(element.id),
                "alg": .string(element.algorithm), "digest": .string(element.digest), "key": .string(element.key),
                "bits": .integer(Int64(element.bits)),
            ])
        }
    }
}
