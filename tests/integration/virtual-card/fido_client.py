#!/usr/bin/python3
"""A CTAP2 client that is not ours: Debian's python3-fido2 over PC/SC.

    fido_client.py [--reader PART-OF-NAME] COMMAND < order.json

The order and the answer are JSON objects; byte strings in them are base64url without padding. A PIN comes in the order,
never on the command line, and never goes out. PCSCLITE_CSOCK_NAME says which pcscd. What the authenticator refuses is
answered `{"error": "PIN_INVALID"}`, and the exit code is 1.

    info                                                what getInfo tells
    retries                                             {retries, powerCycle}
    set-pin      {newPin}
    change-pin   {pin, newPin}
    check-pin    {pin}                                  gets a token and throws it away
    make         {rpId, userId?, userName?, pin?, rk?, algorithms?, exclude?, extensions?, root?}
                                                        root: PEM file up to which the attestation is verified
    assert       {rpId, credentialId?, pin?, publicKey?, up?}
                                                        verifies the signature with publicKey (COSE), else with the one
                                                        that credential management tells, and says where it came from
    next         {rpId, pin?}                           all assertions of a relying party, by getNextAssertion
    credentials  {pin}                                  all discoverable credentials
    delete       {pin, credentialId}
    min-pin      {pin?, length?, rpIds?, force?}        setMinPINLength
    always-uv    {pin?}                                 toggleAlwaysUv
    enterprise   {pin?}                                 enableEnterpriseAttestation
    select                                              waits for a touch
    reset                                               within ten seconds of its insertion
    steps        {steps: [{command, ...}]}              several of these, one after the other: {answers: [...]}

Each command may have {"protocol": 1 or 2}, the PIN protocol; by default the newest that both know. Keep-alives that arrived are
told as `waitedFor`.
"""
import argparse
import hashlib
import json
import os
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from fido2 import cbor
from fido2.attestation import AttestationVerifier
from fido2.cose import CoseKey
from fido2.ctap import CtapError
from fido2.ctap2 import ClientPin, Config, CredentialManagement, Ctap2
from fido2.ctap2.pin import PinProtocolV1, PinProtocolV2
from fido2.pcsc import CtapPcscDevice
from fido2.webauthn import AttestationObject

MC = ClientPin.PERMISSION.MAKE_CREDENTIAL
GA = ClientPin.PERMISSION.GET_ASSERTION
CM = ClientPin.PERMISSION.CREDENTIAL_MGMT
CFG = ClientPin.PERMISSION.AUTHENTICATOR_CFG


def encode(data):
    return urlsafe_b64encode(bytes(data)).decode().rstrip("=")


def decode(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def plain(value):
    """The same as JSON can have it."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (bytes, bytearray)):
        return encode(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


class Root(AttestationVerifier):
    """Trusts one root."""

    def __init__(self, path):
        super().__init__()
        with open(path, "rb") as file:
            self._root = x509.load_pem_x509_certificate(file.read()).public_bytes(Encoding.DER)

    def ca_lookup(self, result, auth_data):
        # Who attests with the credential's own key has no root.
        return self._root if result.trust_path else None


class Client:
    def __init__(self, device, order):
        self.order = order
        self.ctap = Ctap2(device, strict_cbor=True)
        protocol = {1: PinProtocolV1, 2: PinProtocolV2}.get(order.get("protocol"))
        self.pins = ClientPin(self.ctap, protocol() if protocol else None)
        self.waited = []

    def token(self, permission, rp_id=None):
        pin = self.order.get("pin")
        return None if pin is None else self.pins.get_pin_token(pin, permission, rp_id)

    def proof(self, token, message):
        if token is None:
            return {}
        protocol = self.pins.protocol
        return {
            "pin_uv_param": protocol.authenticate(token, message),
            "pin_uv_protocol": protocol.VERSION,
        }

    def keep_alive(self, status):
        self.waited.append(status.name)

    def info(self):
        info = self.ctap.get_info()
        return {
            "versions": info.versions,
            "extensions": info.extensions,
            "aaguid": str(info.aaguid),
            "options": info.options,
            "maxMsgSize": info.max_msg_size,
            "pinUvAuthProtocols": info.pin_uv_protocols,
            "maxCredentialCountInList": info.max_creds_in_list,
            "maxCredentialIdLength": info.max_cred_id_length,
            "transports": info.transports,
            "algorithms": info.algorithms,
            "forcePINChange": info.force_pin_change,
            "minPINLength": info.min_pin_length,
            "firmwareVersion": info.firmware_version,
            "remainingDiscoverableCredentials": info.remaining_disc_creds,
            "raw": {str(key): plain(value) for key, value in self.ctap.send_cbor(0x04).items()},
        }

    def retries(self):
        retries, power_cycle = self.pins.get_pin_retries()
        return {"retries": retries, "powerCycle": bool(power_cycle)}

    def set_pin(self):
        self.pins.set_pin(self.order["newPin"])
        return {}

    def change_pin(self):
        self.pins.change_pin(self.order["pin"], self.order["newPin"])
        return {}

    def check_pin(self):
        self.token(GA, self.order.get("rpId", "example.com"))
        return {}

    def make(self):
        order = self.order
        rp_id = order["rpId"]
        client_data_hash = os.urandom(32)
        user = {
            "id": decode(order["userId"]) if "userId" in order else os.urandom(16),
            "name": order.get("userName", "user@example.com"),
            "displayName": order.get("userName", "User"),
        }
        parameters = [{"type": "public-key", "alg": alg} for alg in order.get("algorithms", [-7])]
        exclude = [{"type": "public-key", "id": decode(one)} for one in order.get("exclude", [])]
        made = self.ctap.make_credential(
            client_data_hash,
            {"id": rp_id, "name": rp_id},
            user,
            parameters,
            exclude or None,
            order.get("extensions"),
            {"rk": True} if order.get("rk", True) else None,
            **self.proof(self.token(MC, rp_id), client_data_hash),
            enterprise_attestation=order.get("enterprise"),
            on_keepalive=self.keep_alive,
        )
        if "root" in order:
            attestation = AttestationObject.create(made.fmt, made.auth_data, made.att_stmt)
            Root(order["root"]).verify_attestation(attestation, client_data_hash)
        data = made.auth_data
        return {
            "credentialId": encode(data.credential_data.credential_id),
            "publicKey": encode(cbor.encode(dict(data.credential_data.public_key))),
            "aaguid": str(data.credential_data.aaguid),
            "flags": int(data.flags),
            "format": made.fmt,
            "certificates": len(made.att_stmt.get("x5c", [])),
            "extensions": plain(data.extensions or {}),
            "attestationVerified": "root" in order,
            "enterprise": bool(made.ep_att),
        }

    def key_of(self, rp_id, credential_id):
        """The public key that the authenticator tells, through credential management."""
        for found in self.all_credentials():
            if found["rpId"] == rp_id and found["credentialId"] == encode(credential_id):
                return decode(found["publicKey"])
        raise ValueError("The authenticator has no such discoverable credential.")

    def assert_(self):
        order = self.order
        rp_id = order["rpId"]
        wanted = decode(order["credentialId"]) if "credentialId" in order else None
        client_data_hash = os.urandom(32)
        got = self.ctap.get_assertion(
            rp_id,
            client_data_hash,
            [{"type": "public-key", "id": wanted}] if wanted else None,
            None,
            None if order.get("up", True) else {"up": False},
            **self.proof(self.token(GA, rp_id), client_data_hash),
            on_keepalive=self.keep_alive,
        )
        credential_id = got.credential["id"]
        if wanted is not None and credential_id != wanted:
            raise ValueError("The authenticator used another credential.")
        given = "publicKey" in order
        public_key = decode(order["publicKey"]) if given else self.key_of(rp_id, credential_id)
        got.verify(client_data_hash, CoseKey.parse(cbor.decode(public_key)))
        if got.auth_data.rp_id_hash != sha256(rp_id):
            raise ValueError("The assertion is for another relying party.")
        return {
            "verified": True,
            "credentialId": encode(credential_id),
            "flags": int(got.auth_data.flags),
            "userPresent": got.auth_data.is_user_present(),
            "userVerified": got.auth_data.is_user_verified(),
            "counter": got.auth_data.counter,
            "userId": encode(got.user["id"]) if got.user else None,
            "keyFrom": "order" if given else "authenticator",
        }

    def next(self):
        rp_id = self.order["rpId"]
        client_data_hash = os.urandom(32)
        proof = self.proof(self.token(GA, rp_id), client_data_hash)
        got = self.ctap.get_assertions(rp_id, client_data_hash, **proof)
        return {
            "credentialIds": [encode(one.credential["id"]) for one in got],
            "users": [plain(one.user) for one in got],
        }

    def management(self):
        return CredentialManagement(self.ctap, self.pins.protocol, self.token(CM))

    def all_credentials(self):
        found = []
        management = self.management()
        if management.get_metadata()[CredentialManagement.RESULT.EXISTING_CRED_COUNT] == 0:
            return found
        for rp in management.enumerate_rps():
            rp_id = rp[CredentialManagement.RESULT.RP]["id"]
            hash_ = rp[CredentialManagement.RESULT.RP_ID_HASH]
            for credential in management.enumerate_creds(hash_):
                found.append(
                    {
                        "rpId": rp_id,
                        "credentialId": encode(credential[CredentialManagement.RESULT.CREDENTIAL_ID]["id"]),
                        "userId": encode(credential[CredentialManagement.RESULT.USER]["id"]),
                        "userName": credential[CredentialManagement.RESULT.USER].get("name"),
                        "publicKey": encode(cbor.encode(credential[CredentialManagement.RESULT.PUBLIC_KEY])),
                        "credProtect": credential.get(CredentialManagement.RESULT.CRED_PROTECT),
                    }
                )
        return found

    def credentials(self):
        return {"credentials": self.all_credentials()}

    def delete(self):
        credential = {"type": "public-key", "id": decode(self.order["credentialId"])}
        self.management().delete_cred(credential)
        return {}

    def config(self):
        token = self.token(CFG)
        return Config(self.ctap, self.pins.protocol, token) if token else Config(self.ctap)

    def min_pin(self):
        order = self.order
        self.config().set_min_pin_length(order.get("length"), order.get("rpIds"), order.get("force", False))
        return {}

    def always_uv(self):
        self.config().toggle_always_uv()
        return {}

    def enterprise(self):
        self.config().enable_enterprise_attestation()
        return {}

    def select(self):
        self.ctap.selection(on_keepalive=self.keep_alive)
        return {}

    def reset(self):
        self.ctap.reset(on_keepalive=self.keep_alive)
        return {}


def sha256(text):
    return hashlib.sha256(text.encode()).digest()


COMMANDS = {
    "info": Client.info,
    "retries": Client.retries,
    "set-pin": Client.set_pin,
    "change-pin": Client.change_pin,
    "check-pin": Client.check_pin,
    "make": Client.make,
    "assert": Client.assert_,
    "next": Client.next,
    "credentials": Client.credentials,
    "delete": Client.delete,
    "min-pin": Client.min_pin,
    "always-uv": Client.always_uv,
    "enterprise": Client.enterprise,
    "select": Client.select,
    "reset": Client.reset,
}


def carry_out(device, command, order):
    try:
        client = Client(device, order)
        answer = COMMANDS[command](client)
        return {**answer, "waitedFor": client.waited} if client.waited else answer
    except CtapError as error:
        return {"error": getattr(error.code, "name", str(error.code))}
    except Exception as error:  # Its text could have what was in the order.
        return {"error": type(error).__name__}


def main():
    parser = argparse.ArgumentParser(description="A CTAP2 client over PC/SC; the order is JSON on standard input.")
    parser.add_argument("--reader", default="", help="a part of the reader's name")
    parser.add_argument("command", choices=[*COMMANDS, "steps"])
    arguments = parser.parse_args()
    order = json.loads(sys.stdin.read() or "{}")
    device = next(CtapPcscDevice.list_devices(arguments.reader), None)
    if device is None:
        print(json.dumps({"error": "NO_DEVICE"}))
        return 1
    try:
        if arguments.command == "steps":
            answer = {"answers": [carry_out(device, step["command"], step) for step in order["steps"]]}
        else:
            answer = carry_out(device, arguments.command, order)
        print(json.dumps(answer))
        return 1 if "error" in answer else 0
    finally:
        device.close()


if __name__ == "__main__":
    sys.exit(main())
