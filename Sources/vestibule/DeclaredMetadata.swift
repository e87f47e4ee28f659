import Gateway
import Glibc
import Upstream

/// A file of metadata that a declaration names. A federation's may be hundreds of times larger than what goes to the
/// server: then the one entity that is meant is taken out here, in a process of its own. So is one whose signer is pinned.
struct DeclaredMetadata {
    /// Where it is, and how the declaration calls it.
    let path: String
    let name: String

    /// What the server finds it under.
    static func key(_ name: String, _ entityID: String?) -> String { entityID.map { "\(name)#\($0)" } ?? name }

    func entity(_ entityID: String?, signer: String?) -> Declaration.EntityFile {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return .unreadable("names \(name), which can't be read") }
        defer { close(file) }
        var state = stat()
        let isLarge = fstat(file, &state) == 0 && state.st_size > FederationMetadata.maximumBytes
        guard isLarge || signer != nil else {
            let bytes = try? FileAccess.read(path)
            return bytes.map { .document($0) } ?? .unreadable("names \(name), which can't be read")
        }
        guard let entityID else {
            return .unreadable("names \(name), and whose metadata is meant has to be said beside it")
        }
        switch MetadataReader.entity(entityID, inFile: file, signer: signer) {
        case .success(let bytes): return .document(bytes)
        case .failure(let rejection): return .unreadable("names \(name), which can't be used: \(rejection)")
        }
    }
}
