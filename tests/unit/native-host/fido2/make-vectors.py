"""Makes vectors.json with an implementation that is not ours: python-fido2 1.2.0 (Debian: python3-fido2).

    /usr/bin/python3 tests/unit/native-host/fido2/make-vectors.py > tests/unit/native-host/fido2/vectors.json

All keys and random bytes are fixed, so that it makes the same file each time. Bytes are hexadecimal.
"""

import hashlib
import json
from unittest import mock

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from fido2 import cbor
from fido2.cose import ES256, ES384, EdDSA, RS256
from fido2.ctap2 import Config, CredentialManagement, Ctap2
from fido2.ctap2.pin import ClientPin, PinProtocolV1, PinProtocolV2, _pad_pin
from fido2.hid import CAPABILITY
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

OUR_KEY = ec.derive_private_key(0x1F2E3D4C5B6A79880102030405060708090A0B0C0D0E0F101112131415161718, ec.SECP256R1())
PEER_KEY = ec.derive_private_key(0x4A6F8E1B2C3D5A7F9081726354453627181920213243546576879A0B1C2D3E4F, ec.SECP256R1())
IV = bytes(range(0x30, 0x40))
PIN = "73916 Grün"
NEW_PIN = "zweiundvierzig"
TOKEN = bytes(range(0x80, 0xA0))
HASH = hashlib.sha256(b"client data").digest()
CREDENTIAL_ID = bytes(range(0x40, 0x60))
AAGUID = bytes.fromhex("0102030405060708090a0b0c0d0e0f10")


def fixed(function):
    """Calls it with our key and our IV in place of random ones."""
    with mock.patch("fido2.ctap2.pin.ec.generate_private_key", lambda *_: OUR_KEY), mock.patch(
        "fido2.ctap2.pin.os.urandom", lambda length: IV[:length]
    ):
        return function()


class Recorder:
    """A device that answers as written and keeps what it was sent."""

    capabilities = CAPABILITY.CBOR

    def __init__(self, info, answers=()):
        self.sent = []
        self.answers = [info, *answers]

    def call(self, _command, data=b"", _event=None, _on_keepalive=None):
        self.sent.append(data.hex())
        return b"\0" + cbor.encode(self.answers.pop(0)) if self.answers else b"\0"


INFO = {
    1: ["FIDO_2_0", "FIDO_2_1"],
    2: ["credProtect", "hmac-secret", "minPinLength"],
    3: AAGUID,
    4: {"rk": True, "clientPin": True, "pinUvAuthToken": True, "authnrCfg": True, "setMinPINLength": True,
        "credMgmt": True},
    5: 1200,
    6: [2, 1],
    7: 8,
    8: 128,
    9: ["nfc", "usb"],
    10: [{"alg": -7, "type": "public-key"}, {"alg": -8, "type": "public-key"}],
    13: 6,
}


def peer(protocol):
    return {**ES256.from_cryptography_key(PEER_KEY.public_key()), 3: -25}


def pin_protocol(cls):
    protocol = cls()
    own, secret = fixed(lambda: protocol.encapsulate(peer(protocol)))
    pin_hash = hashlib.sha256(PIN.encode()).digest()[:16]
    encrypt = lambda data: fixed(lambda: protocol.encrypt(secret, data))
    new_pin_enc = encrypt(_pad_pin(NEW_PIN))
    pin_hash_enc = encrypt(pin_hash)
    return {
        "version": cls.VERSION,
        "ownKey": cbor.encode(own).hex(),
        "sharedSecret": secret.hex(),
        "newPinEnc": new_pin_enc.hex(),
        "pinHashEnc": pin_hash_enc.hex(),
        "setPinAuth": protocol.authenticate(secret, new_pin_enc).hex(),
        "changePinAuth": protocol.authenticate(secret, new_pin_enc + pin_hash_enc).hex(),
        "tokenEnc": encrypt(TOKEN).hex(),
        "tokenAuth": protocol.authenticate(TOKEN, HASH).hex(),
    }


def client_pin(cls):
    """Whole messages of authenticatorClientPIN."""

    def run(work, *answers):
        device = Recorder(INFO, [{1: peer(cls)}, *answers])
        client = ClientPin(Ctap2(device), cls())
        fixed(lambda: work(client))
        return device.sent[2]

    secret = fixed(lambda: cls().encapsulate(peer(cls)))[1]
    token = {2: fixed(lambda: cls().encrypt(secret, TOKEN))}
    permissions = ClientPin.PERMISSION.MAKE_CREDENTIAL | ClientPin.PERMISSION.GET_ASSERTION
    return {
        "version": cls.VERSION,
        "setPin": run(lambda client: client.set_pin(NEW_PIN), {}),
        "changePin": run(lambda client: client.change_pin(PIN, NEW_PIN), {}),
        "pinToken": run(lambda client: client.get_pin_token(PIN, permissions, "login.example"), token),
        "legacyPinToken": run(lambda client: client.get_pin_token(PIN), token),
    }


def commands():
    """Whole messages of the other commands, with a token of protocol two."""
    device = Recorder(INFO)
    ctap = Ctap2(device)
    protocol = PinProtocolV2()
    param = protocol.authenticate(TOKEN, HASH)
    device.answers = [{1: "none", 2: bytes(37), 3: {}}]
    ctap.make_credential(
        HASH,
        {"id": "login.example", "name": "Example"},
        {"id": b"\x01\x02\x03", "name": "lena@example", "displayName": "Lena Grün"},
        [{"type": "public-key", "alg": -7}, {"type": "public-key", "alg": -257}],
        [{"type": "public-key", "id": CREDENTIAL_ID}],
        {"credProtect": 2, "hmac-secret": True, "minPinLength": True},
        {"rk": True},
        param,
        2,
        1,
    )
    device.answers = [{1: {"type": "public-key", "id": CREDENTIAL_ID}, 2: bytes(37), 3: b"\x30"}]
    ctap.get_assertion(
        "login.example", HASH, [{"type": "public-key", "id": CREDENTIAL_ID}], None, {"up": False}, param, 2
    )
    device.answers = []
    CredentialManagement(ctap, protocol, TOKEN).delete_cred({"type": "public-key", "id": CREDENTIAL_ID})
    config = Config(ctap, protocol, TOKEN)
    config.set_min_pin_length(8, ["login.example"], True)
    names = ["getInfo", "makeCredential", "getAssertion", "deleteCredential", "setMinPinLength"]
    return dict(zip(names, device.sent, strict=True))


def credential(private_key, cose):
    public_key = private_key.public_key()
    attested = AttestedCredentialData.create(AAGUID, CREDENTIAL_ID, cose.from_cryptography_key(public_key))
    flags = AuthenticatorData.FLAG
    rp_id_hash = hashlib.sha256(b"login.example").digest()
    data = AuthenticatorData.create(
        rp_id_hash, flags.UP | flags.UV | flags.AT | flags.ED, 0x01020304, attested, {"credProtect": 2, "hmac-secret": True}
    )
    assert data.credential_data.credential_id == CREDENTIAL_ID
    spki = public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    statement = {"alg": -7, "sig": b"\x30\x03\x02\x01\x01", "x5c": [b"\x30\x00"]}
    return {
        "algorithm": data.credential_data.public_key[3],
        "authData": bytes(data).hex(),
        "rpIdHash": data.rp_id_hash.hex(),
        "signCount": data.counter,
        "aaguid": str(data.credential_data.aaguid),
        "credentialId": data.credential_data.credential_id.hex(),
        "spki": spki.hex(),
        "attestationObject": bytes(AttestationObject.create("packed", data, statement)).hex(),
    }


def is_prime(n):
    """Miller-Rabin."""
    if any(n % small == 0 for small in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)):
        return False
    d, r = n - 1, 0
    while d % 2 == 0:
        d, r = d // 2, r + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        x = pow(base, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(r - 1):
            x = pow(x, 2, n)
            if x == n - 1:
                break
        else:
            return False
    return True


def rsa_key():
    """A key of 2048 bits from the first two primes behind a fixed number: only to be written, never to be used."""
    candidate = int.from_bytes(b"\xc0" + bytes(range(127)), "big") | 1
    primes = []
    while len(primes) < 2:
        if is_prime(candidate) and (candidate - 1) % 65537 != 0:
            primes.append(candidate)
        candidate += 2
    q, p = primes
    d = pow(65537, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(65537, p * q)
    return rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    ).private_key()


def client_data(challenge, origin):
    data = CollectedClientData.create("webauthn.create", challenge, origin)
    return {"challenge": challenge.hex(), "origin": origin, "json": data.decode(), "hash": data.hash.hex()}


protocols = [PinProtocolV1, PinProtocolV2]
vectors = {
    "inputs": {
        "ourPrivateKey": OUR_KEY.private_numbers().private_value.to_bytes(32, "big").hex(),
        "peerPrivateKey": PEER_KEY.private_numbers().private_value.to_bytes(32, "big").hex(),
        "peerKey": cbor.encode(peer(None)).hex(),
        "iv": IV.hex(),
        "pin": PIN,
        "newPin": NEW_PIN,
        "token": TOKEN.hex(),
        "clientDataHash": HASH.hex(),
        "credentialId": CREDENTIAL_ID.hex(),
        "info": cbor.encode(INFO).hex(),
    },
    "pinProtocols": [pin_protocol(cls) for cls in protocols],
    "clientPin": [client_pin(cls) for cls in protocols],
    "commands": commands(),
    "credentials": [
        credential(ec.derive_private_key(7, ec.SECP256R1()), ES256),
        credential(ec.derive_private_key(11, ec.SECP384R1()), ES384),
        credential(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))), EdDSA),
        credential(rsa_key(), RS256),
    ],
    "clientData": [
        client_data(bytes(range(32)), "https://login.example"),
        client_data(b"\xff\xfe\xfb" * 11, "http://localhost:8443"),
    ],
}
print(json.dumps(vectors, indent=2, ensure_ascii=False))
