import FoundationEssentials
import Testing

@testable import SAML

@Suite("Instants and durations") struct InstantTests {
    @Test(arguments: [
        ("2026-01-31T12:00:00Z", 1_769_860_800.0), ("2026-01-31T12:00:00.5Z", 1_769_860_800.5),
        ("2026-01-31T14:00:00+02:00", 1_769_860_800), ("2026-01-31T07:30:00-04:30", 1_769_860_800),
        ("1970-01-01T00:00:00Z", 0), ("2024-02-29T00:00:00Z", 1_709_164_800), ("0001-01-01T00:00:00Z", -62_135_596_800),
        ("2026-01-31T12:00:00.1234567Z", 1_769_860_800.1234567), ("1969-12-31T23:59:59Z", -1),
    ])
    func `instants are read`(text: String, seconds: Double) {
        #expect(SAMLInstant.read(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        "", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31 12:00:00Z", "2026-02-29T12:00:00Z", "2026-13-01T12:00:00Z",
        "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00Z ",
        " 2026-01-31T12:00:00Z", "2026-01-31T12:00:00z", "2026-01-31T12:00:00+2:00", "-2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00+15:00", "0000-01-01T00:00:00Z", "2026-01-31T12:00:00ZZ", "12026-01-31T12:00:00Z",
    ])
    func `what is no instant is not`(text: String) { #expect(SAMLInstant.read(text) == nil) }

    @Test func `what is written reads as the same`() {
        for seconds in [-86_401.0, -1, 0, 1_709_164_799, 1_709_251_200, 1_769_860_800, 4_102_444_799, 253_402_300_799] {
            let date = Date(timeIntervalSince1970: seconds)
            #expect(SAMLInstant.read(SAMLInstant.write(date)) == date)
        }
        #expect(SAMLInstant.write(noon.addingTimeInterval(0.9)) == "2026-01-31T12:00:00Z")
    }

    @Test(arguments: [
        ("PT6H", 21_600.0), ("P7D", 604_800), ("P1DT1M1.5S", 86_461.5), ("P1Y2M", 36_720_000), ("PT0S", 0),
    ])
    func `durations are read`(text: String, seconds: Double) { #expect(SAMLDuration.read(text) == seconds) }

    @Test(arguments: ["", "P", "PT", "6H", "-P1D", "P1H", "PT1D", "PT1S1H", "P1D1D", "PT1e9S", "PT..S", "P9999999Y"])
    func `what is no duration is not`(text: String) { #expect(SAMLDuration.read(text) == nil) }
}
