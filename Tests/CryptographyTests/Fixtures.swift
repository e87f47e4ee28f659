/// Keys made with the `openssl` command for these tests only; nothing trusts them.
enum Fixtures {
    /// genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048
    static let rsa2048 = """
        -----BEGIN PRIVATE KEY-----
        MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCbogNgj9Lu8bJs
        S5XiQcuBor/9Bb4H5gtAL6VVEVB8d1ID3cjhuup9YgtR/819t1+EJP0juFrXHqeQ
        El2tnmE1T+SJsBwg9gbts955uJPL7MW3MfH6SMIxOoLfKW+hPnAkVe1tRmmkjUmE
        ctNsNvaqDiZFGTGLTfWHtnxrBwRwfQqiyXYHZKyWW3K8zbGg5uf6McKyhVa7Z20U
        WNw/sM2h3jsgvg/ToSOHf05PCXBmvBCef1ii0sJLapBJekznqjyuIuB2p6tSVPO6
        f6tagGlwT/HBObts1YAT/OLsO/fcLtqpCxb+TPwKqYeDfvC2YN8rRRUKUmuCSrJO
        6xrpI4pDAgMBAAECggEAHUsj5pd7pPUCV+bsOc+XjfmDuIzNpW/z2yt8q6PcKelN
        myOyLWbAv0PmjJMg6xJKXLWXnhMTqhz/fhsu3cCLXH0Cr7XhvYSBbllmPTP0QbR5
        zI8OlEUApEJ2oqmKdOerNPOlgmV3+fyMA22XhO1dhUmvg18IF8ffOKGtDnoeKEvd
        lbGvZ6XyEu/bDd83pBIiCoLyKLVsZk3d/8Y9+QJubbBeLH8JloFdBAxfjAQDx6OZ
        G98Tew+Ksjl5D6LdHjIFVDgNLgHpIpTlHvE9XAXlCeMSidJ/ejDg0XnMFsWZTFXS
        3FhajnhCJD3H3Bq9JXrESHaB7xdyyUvx+TwvmvCEXQKBgQDVnyl9mtu+Yabc2VM2
        jR9lGSl4tKTdGyxgfgoPjYtZym4/cFMkQzd1ubUp/IjecZhKPBpDjgm3En+iBsEL
        5psgGZcmXZ/j3zMTfsWQ5+oYpKxndBKxu44epaDtgklJnfC7HmiHgdJSqUCrFWr0
        XexMcuxNrrxqhvUlhuMub4U7HQKBgQC6gd7u7CjELuqwZV3UsY8/SySvpcnfakms
        f07wkqJ7HO72w1m5dxhTh5gyklO/Z1i9+t/fBuFZzGgTj+VJaG1pzC/4G1pU/xnf
        ExMTdW95kcmHxY0IfsodV9meDV1MXMnpfzdiElypJFBmwyH1LmFXBN4r547IxvrK
        fKxP+8983wKBgFJ1Al3ydZnSNcePt7gZ1yF+Ce0GxZB3WbTRUe7Y8w4wvkeMgvs/
        Wtv9V/mh+e7rKB6XfofO/t8Eq/GN69w9ImnMlvR/NSWPVTbUO0yIyGrEvaudOU4T
        mHMp+alUHhfleDOyNCUCLn4ryMOBG+zBiGGmBqKhrSbtexkGLRESiPndAoGAF/TK
        j+HhsqFcH+BFVyafgb/DLJSdA4eBgxivKROMr0eeIjAhfEMh6sjF8ej9vN4nde+d
        heY6V/B7hde72dwCAc7qcnIA/l3uEss+bgdtlC33turXHLo8d9xq5XROAZsBjG58
        zKoTIN67PRffasDUW/sSFo2dt4hnek7dS0DK+/0CgYB3yL5A2kEFX9AdAt4IU574
        bh0vBGOYcCf5CZNzxO90+GqGhT/LrgdR2vQCvJ592NFOtvnjjP8IGBZ743rxnjh6
        GAfWDGSa212Q56IBFJIHQEfuUgbvqMHmhAkK0dgyM6vehyaAZBc1CsZKOHtwmlnA
        uvY5p8qLs77yfTmGgcdKSA==
        -----END PRIVATE KEY-----
        """

    /// A public key that is too short.
    static let rsa1024Public = """
        -----BEGIN PUBLIC KEY-----
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC50sDvCMehFvQErwA0yVNG475P
        SCsbpjp19j0k+C3OUkNd59i3ruZQBMXI63RqtfwD7nFIRAP7dxi8BLShJ9ZCGe8m
        EDCahjQGfiWZO2Sa3B1WSdNA15ILv6C37CGP2EP//Z7pX0jsNX6xKaY74AGTYfh5
        G7qKKT/85AnPfMZv0QIDAQAB
        -----END PUBLIC KEY-----
        """

    /// Under the password "secret".
    static let encryptedPKCS8 = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAikvRtCuFPyDgICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEMvrmPrZcvbgjo0CEqx6ZgMEgZCh
        e7ZkY+HmzPhCTUs+bkJQfPJapcJjxj5q18OnBEicJdorjCQ4eyXNHO2wbRL1KcIw
        k6rXWRYWuZBxzXxipTCJMPAsjoC3j/W96uFT/hiqWlCsmSHULczZnLsn8CWFWpoT
        ubEOM3WyipczL+ch03Tee7wMbvO5y44muLyJMYXAB+Pqu1v8c53QkCodftUs1Xo=
        -----END ENCRYPTED PRIVATE KEY-----
        """

    /// On a curve that we do not use.
    static let secp256k1 = """
        -----BEGIN PRIVATE KEY-----
        MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgAZC0bw7PRfNpQIYb3FKx
        R07T/oMVFKtr3nIsIblNDs6hRANCAATiJwO4oAhfyH9p2sH34lz/HkymzyDCAMQ1
        X6pSnTqwq8OcYPRjY5qFitZV81nK0Lw8idyrOJJNnIRgOJXVBYGI
        -----END PRIVATE KEY-----
        """
}
