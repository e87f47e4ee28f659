/// How much a QR code of one size holds and how its bytes are protected (ISO/IEC 18004 §6, level M).
struct QRVersion {
    /// 1 to 20.
    let number: Int

    /// Error correction codewords of a block, and blocks, by version.
    private static let correction = [
        0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
    ]
    private static let blocks = [0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16]

    static func fitting(_ byteCount: Int) -> QRVersion? {
        (1...20).lazy.map(QRVersion.init).first { version in
            4 + version.lengthBits + byteCount * 8 <= version.dataCodewords * 8
        }
    }

    var size: Int { number * 4 + 17 }

    private var lengthBits: Int { number < 10 ? 8 : 16 }

    /// Modules that are left for data and correction.
    private var rawModules: Int {
        var result = (16 * number + 128) * number + 64
        if number >= 2 {
            let count = number / 7 + 2
            result -= (25 * count - 10) * count - 55
            if number >= 7 { result -= 36 }
        }
        return result
    }

    private var dataCodewords: Int { rawModules / 8 - Self.correction[number] * Self.blocks[number] }

    var alignmentPositions: [Int] {
        guard number > 1 else { return [] }
        let count = number / 7 + 2
        let step = (number * 4 + count * 2 + 1) / (count * 2 - 2) * 2
        return [6] + (0..<(count - 1)).map { size - 7 - (count - 2 - $0) * step }
    }

    /// The bytes in byte mode, padded, in blocks with their correction, interleaved.
    func codewords(of bytes: [UInt8]) -> [UInt8] {
        var bits = BitBuffer()
        bits.append(4, count: 4)
        bits.append(bytes.count, count: lengthBits)
        for byte in bytes { bits.append(Int(byte), count: 8) }
        bits.append(0, count: min(4, dataCodewords * 8 - bits.count))
        bits.append(0, count: (8 - bits.count % 8) % 8)
        var data = bits.bytes
        var pad: UInt8 = 0xEC
        while data.count < dataCodewords {
            data.append(pad)
            pad ^= 0xEC ^ 0x11
        }
        return interleaved(data)
    }

    private func interleaved(_ data: [UInt8]) -> [UInt8] {
        let count = Self.blocks[number]
        let degree = Self.correction[number]
        let long = rawModules / 8 % count
        let short = rawModules / 8 / count - degree
        let generator = ReedSolomon(degree: degree)
        var blocks: [[UInt8]] = []
        var start = 0
        for index in 0..<count {
            let length = short + (index < count - long ? 0 : 1)
            blocks.append(Array(data[start..<(start + length)]))
            start += length
        }
        let corrections = blocks.map { generator.remainder(of: $0) }
        var result: [UInt8] = []
        for column in 0...short { for block in blocks where column < block.count { result.append(block[column]) } }
        for column in 0..<degree { for correction in corrections { result.append(correction[column]) } }
        return result
    }

    private struct BitBuffer {
        private(set) var bytes: [UInt8] = []
        private(set) var count = 0

        mutating func append(_ value: Int, count bits: Int) {
            for bit in stride(from: bits - 1, through: 0, by: -1) {
                if count % 8 == 0 { bytes.append(0) }
                if (value >> bit) & 1 != 0 { bytes[count / 8] |= 0x80 >> UInt8(count % 8) }
                count += 1
            }
        }
    }
}

/// Reed-Solomon over GF(2⁸) with the polynomial 0x11D.
private struct ReedSolomon {
    private let divisor: [UInt8]

    init(degree: Int) {
        var divisor = [UInt8](repeating: 0, count: degree)
        divisor[degree - 1] = 1
        var root: UInt8 = 1
        for _ in 0..<degree {
            for index in 0..<degree {
                divisor[index] = Self.multiply(divisor[index], root)
                if index + 1 < degree { divisor[index] ^= divisor[index + 1] }
            }
            root = Self.multiply(root, 2)
        }
        self.divisor = divisor
    }

    func remainder(of data: [UInt8]) -> [UInt8] {
        var remainder = [UInt8](repeating: 0, count: divisor.count)
        for byte in data {
            let factor = byte ^ remainder.removeFirst()
            remainder.append(0)
            for index in divisor.indices { remainder[index] ^= Self.multiply(divisor[index], factor) }
        }
        return remainder
    }

    private static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var product = 0
        for bit in stride(from: 7, through: 0, by: -1) {
            product = (product << 1) ^ ((product >> 7) * 0x11D)
            product ^= Int(right >> UInt8(bit) & 1) * Int(left)
        }
        return UInt8(truncatingIfNeeded: product)
    }
}
