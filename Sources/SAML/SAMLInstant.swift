package import FoundationEssentials

/// `xs:dateTime` as SAML uses it (SAML Core §1.3.3): UTC, `2026-01-31T12:00:00Z`.
package enum SAMLInstant {
    /// An offset is accepted too, since it is as clear; a time without a zone is not. Nil for anything else.
    package static func read(_ text: String) -> Date? {
        var text = text
        return text.withUTF8 { bytes -> Date? in
            guard bytes.count >= 20, bytes.count <= 48, bytes[4] == dash, bytes[7] == dash,
                bytes[10] == UInt8(ascii: "T"), bytes[13] == colon, bytes[16] == colon,
                let year = digits(bytes, 0..<4), let month = digits(bytes, 5..<7), let day = digits(bytes, 8..<10),
                let hour = digits(bytes, 11..<13), let minute = digits(bytes, 14..<16),
                let second = digits(bytes, 17..<19), year > 0, (1...12).contains(month),
                (1...daysInMonth(month, of: year)).contains(day), hour < 24, minute < 60, second <= 60
            else { return nil }
            var at = 19
            var fraction = 0.0
            if bytes[at] == UInt8(ascii: ".") {
                let first = at + 1
                at = bytes[first...].firstIndex { !isDigit($0) } ?? bytes.count
                guard at > first, at - first <= 18, let parts = digits(bytes, first..<at) else { return nil }
                fraction = Double(parts) / powersOfTen(at - first)
            }
            guard at < bytes.count, let offset = offset(bytes, at) else { return nil }
            let seconds = CivilDay(year: year, month: month, day: day).number * 86_400 + hour * 3600 + minute * 60
            return Date(timeIntervalSince1970: Double(seconds + second - offset) + fraction)
        }
    }

    /// Whole seconds, rounded down.
    package static func write(_ date: Date) -> String {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down))
        let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let (day, second) = rest < 0 ? (days - 1, rest + 86_400) : (days, rest)
        let civil = CivilDay(number: day)
        return String(unsafeUninitializedCapacity: 20) { buffer in
            put(civil.year, 4, at: 0, in: buffer)
            put(civil.month, 2, at: 5, in: buffer)
            put(civil.day, 2, at: 8, in: buffer)
            put(second / 3600, 2, at: 11, in: buffer)
            put(second / 60 % 60, 2, at: 14, in: buffer)
            put(second % 60, 2, at: 17, in: buffer)
            for (at, mark) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "Z")]
                as [(Int, Unicode.Scalar)]
            {
                buffer[at] = UInt8(ascii: mark)
            }
            return 20
        }
    }

    private static let dash = UInt8(ascii: "-")
    private static let colon = UInt8(ascii: ":")

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func digits(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
        var value = 0
        for at in range {
            guard isDigit(bytes[at]) else { return nil }
            value = value * 10 + Int(bytes[at] - 0x30)
        }
        return value
    }

    /// Seconds east of UTC; the zone ends the text.
    private static func offset(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int? {
        switch bytes[at] {
        case UInt8(ascii: "Z"):
            return at + 1 == bytes.count ? 0 : nil
        case UInt8(ascii: "+"), dash:
            guard at + 6 == bytes.count, bytes[at + 3] == colon, let hours = digits(bytes, (at + 1)..<(at + 3)),
                let minutes = digits(bytes, (at + 4)..<(at + 6)), hours <= 14, minutes < 60
            else { return nil }
            return (bytes[at] == dash ? -1 : 1) * (hours * 3600 + minutes * 60)
        default:
            return nil
        }
    }

    private static func powersOfTen(_ count: Int) -> Double { (0..<count).reduce(1.0) { power, _ in power * 10 } }

    private static func daysInMonth(_ month: Int, of year: Int) -> Int {
        let first = CivilDay(year: year, month: month, day: 1)
        let next = CivilDay(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
        return next.number - first.number
    }

    private static func put(_ value: Int, _ width: Int, at: Int, in buffer: UnsafeMutableBufferPointer<UInt8>) {
        var value = value
        for place in (at..<(at + width)).reversed() {
            buffer[place] = 0x30 + UInt8(value % 10)
            value /= 10
        }
    }
}

/// A day of the Gregorian calendar and its number, counted from 1970-01-01. Years begin in March here, so that a leap day
/// is the last of its year.
private struct CivilDay {
    let year: Int
    let month: Int
    let day: Int

    init(year: Int, month: Int, day: Int) { (self.year, self.month, self.day) = (year, month, day) }

    init(number: Int) {
        let shifted = number + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.init(
            year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    var number: Int {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let (era, yearOfEra) = shifted.quotientAndRemainder(dividingBy: 400)
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Date {
    /// For a detail line.
    var shownInstant: String { SAMLInstant.write(self) }
}
