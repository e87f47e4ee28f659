"""The XML commands against other implementations: canonical forms as lxml writes them, signatures and ciphertexts that
xmlsec1 and the `cryptography` package made."""

import base64
import io
import os
import random
import subprocess

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from lxml import etree

from test_commands import batch, judge  # noqa: F401

DSIG, XENC, XENC11 = (
    "http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2009/xmlenc11#")
EXC, INC = "http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
ENVELOPED = DSIG + "enveloped-signature"
SHA1, SHA256 = DSIG + "sha1", XENC + "sha256"
KEY, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
WEAK = rsa.generate_private_key(public_exponent=65537, key_size=1024)


def private(key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public(key) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture(scope="module")
def keys(batch):  # noqa: F811
    names = {"key": KEY, "other": OTHER, "weak": WEAK}
    return {name: (batch.file(private(key)), batch.file(public(key))) for name, key in names.items()}


# Canonical forms

class Generator:
    """A document with whatever canonicalization has to decide about; the same for one seed."""

    NAMESPACES = ["urn:a", "urn:b", "http://c.example/x#y", "mailto:d@d.example"]
    TEXTS = ["", "t", " \n", "a &amp; b", "&lt;x&gt;", "é漢😀", "&#13;\n", "\"'", "<![CDATA[<&>]]>", "]] >", "\t"]
    ASIDES = ["<!-- c -->", "<!---->", "<?pi?>", "<?pi  data ?>", "<?style a='1'?>"]
    VALUES = ["", "v", " a  b ", "&lt;&quot;&apos;", "&#9;&#10;&#13;", "é", "&gt;&amp;"]

    def __init__(self, seed: int):
        self.random, self.ids = random.Random(seed), 0

    def document(self) -> str:
        aside = lambda: self.random.choice(["", "\n", *self.ASIDES])  # noqa: E731
        declaration = self.random.choice(["", '<?xml version="1.0"?>', "<?xml version='1.0' encoding='utf-8'?>\n"])
        return declaration + aside() + aside() + self.element({}, 0) + aside() + aside()

    def element(self, scope: dict, depth: int) -> str:
        pick, scope, own = self.random.choice, dict(scope), []
        for prefix in ["", "a", "b", "zz"]:
            if self.random.random() < 0.35:
                scope[prefix] = pick(self.NAMESPACES)
                own.append(f"xmlns{':' * bool(prefix)}{prefix}='{scope[prefix]}'")
        if "" in scope and self.random.random() < 0.1:
            own = [each for each in own if not each.startswith("xmlns=")] + ["xmlns=''"]
            del scope[""]
        prefix = pick([each for each in scope if each] or [""])
        name = pick([prefix + ":", ""]) + pick("efg") if prefix else pick("efg")
        seen = set()
        names = ["x", "y", "Z", *(f"{prefix}:x" for prefix in scope if prefix), "xml:lang", "xml:space"]
        for attribute in self.random.sample(names, 3):
            space, _, local = attribute.rpartition(":")
            if (scope.get(space, space), local) not in seen:
                seen.add((scope.get(space, space), local))
                value = {"xml:space": "preserve", "xml:lang": "de"}.get(attribute) or pick(self.VALUES)
                own.append(f"{attribute}='{value}'")
        self.ids += 1
        own.append(f"ID='_{self.ids}'")
        self.random.shuffle(own)
        content = ""
        for _ in range(self.random.randrange(1, 7) if depth < 4 else 0):
            inner = self.random.random() < 0.5
            content += self.element(scope, depth + 1) if inner else pick([*self.TEXTS, *self.ASIDES])
        return f"<{name} {pick([' ', chr(10)]).join(own)}>{content}</{name}>"


def canonical(tree, exclusive: bool, comments: bool, prefixes=None) -> bytes:
    out = io.BytesIO()
    tree.write_c14n(out, exclusive=exclusive, with_comments=comments, inclusive_ns_prefixes=prefixes)
    return out.getvalue()


@pytest.mark.parametrize("seed", range(240))
def test_canonical_forms_are_those_of_lxml(batch, seed):  # noqa: F811
    text = Generator(seed).document().encode()
    path = batch.file(text)
    tree = etree.parse(io.BytesIO(text), etree.XMLParser(strip_cdata=False))
    for method, exclusive in (("exc", True), ("inc", False), ("inc11", False)):
        for comments in (False, True):
            options = ["--method", method, *(["--with-comments"] if comments else [])]
            answer = batch.ask("xml", "c14n", *options, path)
            judge(answer, None)
            assert base64.b64decode(answer["payload_b64"]) == canonical(tree, exclusive, comments)
    prefixes = ["a", "zz", "none"][seed % 3:]
    answer = batch.ask("xml", "c14n", "--method", "exc", "--prefixes", " ".join(prefixes), path)
    assert base64.b64decode(answer["payload_b64"]) == canonical(tree, True, False, prefixes)
    # lxml writes what is around the root with it.
    element = random.Random(seed).choice([each for each in tree.iter("{*}*") if each.getparent() is not None] or [None])
    if element is None:
        return
    answer = batch.ask("xml", "c14n", "--method", "exc", "--id", element.get("ID"), path)
    assert base64.b64decode(answer["payload_b64"]) == canonical(etree.ElementTree(element), True, False)


@pytest.mark.parametrize("method, option", [("inc", "--c14n"), ("inc11", "--c14n11"), ("exc", "--exc-c14n")])
def test_canonical_forms_are_those_of_xmllint(batch, method, option):  # noqa: F811
    for seed in range(1000, 1020):
        path = batch.file(Generator(seed).document())
        expected = subprocess.run(["xmllint", "--nonet", option, path], check=True, capture_output=True).stdout
        answer = batch.ask("xml", "c14n", "--method", method, "--with-comments", path)
        assert base64.b64decode(answer["payload_b64"]) == expected


# The parser

@pytest.mark.parametrize("name, text, reason", [
    ("plain", "<a/>", None),
    ("comment", "<a><!-- c --></a>", None),
    ("doctype", "<!DOCTYPE a><a/>", "dtd_forbidden"),
    ("laughs", "<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;'>]><a>&c;</a>", "dtd_forbidden"),
    ("utf-16", "<a/>".encode("utf-16"), "bad_charset"),
    ("utf-7", "<?xml version='1.0' encoding='UTF-7'?><a/>", "bad_charset"),
    ("deep", "<a>" * 10_000, "depth_limit"),
    ("wide", "<a>" + "<b/>" * 300_000 + "</a>", "too_large"),
    ("large", b"<a>" + b"x" * (9 << 20) + b"</a>", "too_large"),
    ("attributes", "<a " + " ".join(f"a{n}=''" for n in range(100_000)) + "/>", "too_large"),
    ("twice", "<a ID='x'><b ID='x'/></a>", "duplicate_id"),
    ("unbound", "<p:a/>", "bad_xml"),
    ("relative", "<a xmlns='x'/>", "bad_xml"),
    ("nothing", "", "bad_xml"),
], ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "")
def test_xml_parse(batch, name, text, reason):  # noqa: F811
    answer = batch.ask("xml", "parse", batch.file(text))
    judge(answer, reason)
    assert answer["kind"] == "xml"


def test_input_may_be_in_base64(batch):  # noqa: F811
    encoded = base64.b64encode(b"<a ID='x'/>").decode()
    judge(batch.ask("xml", "parse", batch.file(encoded)), None)
    judge(batch.ask("xml", "parse", "--encoding", "base64", batch.file(encoded)), None)
    judge(batch.ask("xml", "parse", "--encoding", "raw", batch.file(encoded)), "bad_xml")


# Signatures

def template(method=EXC, algorithm=MORE + "rsa-sha256", transforms=(ENVELOPED, EXC), digest=SHA256, uri="#_1") -> str:
    steps = "".join(f'<ds:Transform Algorithm="{each}"/>' for each in transforms)
    return (
        f'<ds:Signature xmlns:ds="{DSIG}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{method}"/>'
        f'<ds:SignatureMethod Algorithm="{algorithm}"/><ds:Reference URI="{uri}"><ds:Transforms>{steps}'
        f'</ds:Transforms><ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>'
        f"<ds:SignatureValue/></ds:Signature>")


def document(signature: str) -> str:
    return f'<r xmlns="urn:r"><p:a xmlns:p="urn:p" ID="_1">{signature}<p:b x="1">text</p:b></p:a></r>'


def xmlsec_sign(batch, key: str, text: str, *options: str) -> str:  # noqa: F811
    words = ["xmlsec1", "--sign", "--privkey-pem", key, "--id-attr:ID", "urn:p:a", *options, batch.file(text)]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def test_a_signature_of_xmlsec1(batch, keys):  # noqa: F811
    signed = xmlsec_sign(batch, keys["key"][0], document(template()))
    path = batch.file(signed)
    for option in ("--key", "--cert"):
        answer = batch.ask("xml", "verify", option, keys["other"][1], option, keys["key"][1], path)
        judge(answer, None)
        assert answer["lab"] is False and answer["complete"] is True
        [covered] = answer["signed"]
        assert covered.pop("key").startswith("sha256:")
        assert covered == {"element": "a", "id": "_1", "alg": "rsa-sha256", "digest": "sha256", "bits": 2048}
    judge(batch.ask("xml", "verify", "--key", keys["other"][1], path), "signature_invalid")
    judge(batch.ask("xml", "verify", "--key", keys["weak"][1], path), "weak_key")
    judge(batch.ask("xml", "verify", "--key", keys["key"][1], batch.file(signed.replace(">text<", ">tex<"))),
          "digest_mismatch")
    judge(batch.ask("xml", "verify", "--key", keys["key"][1], batch.file(signed.replace("<p:b", "<!-- c --><p:b"))),
          "comment_in_value")
    commented = batch.file(signed.replace("<p:b", "<!-- c --><p:b"))
    assert batch.ask("xml", "verify", "--lab", "comments", "--key", keys["key"][1], commented)["lab"] is True
    judge(batch.ask("xml", "verify", "--key", keys["key"][1], batch.file(document(""))), "no_signature")
    judge(batch.ask("xml", "verify", "--id-attr", "Id", "--key", keys["key"][1], path), "signature_reference")
    assert batch.ask("xml", "verify", path)["exit"] == 2


def test_the_names_of_id_attributes_are_the_callers(batch, keys):  # noqa: F811
    signed = xmlsec_sign(batch, keys["key"][0], document(template()).replace('ID="_1"', 'Id="_1"'),
                         "--id-attr:Id", "urn:p:a")
    judge(batch.ask("xml", "verify", "--id-attr", "Id", "--key", keys["key"][1], batch.file(signed)), None)
    judge(batch.ask("xml", "verify", "--profile", "generic", "--key", keys["key"][1], batch.file(signed)), None)
    judge(batch.ask("xml", "verify", "--key", keys["key"][1], batch.file(signed)), "signature_reference")


@pytest.mark.parametrize("name, change, saml, generic", [
    ("inclusive", {"transforms": (ENVELOPED, INC)}, "signature_transform", None),
    ("comments", {"transforms": (ENVELOPED, EXC + "WithComments")}, "signature_transform", None),
    ("enveloped alone", {"transforms": (ENVELOPED,)}, "signature_transform", None),
    ("canonical form twice", {"transforms": (ENVELOPED, EXC, EXC)}, "signature_transform", "signature_transform"),
    ("inclusive SignedInfo", {"method": INC}, None, None),
    ("SignedInfo with comments", {"method": INC + "#WithComments"}, "signature_transform", None),
    ("empty URI", {"uri": ""}, "signature_reference", None),
    ("rsa-sha1", {"algorithm": DSIG + "rsa-sha1"}, "weak_algorithm", "weak_algorithm"),
    ("sha1", {"digest": SHA1}, "weak_algorithm", "weak_algorithm"),
    ("rsa-sha512", {"algorithm": MORE + "rsa-sha512", "digest": XENC + "sha512"}, None, None),
    ("rsa-ripemd160", {"algorithm": MORE + "rsa-ripemd160"}, "unsupported_algorithm", "unsupported_algorithm"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_a_signature_may_look_like(batch, keys, name, change, saml, generic):  # noqa: F811
    path = batch.file(xmlsec_sign(batch, keys["key"][0], document(template(**change))))
    judge(batch.ask("xml", "verify", "--key", keys["key"][1], path), saml)
    judge(batch.ask("xml", "verify", "--profile", "generic", "--key", keys["key"][1], path), generic)


def test_leniencies_of_the_bench(batch, keys):  # noqa: F811
    old = template(algorithm=DSIG + "rsa-sha1", digest=SHA1)
    path = batch.file(xmlsec_sign(batch, keys["weak"][0], document(old)))
    judge(batch.ask("xml", "verify", "--key", keys["weak"][1], path), "weak_key")
    judge(batch.ask("xml", "verify", "--lab", "rsa1024", "--key", keys["weak"][1], path), "weak_algorithm")
    answer = batch.ask("xml", "verify", "--lab", "sha1,rsa1024", "--key", keys["weak"][1], path)
    judge(answer, None)
    assert answer["lab"] is True and answer["signed"][0]["bits"] == 1024
    whole = f'<p:a xmlns:p="urn:p" ID="_1">{template(uri="")}</p:a>'
    path = batch.file(xmlsec_sign(batch, keys["key"][0], whole))
    judge(batch.ask("xml", "verify", "--key", keys["key"][1], path), "signature_reference")
    judge(batch.ask("xml", "verify", "--lab", "empty-uri", "--key", keys["key"][1], path), None)


@pytest.mark.parametrize("digest", [hashes.SHA256(), hashes.SHA384(), hashes.SHA512()], ids=lambda d: d.name)
def test_rsa_pss_which_xmlsec1_of_debian_lacks(batch, keys, digest):  # noqa: F811
    uri = f"http://www.w3.org/2007/05/xmldsig-more#{digest.name}-rsa-MGF1"
    root = etree.fromstring(document(""))
    element = root[0]
    signature = etree.fromstring(template(algorithm=uri))
    hashed = hashes.Hash(hashes.SHA256())
    hashed.update(canonical(etree.ElementTree(element), True, False))
    signature.find(f".//{{{DSIG}}}DigestValue").text = base64.b64encode(hashed.finalize()).decode()
    info = canonical(etree.ElementTree(signature[0]), True, False)
    pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
    signature[1].text = base64.encodebytes(KEY.sign(info, pss, digest)).decode()
    element.insert(0, signature)
    answer = batch.ask("xml", "verify", "--key", keys["key"][1], batch.file(etree.tostring(root)))
    judge(answer, None)
    assert answer["signed"][0]["alg"] == "rsa-pss-" + digest.name


# Encryption

def encrypted(content: str, octets: bytes, transport: str, key: bytes) -> str:
    def value(data: bytes) -> str:
        return f"<x:CipherData><x:CipherValue>{base64.b64encode(data).decode()}</x:CipherValue></x:CipherData>"

    return (
        f'<e xmlns:x="{XENC}" xmlns:ds="{DSIG}" xmlns:y="{XENC11}"><x:EncryptedData>'
        f'<x:EncryptionMethod Algorithm="{content}"/><ds:KeyInfo><x:EncryptedKey>{transport}{value(key)}'
        f"</x:EncryptedKey></ds:KeyInfo>{value(octets)}</x:EncryptedData></e>")


def oaep11(digest: str, mask: str) -> str:
    return (f'<x:EncryptionMethod Algorithm="{XENC11}rsa-oaep"><ds:DigestMethod Algorithm="{digest}"/>'
            f'<y:MGF Algorithm="{XENC11}{mask}"/></x:EncryptionMethod>')


PLAIN = b"<p:a xmlns:p='urn:p'>secret</p:a>"
GCM = {128: XENC11 + "aes128-gcm", 192: XENC11 + "aes192-gcm", 256: XENC11 + "aes256-gcm"}


def gcm(bits: int, transport: str, oaep) -> tuple[str, bytes]:
    key, nonce = os.urandom(bits // 8), os.urandom(12)
    sealed = nonce + AESGCM(key).encrypt(nonce, PLAIN, None)
    return encrypted(GCM[bits], sealed, transport, KEY.public_key().encrypt(key, oaep)), sealed


@pytest.mark.parametrize("bits", [128, 192, 256])
@pytest.mark.parametrize("digest, mask", [
    (hashes.SHA1(), hashes.SHA1()), (hashes.SHA256(), hashes.SHA256()), (hashes.SHA256(), hashes.SHA1()),
    (hashes.SHA512(), hashes.SHA256()),
], ids=["sha1", "sha256", "sha256-mgf1sha1", "sha512-mgf1sha256"])
def test_oaep_with_every_digest_and_mask(batch, keys, bits, digest, mask):  # noqa: F811
    uri = SHA1 if digest.name == "sha1" else XENC + digest.name
    oaep = padding.OAEP(padding.MGF1(mask), digest, None)
    text, _ = gcm(bits, oaep11(uri, "mgf1" + mask.name), oaep)
    answer = batch.ask("xml", "decrypt", "--key", keys["other"][0], "--key", keys["key"][0], batch.file(text))
    judge(answer, None)
    assert base64.b64decode(answer["payload_b64"]) == PLAIN
    judge(batch.ask("xml", "decrypt", "--key", keys["other"][0], batch.file(text)), "decrypt_failed")


def test_decrypted_content_can_be_written_to_a_file(batch, keys, tmp_path):  # noqa: F811
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    text, _ = gcm(128, f'<x:EncryptionMethod Algorithm="{XENC}rsa-oaep-mgf1p"/>', oaep)
    judge(batch.ask("xml", "decrypt", "--key", keys["key"][0], "--out", str(tmp_path / "o"), batch.file(text)), None)
    assert (tmp_path / "o").read_bytes() == PLAIN
    assert batch.ask("xml", "decrypt", batch.file(text))["exit"] == 2


@pytest.mark.parametrize("content, session, transport, lab", [
    (XENC + "tripledes-cbc", "des-192", "rsa-oaep-mgf1p", "3des"),
    (XENC + "aes128-cbc", "aes-128", "rsa-oaep-mgf1p", "cbc"),
    (XENC + "aes256-cbc", "aes-256", "rsa-1_5", "cbc,rsa15"),
    (XENC11 + "aes256-gcm", "aes-256", "rsa-1_5", "rsa15"),
])
def test_old_ciphers_are_opened_on_the_bench_only(batch, keys, content, session, transport, lab):  # noqa: F811
    method = f'<x:EncryptionMethod Algorithm="{XENC}{transport}"/>'
    text = encrypted(content, b"", method, b"").replace("<e ", "<x:EncryptedData ", 1)
    text = text.replace("<x:EncryptedData>", "", 1).removesuffix("</e>")
    words = ["xmlsec1", "--encrypt", "--pubkey-pem", keys["key"][1], "--session-key", session, "--binary-data",
             batch.file(PLAIN), batch.file(text)]
    path = batch.file(subprocess.run(words, check=True, capture_output=True).stdout)
    judge(batch.ask("xml", "decrypt", "--key", keys["key"][0], path), "unsupported_algorithm")
    answer = batch.ask("xml", "decrypt", "--lab", lab, "--key", keys["key"][0], path)
    judge(answer, None)
    assert answer["lab"] is True and base64.b64decode(answer["payload_b64"]) == PLAIN


def test_a_thousand_changed_ciphertexts_have_one_answer(batch, keys):  # noqa: F811
    """Keys and content alike, bits and lengths: nothing tells them apart (CBC too, where it is switched on)."""
    numbers, answers = random.Random(1), set()
    oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    method = f'<x:EncryptionMethod Algorithm="{XENC}rsa-oaep-mgf1p"/>'
    key, nonce = os.urandom(16), os.urandom(12)
    sealed, wrapped = nonce + AESGCM(key).encrypt(nonce, PLAIN, None), KEY.public_key().encrypt(key, oaep)
    wrong = KEY.public_key().encrypt(os.urandom(24), oaep)
    for round_ in range(1000):
        octets, sent = bytearray(sealed), bytearray(wrapped)
        match round_ % 5:
            case 0: octets[numbers.randrange(len(octets))] ^= 1 << numbers.randrange(8)
            case 1: sent[numbers.randrange(len(sent))] ^= 1 << numbers.randrange(8)
            case 2: del octets[numbers.randrange(len(octets)):]
            case 3: sent = bytearray(wrong if round_ % 2 else numbers.randbytes(numbers.randrange(300)))
            case 4: octets += numbers.randbytes(16)
        path = batch.file(encrypted(GCM[128], bytes(octets), method, bytes(sent)))
        answer = batch.ask("xml", "decrypt", "--key", keys["key"][0], path)
        judge(answer, "decrypt_failed")
        answers.add(repr({k: v for k, v in answer.items() if k not in ("id", "file")}))
        os.unlink(path)
    assert len(answers) == 1
