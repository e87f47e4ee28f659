import JSON

@testable import Lab

extension LabScene {
    /// One organisation behind a gateway that is not there.
    static func test() throws -> LabScene {
        try LabScene([
            "gateway": "http://localhost:8080", "port": 4000, "mailbox": "/nowhere",
            "tenants": [["id": "t", "name": "Woodgrove Groceries", "domain": "woodgrove.example"]],
            "applications": [], "accounts": [],
        ])
    }
}
