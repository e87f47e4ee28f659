/// Tokens that an outside implementation made: joserfc 1.6.5, in a Python session of which the essence is
/// ```python
/// jws.serialize_compact({"alg": alg, "kid": kid, "typ": "JWT"}, claims, key, algorithms=[alg])
/// jwe.encrypt_compact({"alg": alg, "enc": enc, "kid": kid}, b"Live long and prosper.", key, algorithms=[alg, enc])
/// ```
/// for every algorithm that we have. Keys: RFC 7515 A.2, A.3, A.4, RFC 8037 A.1, and a generated one on P-384. The claims
/// are those of `claims`; one of the ECDH-ES tokens has `apu` and `apv`.
enum JoserfcVectors {
    static let keys = """
        {"keys":[{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPC\
        JrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaS\
        HSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGh\
        yxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB","d":"Eq5xpGnNCivDf\
        lJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ\
        1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHH\
        zQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQy\
        GWSeWjnczT0QU91p1DhOVRuOopznQ","p":"4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBds\
        s1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y\
        2XDwGUc","q":"uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7T\
        jeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc","dp":"BwKfV3A\
        kq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3v\
        mAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0","dq":"h_96-mK1R_7glhsum81dZxjTnYyn\
        PbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGN\
        pmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU","qi":"IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQ\
        LdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A560\
        3k2-ZQwVK0JKSHuLFkuQ3U","kid":"rsa"},{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8T\
        us9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7\
        X1fCE9-E9LI","kid":"p256"},{"crv":"P-384","x":"6gWx0r3FbwyNmoNDJsnZa_jkq-MkVqOPyCX19v9NKbZ4FQq5Rk0kz\
        4iRdLGhlAt0","y":"N6kxGFNOuRvSxqAQ0QWdIGPmepu2CmmweOosxYqr1pqtH4NNUufgnV3I0IIvam2_","d":"CEXh6rDFuvc\
        auJo_nIriwOoJPzgr1iu3png-MShxSroSiB_03PTmm-bogrbnZLSW","kty":"EC","kid":"p384"},{"kty":"EC","crv":"P\
        -521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk"\
        ,"y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2","d":\
        "AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C","kid":"p5\
        21"},{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrf\
        VS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"ed"}]}
        """

    static let claims = """
        {"iss": "https://issuer.example", "sub": "248289761001", "name": "Zoë ☂", "exp": 1311281970, "n": 1.\
        5}
        """

    static let signed: [(name: String, token: String)] = [
        (
            "RS256",
            """
            eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSI\
            sICJzdWIiOiAiMjQ4Mjg5NzYxMDAxIiwgIm5hbWUiOiAiWm_DqyDimIIiLCAiZXhwIjogMTMxMTI4MTk3MCwgIm4iOiAxLjV\
            9.aX8X0rPX7HR0IHS4YcCo72wr2SLObbSr5ipTwGiImE24QoBanUviG9Lcpqn48p4mvAdTXE_hvDuev9rJrCvvDQtP8A5KBs\
            b3tSbpXkB6tRxYzRFS3ECnFkpjl89bGXBGVBKeWlR56bY_jkBlD_LKs4GNORH35IYeM3jBf47RetqgwSejpvJgIx9AO0kdhR\
            GV8NNTPoIidd6G3cAEx9lvXpRCnwNhs8lnbgKREJFaiRWPC1BLlpY9ida3nNllE7Rz05Ax6J6oTB8rJ2p2mLItdiZmkTpFug\
            HRkVZVzv5NMJjhXTaGvFV0LKIUMZ6JWR4PphHaXD3ZQnqarDMYZCIRdA
            """
        ),
        (
            "RS384",
            """
            eyJhbGciOiJSUzM4NCIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSI\
            sICJzdWIiOiAiMjQ4Mjg5NzYxMDAxIiwgIm5hbWUiOiAiWm_DqyDimIIiLCAiZXhwIjogMTMxMTI4MTk3MCwgIm4iOiAxLjV\
            9.dTT79wQe5rmfJIsUk-TpbHjq3jgdp1aOakgfR8_j-lvMIKMCvoLxEfkLQ5YAIgl8H7l76msegAoc1lbb3zH277cuYxmNUB\
            w82HWn_m3m3lj3UkxA8Qie3wvPEvzYyuAw32aqVo5Slr6WYoTQzv2xpUBs_7SlpT0N9cB6ZJWo9cr89LCpM8eUuq6WuYFz_Z\
            htM7AoqBT0sR_p_jDx3qyfHfipo0Vhk3M5lL2lkRT2Xxp-sAiW1hZQBtRqxynj6Jn4kBR4PoWK7bAS6O_quMbA0q98jWA4OE\
            8JEDUkB_5QecyPqMANHH5FpKdNJivtGobYVqNSoiCe6Itl1LyKtErPGQ
            """
        ),
        (
            "RS512",
            """
            eyJhbGciOiJSUzUxMiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSI\
            sICJzdWIiOiAiMjQ4Mjg5NzYxMDAxIiwgIm5hbWUiOiAiWm_DqyDimIIiLCAiZXhwIjogMTMxMTI4MTk3MCwgIm4iOiAxLjV\
            9.maJOHxt2qQ2b4JkNuCrXwfGrmMAYR-QzYeqBNeigC5b-Gh1-pbjCyJDt11i5-5caO9dYCzbnZJVNJ1mjn1l7mO5SSAiX8F\
            4l2JUGQ2N5kcGIq73ThVluP06D9PIJdVESe1vggIacHPlwh41jqsSDyj4LmwdZZGa5h6t8MgiYQufN8oDzMz4rLfteLBNLQG\
            gpVJ1ps4oOSi1Zc9bG0QsbpGlGqpowcxog4T5zX4E105GCH2C_CmuyLmkTiwCVOgeOJz34Ha6JHhShc3J7fCqxmPPeUM0sqM\
            -75kIT3W2bGs9Lp4mJYD6W5T3E8gRDpF7WAdLGiOqqTx-leAjbxQrkZg
            """
        ),
        (
            "PS256",
            """
            eyJhbGciOiJQUzI1NiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSI\
            sICJzdWIiOiAiMjQ4Mjg5NzYxMDAxIiwgIm5hbWUiOiAiWm_DqyDimIIiLCAiZXhwIjogMTMxMTI4MTk3MCwgIm4iOiAxLjV\
            9.MajxDmdVxsvl2aHtxrfQAxcOzTvw3NAR3knXmP8k7WEoido0vlEkOWLHh2G8Sp98w_nojD3tINYMr5j79ZmLwVLvLyZwHk\
            uYSFNFC0_pkurpLnMrvAHb8_v-KKO_iLoKeFMsXAE2zOMQLKyrZQdKbx6MpuiHJoDB7BdzHTvOkFm2s9jTbtzq8MdVLMXo9a\
            b1Mcss1soJK2xPxDOVq4U7GUvIjTECtvLQghukE7LcN7jUL4g9v-QiUcGiAqudj4pehHPIo4dL2QOEJpb4RT70gV7NmqNuvi\
            MQhkrXsr5Px5qrS0EsomccKE2gXI0A4a0m2rdrTKW9Bt90nrzZ_56EWQ
            """
        ),
        (
            "PS384",
            """
            eyJhbGciOiJQUzM4NCIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSI\
            sICJzdWIiOiAiMjQ4Mjg5NzYxMDAxIiwgIm5hbWUiOiAiWm_DqyDimIIiLCAiZXhwIjogMTMxMTI4MTk3MCwgIm4iOiAxLjV\
            9.E2JGJmNlf0IFTL7QGa3l8IlIRfgHIqK-LXXWTz1CibPFag7TwHurVL-1imdF9h5L4m5W-EWKn6D4NsfW1Xt93olb7nXfN0\
            d-uUmMwV3Nv27Cjj94qKL6jSJ6h5REI1xJoWbuxW31cOawvVzYgzm-xiV_mGk1WzOvB3eWxz1DuxYv4m8y8zOE3L0xWdQE3m\
            a1NeqEUMCaokh5z69jled8nUr4ygvkb4mUvwrx1gXrrVtCBxn_7MjQDncc44Y2rLT7dU2viFfRmVFFMFuA9q6EYv6k76OIGL\
            _1AdQr0O_R6-ALcZOOX_CIqNEhGW9NLMFRipHykanSlhKM5Am17oruyA
            """
        ),
        (
            "PS512",
            """
            eyJhbGciOiJQUzUxMiIsImtpZCI6InJzYSIsInR5cCI6IkpXVCJ9.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSI\
            sICJzdWIiOiAiMjQ4Mjg5NzYxMDAxIiwgIm5hbWUiOiAiWm_DqyDimIIiLCAiZXhwIjogMTMxMTI4MTk3MCwgIm4iOiAxLjV\
            9.NQbD0CK6hfsjkPirI-1zaX954YcUDH69bvG1uOYwY38N5S5LJjyXNXA5fiuBB6jPt34osxduysI8MvJY1fPNQzFOjeQ6s0\
            QGaiVRe7p0C6gkoqok5ZJvdmdHr4qlNM1waS4vujhy96Z-JMOHTOiuFLZAuATr0MyMdGJnTf93TY8k0MVCpsvLth4Xz7o6-p\
            JLeTevI9yC_D5CybKZAZNSHS7Ejy0OrpoDzVZrXz7yJhnYUaYKzyVWjPB1UMzzdtT0TZRMRFCunohmPxYNI_FlvL5ZbJUKMJ\
            V2DRRYx86tUojLKsuFHrE47hGBhDA2eAqPR3DPvny4h7KsfO_S2UI-zA
            """
        ),
        (
            "ES256",
            """
            eyJhbGciOiJFUzI1NiIsImtpZCI6InAyNTYiLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZ\
            SIsICJzdWIiOiAiMjQ4Mjg5NzYxMDAxIiwgIm5hbWUiOiAiWm_DqyDimIIiLCAiZXhwIjogMTMxMTI4MTk3MCwgIm4iOiAxL\
            jV9.ZmeGMjWL7SuRcOLlXsv949gvfmTqbLS_sF0i51ly5IyOhyGRPDry08rwPD2HUgKRE2z7j6noWzDyk87weAVdUA
            """
        ),
        (
            "ES384",
            """
            eyJhbGciOiJFUzM4NCIsImtpZCI6InAzODQiLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZ\
            SIsICJzdWIiOiAiMjQ4Mjg5NzYxMDAxIiwgIm5hbWUiOiAiWm_DqyDimIIiLCAiZXhwIjogMTMxMTI4MTk3MCwgIm4iOiAxL\
            jV9.RIoWithJnfP_iOJHEmg9fPlR1RPOfEITAfapcxBLTIQaRq9KxlCle7PGjQ5zCv34h78XZ-LF2BqLjsjt5044f-AXh_4V\
            R7BZdDMUT1YTBNvdou-AIAY0gigf-dUH0ACU
            """
        ),
        (
            "ES512",
            """
            eyJhbGciOiJFUzUxMiIsImtpZCI6InA1MjEiLCJ0eXAiOiJKV1QifQ.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZ\
            SIsICJzdWIiOiAiMjQ4Mjg5NzYxMDAxIiwgIm5hbWUiOiAiWm_DqyDimIIiLCAiZXhwIjogMTMxMTI4MTk3MCwgIm4iOiAxL\
            jV9.AfT_8QxhWalU8cJ3QkK4nQ-siB8CmxWVaALUdLN-YQr3FSG5e7npNCtwaQT7qZa4oYpJLNvDO1i16GKl3zMNfrOUAAhM\
            3hfguX6tYd4ZxHTbpOA96lDOItqg3_OKe1jLvqAnftarUd6Ko-RliV8-OA9aIfJLZbkrkY1a0ztI_p21vedH
            """
        ),
        (
            "EdDSA",
            """
            eyJhbGciOiJFZERTQSIsImtpZCI6ImVkIiwidHlwIjoiSldUIn0.eyJpc3MiOiAiaHR0cHM6Ly9pc3N1ZXIuZXhhbXBsZSIs\
            ICJzdWIiOiAiMjQ4Mjg5NzYxMDAxIiwgIm5hbWUiOiAiWm_DqyDimIIiLCAiZXhwIjogMTMxMTI4MTk3MCwgIm4iOiAxLjV9\
            .TAuVC4jnL4QItP8jkRgv7LHy3ZuNid9qgj4jVVniPvKgwXO6086k0qXyfQWEIMGBkxbd_p6zCOL7ORru_9BoCQ
            """
        ),
    ]

    static let encrypted: [(name: String, token: String)] = [
        (
            "RSA-OAEP A128GCM rsa",
            """
            eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00iLCJraWQiOiJyc2EifQ.j-hn5WWuExAoZeAMyrfu8GMxcy7WFPhAz\
            i4Ss-2PP-FlVQnLTyjWXbpVbp6QO3hqCJ-x6apuZkmiITBQvab6TDk_mxKZBk0SzYalWht030A6iCEPQ_55JjTuM5Irjzc9G\
            kY1i7QeW_PNECass68CQsYt7hCZrs3h4kKUdsbgfbP8LaN668Oxb7PMjgW0vUt9DmVpIrssEwVHDBK7J3Gw_Oyy8-9DwANx-\
            n5fd9iPpvLyhO0xj6fBo1QnZjsahfylPrdZqquC0cqD-GsxgDY8Brrqr2ZWmKc4ee9GaBKlWA-RV7Kl5JGysxm_ignpR7bVN\
            y98ketqNZdkY5MjkO_boQ.ro7glHGL1c9cgiba.yFPwOwWysLVcumkLWNLYlJgVQDvc3Q.00zHzF4yjDkXBfRbVSBl4A
            """
        ),
        (
            "RSA-OAEP A256GCM rsa",
            """
            eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00iLCJraWQiOiJyc2EifQ.l2Aj6A_0LJs2WaYyjyCppCXR1i8nccGxk\
            qkVXzg3ZQU0Akk2hSpYP1Yq9NFSUtWUfW5mZCyGwBk3BTsRTKXLbVNmhSyK7gWRa1hFE5HqoTYWsj-DiaekXy9zkjihrlS-P\
            KtfI9KH6NQMujt1Y6tPFygwuWWbZJZJt2JwYUx4oigd8aj0wOMTlYSJ_bFL9vWiExpGmu_drdce3_fKlE_TMZ655qE0Bn8fc\
            fdorKfaocpDhTtH4_BxHgobd29QWTbGzN4KYF-NG206BLf-2QDONplumaTp7XHSzGAju989H4dKJz3Zs5NrDEExln4kRmCTQ\
            5127OGgGliHtXIR7abx0Q.xa096IWKEbXW7XRg.Vj4ILNULa1hRxq9rPk-PAUEmo-zodw._2mn2BXDN_qogG5dHPKHhQ
            """
        ),
        (
            "RSA-OAEP A128CBC-HS256 rsa",
            """
            eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhDQkMtSFMyNTYiLCJraWQiOiJyc2EifQ.XKtSXGh53SH20CUAoKlX7ZvTx\
            kaiSTUQKfRlpOkboXPQ17cWhQ_WO-m13wK9Ehf_mZXFQMOHlJWVGi6mtCM9-7B12jd9qMe9mXdWVmQ-ONZMdhMOfCwulP1U5\
            hVKyxY3ajEASv22qWh_EHkx3NkW_GLMx3-OYIqUKkeD-q0I-ZVmT-iqZwU_6ugbxpjxTt3wWLQnFdqiyLYu_s_Ag6T5W71FG\
            d5Sj8I0aCkMzFKY4vDsK30m5BfH5_vruD5rru7Qx4Sp-3VzuoQ4bPfy3CMBzj0TbU2BRepJU3RL8ELPOX-VvBwIPTiT0_UiH\
            ChhhAMDcY0-8ITzaCCFGYrfluAQgQ.0yP9mQDovAcnRQ-SoXSYNw.M_OhGixH_d7XTyfr9WSVCiOPaGrg_AFxxCRo6NOdMXs\
            .3e1WSIuOPPGv9vVQvl5qmA
            """
        ),
        (
            "RSA-OAEP A256CBC-HS512 rsa",
            """
            eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZDQkMtSFM1MTIiLCJraWQiOiJyc2EifQ.gDsAru1tryPjuBJHsckd8KcQw\
            6psu1PPESrLw04H3kkwaaXnQg3_Uw5MzHtWku_VoLEtJGz9ymny6GaFNnLmc647MdyKOz76ZmvnGjEZsdo5kk_x39B_hR4CA\
            JNutAit-aHeZ0W5xXuX4uyUEo1Ro18uOKKnBu1P_Kw_oBvUo8Iz6KwbmQc9xMOG0nn-553MFR5S6XX_H0U9nyhoJIHDtPPjA\
            fKHOH0cFtRZn6ggIYA7iIThFFslzBCWCHcSVLPKdbzRaQYjhhX4G8QoffSgZit7zkoMDkmv9dGBNQeWwM5hTTHm9bJiJWXTn\
            uU4vkAc6MEMVzUXpU39FblvLDObKg.j18Hm5k2MxJlliRn_eqvRQ.48RKIb5UynwFF_WGcxlfQHLT3w-vS2c53gPiBzBhL5A\
            .xShW7vDJJpC7mpI0wA4c4wW5lxxh359ZO6dcdss-Fm4
            """
        ),
        (
            "RSA-OAEP-256 A128GCM rsa",
            """
            eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMTI4R0NNIiwia2lkIjoicnNhIn0.F0cOsQfz5mKMB_Kdnk9Zswsw0fhd\
            mVVvd54QU0h7sR2nsGjgkZGPLRuH1QqKARMmc_i9IoJsjCEGghlEN4MsWB3yXTtXJfmjUKhnYsbpRzghMRR1Ozw1ir2aBVeV\
            DMSwHEaNyDxqW3CPJQ3GBAxjMEKPIcFobBDMEZ0z8zJm2oCJevZCCV-4TMdRdvuNKATyGQxQzNs-Iz7ssBolUfwBLityBpaN\
            sdgwJMmBho3UeVDZ_Ckkb__zmseDJaOMlQn3riLbyb6iHRbT3P9LijVF3Xgxfz8UwZA95zRPXKXxI_Wm71JMeSMVZta2qtoF\
            FrcN9J5gdYuFAPWdWAXvY1HWfQ.PCnckBNuY8ucZpE8.HQ4HZa36GhbjYqb0U0vaLPff2BsrRQ.jKHgOLRKTxIeMFO-8bKc3\
            Q
            """
        ),
        (
            "RSA-OAEP-256 A256GCM rsa",
            """
            eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoicnNhIn0.jhExnUEnDHtT5TOkc6UtH-Mbs3H2\
            xO-Z6RGS1BUu_YzmiA6uHhtByGTYFs7EGAuLkcLcx7pg0pUb-F-LfO0eQ5e8U3yNff9yw3QMQFJHUqzp18l2vyy7xjImNsxf\
            iGcJIHynHeLBI79XZWLKA_a_UuvtYdPILM-mRq11Pokxo0W_8otnhcfdq99ocsMuXOfWgdeKW1_TfEZT6JRga4vJl2g8zBwW\
            UBMm0qDXFWgS_Icbjg0pmpHMFJ-QM0Wuyl0eIUCFkaghp4UGQV7LdguaskNNsRbRaF43CJang-L7y3XT1ZEt88BeDQ06MC-g\
            DubxGFj97gvh01fyEA--L38BoA.aa_BEmNptD55VKaT.Oa3fxT_xnhSCvOz76SpJxSz07QiWGQ.hbxgD7uxHKIwaqIkoIPbc\
            w
            """
        ),
        (
            "RSA-OAEP-256 A128CBC-HS256 rsa",
            """
            eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2Iiwia2lkIjoicnNhIn0.AOTe7CXouEy4AvstBD6S\
            NjfasqOCBUmGfRoYxQSIRPv4P3sejYKiegaB6Lktt8KyxOTSlZ4yoKGbMVyXnLsl-ikD92KmxXd5pi1QwigFobYYyhlYqRbF\
            z0nR54kA569VHdqN4-xttzxy24ezGB90Uuv8yys-PGktx1sJHYe_0OOW7lH6alUgnwckEJYAIiD-62FRqi_chvlUjJLmwInN\
            jSureH_6bJFnHubpvaNhMYaqUYaoUCYfrIiOcG-YBVYxT3z-_XXNBXVEs0z3BuLx4w4x5-XObe-HANx6hWaY5zDQsWIr_zVg\
            YT6u6gkgZT6yDBoqtR0ing2M3-oly3yUEg.vKHddWs9m5AXn2gplpbg6g.wxg3o631gWWUu8Dub4UpE0aGJXkUnbR-hIhKOp\
            s-cW0.S7OvJx2_UCvd6I9cc-SbSg
            """
        ),
        (
            "RSA-OAEP-256 A256CBC-HS512 rsa",
            """
            eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoicnNhIn0.ZcvmFQSlWSmEKfEfCxNC\
            Qfep0g8TtyWeTK1rP7Xs76XVgssxRlSaDVMjGOfVzPLsw5lG7f8SLUSUc84WZA2umUlAg2bVre4x63dxJLxenY9HlbrvkkFm\
            F-mjBTGsIlB_esb9XG3XGzFwDO6tHhQSx4iZaiKjFOuLQEuXUqhLilESaelTTpawxhuj8kA64o3EFqRFQeLJfU6ghdXtVb_b\
            MAaFC3nwg61Is--XMGVLrxaKlfQ3HTkLcy4956jBGmkqAnyzBhLUSt91348faheFsJWiBIE0A7m1SaT0QEou4t55bCt_ME_S\
            z9BKtuw1rDNqsSNEk12D09OCWzneUFdsPQ.xZ5-GtYbcktbEP1AOOMs0Q.oYcgZJrN8bcCmDl4H2S0Uigk5CgRTJmcxv4UB5\
            ic3sM.uSC9M8uHHtNzgOnS5rYlOArRzo7H0H5jiKlk1uG09do
            """
        ),
        (
            "ECDH-ES A128GCM p256",
            """
            eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTEyOEdDTSIsImtpZCI6InAyNTYiLCJlcGsiOnsiY3J2IjoiUC0yNTYiLCJ4Ijoi\
            MlRzck1ORHMwZFNudmwzWEdEeWlKbzl2UFZqMldFOUFqNGtlSXBNNEZvdyIsInkiOiJsTW9IcGk2Nmg4d29TVVNGanR3NmRM\
            cjlrLXNLdGhpUFBhWDlFZVVScEZvIiwia3R5IjoiRUMifX0..8hQbhjpVVzFWFn4X.JnKp0Sl3Zos6Do2kLCNmjC4U6u3MNw\
            .85d2Z2DtIc4XasRWnvgoUw
            """
        ),
        (
            "ECDH-ES A256GCM p256",
            """
            eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6InAyNTYiLCJhcHUiOiJRV3hwWTJVIiwiYXB2IjoiUW05\
            aSIsImVwayI6eyJjcnYiOiJQLTI1NiIsIngiOiJLZjdwOVVzWmRyc3dUa1l5UHNLMWUzR0l0S2p2OEJvZE1GMDVhcXZralRZ\
            IiwieSI6IndPTHk1NDA4cHV4U0xieHI3cnJmM3BjWEV0V3RJQkE4b3dpRTlCZ1NsaTQiLCJrdHkiOiJFQyJ9fQ..h3gTyecU\
            2Br8CwU0.obQbApBYv1HWaZqCDBUesrj5BCAavA.hTTGcKqPTJfcJyWtW4fW8g
            """
        ),
        (
            "ECDH-ES A128CBC-HS256 p256",
            """
            eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTEyOENCQy1IUzI1NiIsImtpZCI6InAyNTYiLCJlcGsiOnsiY3J2IjoiUC0yNTYi\
            LCJ4IjoiLUpfbWZhSU1IVXZlU3FHZFNPZ3lSMVJ4MUxOQkJwMVlMNUhOanN3QWh4MCIsInkiOiJlaklKZXhyVklNbkU2c3U4\
            b0Y2dk1IYXpRM3RwNDlkWWRwdmZhVTNEZThZIiwia3R5IjoiRUMifX0..v8fk9zrvRFaYE8qKMqN-Zg.EY3L8nHKxIe28yb8\
            NYBEmiY-3wMN67lwcbhPesK-YAI.zTXJVLT7UB_QGB_Rk8jfAw
            """
        ),
        (
            "ECDH-ES A256CBC-HS512 p256",
            """
            eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkNCQy1IUzUxMiIsImtpZCI6InAyNTYiLCJlcGsiOnsiY3J2IjoiUC0yNTYi\
            LCJ4Ijoic3NSNExkQTRObk0yMEk3SG02Z2g0V04xQUhZWEx3LTBfSlJmN1pQVFZDYyIsInkiOiJscFVDa3FTYjBvOWNfSVpk\
            ODRKTVQyeS02MXQ2NUhndEN3MTctSDEzQjZRIiwia3R5IjoiRUMifX0..9n0woQXZs3AAP9RRE_kw1w.BYQ8It4t6HlTzpdJ\
            HpNVlIxSsZr8WhJhBK__h-eIefA.zuc7nashsxpVI_TXBF8RO9B6wr6L3DVscugtiPamf7s
            """
        ),
        (
            "ECDH-ES A256CBC-HS512 p384",
            """
            eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkNCQy1IUzUxMiIsImtpZCI6InAzODQiLCJlcGsiOnsiY3J2IjoiUC0zODQi\
            LCJ4IjoiX3RpLVBXMmJfaWdHQlQzTlZRYlVtLWktdVlPTE5Kd1VIbUlHa0l1NlNjSmVlazZMTmlIbHM5akxxS0dSWTlhXyIs\
            InkiOiJZOGJMb0dEZTFZZW5wZHU2Sm9LZnZtZF9yeVBJU1VCbkctbjVOTnUzWUxQNkpuUGg5R1RaQl9LU2R4dEs4NDV5Iiwi\
            a3R5IjoiRUMifX0..hcmJ7UNuwgcSqeYSgM4FGw.RnbUsXMhxzpFSP3z2nP-q5_7EHjiwTRLRYdazsCo1a0.NfWuWkebThNm\
            pRLRn5_w9y3uZZEXGkUV3sGlxPKUUxE
            """
        ),
        (
            "ECDH-ES A256CBC-HS512 p521",
            """
            eyJhbGciOiJFQ0RILUVTIiwiZW5jIjoiQTI1NkNCQy1IUzUxMiIsImtpZCI6InA1MjEiLCJlcGsiOnsiY3J2IjoiUC01MjEi\
            LCJ4IjoiQWIxSzdxaWlFMzhZckVfNk5PeWtoUU9GUFJtdndjNWVIaWY3eXdZSG5oRWtmRmxxQmtJeDNuRmdSNF83U3llNGtF\
            ZXA4QTF0eG1vTFUyRHZndGtOVnJRcCIsInkiOiJBSlFQZlRrTmJyaVd0WlcyX1ZyLWtXcW9HMFFsQkplT0h5RllPVzJWaEN5\
            azBBbWl6OGJZZVhmTFVRSHpNd1RCanoxc3k3UFZ5cmdEc2lZR0RtZzNLTXFHIiwia3R5IjoiRUMifX0..h-HtaB0G4ehCY3f\
            tqS8u6g.5g_U230JjuTRO3MiZbyUI4IZB89sIY17TJH7wPtSonk.nIn7KRHvYuMcs-lIKRAmwNIv_AGVqLcJSilUSZatNVg
            """
        ),
    ]
}
