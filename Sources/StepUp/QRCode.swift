/// A QR code (ISO/IEC 18004) in byte mode with error correction level M, for what an authenticator scans.
package struct QRCode: Sendable, Hashable {
    /// Modules on a side.
    package let size: Int
    private var dark: [Bool]
    private var isFunction: [Bool]

    /// Nil for more bytes than version 20 holds: 666.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let version = QRVersion.fitting(bytes.count) else { return nil }
        size = version.size
        dark = [Bool](repeating: false, count: size * size)
        isFunction = dark
        drawPatterns(version)
        drawData(version.codewords(of: bytes))
        var best = (penalty: Int.max, mask: 0)
        for mask in 0..<8 {
            var masked = self
            masked.apply(mask: mask)
            let penalty = masked.penalty
            if penalty < best.penalty { best = (penalty, mask) }
        }
        apply(mask: best.mask)
    }

    package func isDark(x: Int, y: Int) -> Bool {
        (0..<size).contains(x) && (0..<size).contains(y) && dark[y * size + x]
    }

    private mutating func set(_ x: Int, _ y: Int, _ isDark: Bool) {
        guard (0..<size).contains(x), (0..<size).contains(y) else { return }
        dark[y * size + x] = isDark
        isFunction[y * size + x] = true
    }

    private mutating func drawPatterns(_ version: QRVersion) {
        for index in 0..<size {
            set(6, index, index % 2 == 0)
            set(index, 6, index % 2 == 0)
        }
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] { drawFinder(x, y) }
        let positions = version.alignmentPositions
        for (row, y) in positions.enumerated() {
            for (column, x) in positions.enumerated() {
                let last = positions.count - 1
                if (row, column) == (0, 0) || (row, column) == (0, last) || (row, column) == (last, 0) { continue }
                for dy in -2...2 { for dx in -2...2 { set(x + dx, y + dy, max(abs(dx), abs(dy)) != 1) } }
            }
        }
        drawFormat(mask: 0)
        drawVersion(version.number)
    }

    private mutating func drawFinder(_ x: Int, _ y: Int) {
        for dy in -4...4 {
            for dx in -4...4 {
                let distance = max(abs(dx), abs(dy))
                set(x + dx, y + dy, distance != 2 && distance != 4)
            }
        }
    }

    /// Level M is `00`; the fifteen bits are a BCH code (§8.9).
    private mutating func drawFormat(mask: Int) {
        var remainder = mask
        for _ in 0..<10 { remainder = (remainder << 1) ^ ((remainder >> 9) * 0x537) }
        let bits = (mask << 10 | remainder) ^ 0x5412
        func bit(_ index: Int) -> Bool { (bits >> index) & 1 != 0 }
        for index in 0...5 { set(8, index, bit(index)) }
        set(8, 7, bit(6))
        set(8, 8, bit(7))
        set(7, 8, bit(8))
        for index in 9..<15 { set(14 - index, 8, bit(index)) }
        for index in 0..<8 { set(size - 1 - index, 8, bit(index)) }
        for index in 8..<15 { set(8, size - 15 + index, bit(index)) }
        set(8, size - 8, true)
    }

    private mutating func drawVersion(_ version: Int) {
        guard version >= 7 else { return }
        var remainder = version
        for _ in 0..<12 { remainder = (remainder << 1) ^ ((remainder >> 11) * 0x1F25) }
        let bits = version << 12 | remainder
        for index in 0..<18 {
            let isDark = (bits >> index) & 1 != 0
            set(size - 11 + index % 3, index / 3, isDark)
            set(index / 3, size - 11 + index % 3, isDark)
        }
    }

    /// Upwards and downwards in pairs of columns, from the right, passing over the timing column (§8.7.3).
    private mutating func drawData(_ codewords: [UInt8]) {
        var index = 0
        for pair in stride(from: size - 1, through: 1, by: -2) {
            let right = pair <= 6 ? pair - 1 : pair
            let isUpward = (right + 1) & 2 == 0
            for step in 0..<size {
                for x in [right, right - 1] {
                    let y = isUpward ? size - 1 - step : step
                    guard !isFunction[y * size + x], index < codewords.count * 8 else { continue }
                    dark[y * size + x] = codewords[index / 8] >> UInt8(7 - index % 8) & 1 != 0
                    index += 1
                }
            }
        }
    }

    private mutating func apply(mask: Int) {
        for y in 0..<size {
            for x in 0..<size where !isFunction[y * size + x] {
                let flips =
                    switch mask {
                    case 0: (x + y) % 2 == 0
                    case 1: y % 2 == 0
                    case 2: x % 3 == 0
                    case 3: (x + y) % 3 == 0
                    case 4: (x / 3 + y / 2) % 2 == 0
                    case 5: x * y % 2 + x * y % 3 == 0
                    case 6: (x * y % 2 + x * y % 3) % 2 == 0
                    default: ((x + y) % 2 + x * y % 3) % 2 == 0
                    }
                if flips { dark[y * size + x].toggle() }
            }
        }
        drawFormat(mask: mask)
    }

    /// How badly it scans (§8.8.2): runs, blocks, false finders, and an uneven share of dark modules.
    private var penalty: Int {
        var penalty = 0
        for line in 0..<size {
            penalty += Self.linePenalty((0..<size).map { dark[line * size + $0] })
            penalty += Self.linePenalty((0..<size).map { dark[$0 * size + line] })
        }
        for y in 0..<(size - 1) {
            for x in 0..<(size - 1) {
                let first = dark[y * size + x]
                if first == dark[y * size + x + 1], first == dark[(y + 1) * size + x],
                    first == dark[(y + 1) * size + x + 1]
                {
                    penalty += 3
                }
            }
        }
        let share = dark.count { $0 } * 20
        let deviation = abs(share - dark.count * 10)
        return penalty + max(0, (deviation + dark.count - 1) / dark.count - 1) * 10
    }

    private static let falseFinders: [[Bool]] = [
        [true, false, true, true, true, false, true, false, false, false, false],
        [false, false, false, false, true, false, true, true, true, false, true],
    ]

    private static func linePenalty(_ line: [Bool]) -> Int {
        var penalty = 0
        var run = 1
        for index in 1...line.count {
            if index < line.count, line[index] == line[index - 1] {
                run += 1
            } else {
                if run >= 5 { penalty += run - 2 }
                run = 1
            }
        }
        for start in 0...(line.count - 11) where falseFinders.contains(Array(line[start..<(start + 11)])) {
            penalty += 40
        }
        return penalty
    }

    /// One path on white, with the quiet zone of four modules; no script, no style, nothing to fetch.
    ///
    /// - Parameter label: For those who don't see it; made safe here.
    package func svg(label: String) -> String {
        let side = size + 8
        var path = ""
        for y in 0..<size {
            for x in 0..<size where isDark(x: x, y: y) { path += "M\(x + 4) \(y + 4)h1v1h-1z" }
        }
        let escaped = label.map { character -> String in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            default: String(character)
            }
        }.joined()
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(side) \(side)\" role=\"img\" "
            + "aria-label=\"\(escaped)\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h\(side)v\(side)H0z\"/>"
            + "<path d=\"\(path)\"/></svg>"
    }
}
