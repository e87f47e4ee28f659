extension ClientFacts {
    /// What a User-Agent field says of platform and kind. Unverified: whoever wants to be taken for another platform
    /// only has to say so, which is why a policy that blocks a platform must block `unknown` too.
    ///
    /// - Parameter userAgent: The field's value, nil if there was none. Only its first 1,024 bytes are looked at.
    package init(userAgent: String?) {
        let agent = (userAgent?.utf8.prefix(1024)).map { Array($0) } ?? []
        func says(_ word: StaticString) -> Bool {
            word.withUTF8Buffer { needle in
                guard agent.count >= needle.count, let first = needle.first else { return false }
                for start in 0...(agent.count - needle.count) where agent[start] == first {
                    if agent[start..<(start + needle.count)].elementsEqual(needle) { return true }
                }
                return false
            }
        }
        let platform: Platform
        // The order matters: phones name the desktop system they imitate, and Android names Linux.
        if says("Windows Phone") {
            platform = .windowsPhone
        } else if says("Android") {
            platform = .android
        } else if says("iPhone") || says("iPad") || says("iPod") {
            platform = .iOS
        } else if says("Windows") {
            platform = .windows
        } else if says("Macintosh") || says("Mac OS X") || says("Darwin/") {
            platform = .macOS
        } else if says("Linux") || says("X11") || says("CrOS") {
            platform = .linux
        } else {
            platform = .unknown
        }
        let embedded = says("; wv)") || says("Electron/") || says("MSAL") || says("CFNetwork/") || says("okhttp/")
        let kind: Kind =
            if embedded {
                .mobileAppsAndDesktopClients
            } else if says("Mozilla/") || says("Opera/") || says("Lynx/") || says("w3m/") {
                .browser
            } else {
                .other
            }
        self.init(platform: platform, kind: kind)
    }
}
