import FoundationEssentials
import Testing

@testable import Directory

@Suite("When metadata is asked for again") struct MetadataTermsTests {
    private let now = Sample.now
    private let day = 86_400.0

    private func terms(
        cache: Double? = nil, until: Double? = nil, certificate: Double? = nil
    ) -> MetadataTerms {
        MetadataTerms(
            cacheDuration: cache, validUntil: until.map { now.addingTimeInterval($0) },
            certificateEndsAt: certificate.map { now.addingTimeInterval($0) })
    }

    private func wait(_ terms: MetadataTerms, randomness: UInt8 = 0) -> Double {
        terms.nextFetch(after: now, randomness: randomness).timeIntervalSince(now)
    }

    @Test(
        arguments: [
            (nil, nil, nil, 86_400.0),
            // What it says counts where it is shorter, down to five minutes.
            (3600, nil, nil, 3600), (604_800, nil, nil, 86_400), (10, nil, nil, 300),
            // With a quarter of its time left, a day at most; never within five minutes.
            (nil, 8 * 3600, nil, 6 * 3600), (nil, 86_400, nil, 18 * 3600),
            (nil, 60, nil, 300), (3600, 8 * 3600, nil, 3600),
            // 30 days before the last certificate ends, and every six hours from then on.
            (nil, nil, 30 * 86_400 + 7200, 7200), (nil, nil, 29 * 86_400, 6 * 3600), (3600, nil, 29 * 86_400, 3600),
            (nil, nil, -86_400, 6 * 3600),
        ] as [(Double?, Double?, Double?, Double)])
    func `after so many seconds`(_ cache: Double?, _ until: Double?, _ certificate: Double?, _ expected: Double) {
        #expect(wait(terms(cache: cache, until: until, certificate: certificate)) == expected)
    }

    @Test func `up to a quarter earlier, and never later`() {
        let waits = [UInt8.min, 64, 128, .max].map { wait(terms(), randomness: $0) }
        #expect(waits == waits.sorted(by: >) && Set(waits).count == 4)
        #expect(waits.allSatisfy { (0.75 * day...day).contains($0) })
    }

    @Test func `after a failure soon, then ever later, and at the moment it expires`() {
        let plain = terms()
        #expect(plain.retry(after: now, failingSince: now).timeIntervalSince(now) == 300)
        #expect(plain.retry(after: now, failingSince: now.addingTimeInterval(-1000)).timeIntervalSince(now) == 1000)
        #expect(plain.retry(after: now, failingSince: now.addingTimeInterval(-day)).timeIntervalSince(now) == 3600)
        let ending = terms(until: 60)
        #expect(ending.retry(after: now, failingSince: now.addingTimeInterval(-day)).timeIntervalSince(now) == 60)
        let ended = terms(until: -60)
        #expect(ended.isExpired(at: now) && !ending.isExpired(at: now) && !plain.isExpired(at: now))
        #expect(ended.retry(after: now, failingSince: now).timeIntervalSince(now) == 300)
    }

    @Test(
        arguments: [(31.0, nil), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0.5, 1), (0, 0), (-5, 0)]
            as [(Double, Int?)])
    func `a certificate with so many days left`(_ days: Double, _ level: Int?) {
        #expect(terms(certificate: days * day).warning(at: now) == level)
        #expect(terms().warning(at: now) == nil)
    }

    @Test func `a connection kept by hand is looked at when there is something to tell`() {
        #expect(terms().nextLook(after: now) == nil)
        #expect(terms(certificate: 40 * day).nextLook(after: now) == now.addingTimeInterval(10 * day))
        #expect(terms(certificate: 3 * day).nextLook(after: now) == now.addingTimeInterval(2 * day))
        #expect(terms(until: day, certificate: 3 * day).nextLook(after: now) == now.addingTimeInterval(day))
        #expect(terms(until: -day, certificate: -day).nextLook(after: now) == nil)
    }
}
