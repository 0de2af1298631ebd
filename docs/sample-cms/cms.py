"""A CMS in Python, written from docs/protocol.md and the JSON files beside it: it issues YubiKeys, and resumes what was interrupted.

    /usr/bin/python3 cms.py STATE PORT ROOT...     STATE: a file that it makes; ROOT: PEM files of the vendor's attestation roots

It needs python3-jwcrypto (Debian), and serves http://127.0.0.1:PORT, but no page. It is an example. A real CMS differs:
- Its keys are in an HSM or sealed by a key service. Here they are in STATE, which only its owner can read (mode 600).
- It has a database and serves many at once. Here the state is written whole for each request, and one request runs at a time.
- It knows its users by a login. Here the cookie `user` is believed, so nobody else may reach the port.
- It revokes certificates, publishes a CRL, limits how often anything is tried, and writes an audit log.
- It issues other cards too, and writes CHUID and CCC, without which some programs do not see a card.
"""
import datetime
import hashlib
import json
import os
import re
import secrets
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, serialization as form
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.x509.oid import AttributeOID, ExtendedKeyUsageOID, NameOID
from jwcrypto.common import JWException, base64url_decode as decoded, base64url_encode as encoded
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from json_schema import is_valid

STATE, PORT, DOCS = Path(sys.argv[1]), int(sys.argv[2]), Path(__file__).resolve().parents[1]
ORIGIN = f"http://127.0.0.1:{PORT}"
SCHEMAS = json.loads((DOCS / "protocol.schema.json").read_text("utf-8"))["$defs"]
ERRORS = json.loads((DOCS / "protocol.errors.json").read_text("utf-8"))
ROOTS = [x509.load_pem_x509_certificate(Path(name).read_bytes()) for name in sys.argv[3:]]
FACTORY_PUK, FACTORY_KEY = "12345678", bytes.fromhex("010203040506070801020304050607080102030405060708")
PIN_RULES = {"minLength": 6, "maxLength": 8, "digitsOnly": True, "forbidTrivial": True}
PROOF_KEY = {"slot": "9E", "algorithm": "P-256", "pinPolicy": "never", "touchPolicy": "never"}
LOGIN_KEY = {"slot": "9A", "algorithm": "P-256", "pinPolicy": "once", "touchPolicy": "never"}
STEPS = ("authenticate", "prepare", "keys", "certificates", "pin")
TEXTS = ("Recognising the device", "Preparing the device", "Making your key", "Writing your certificate", "Choose a PIN")
UNREADABLE = (JWException, InvalidSignature, x509.ExtensionNotFound, ValueError, TypeError, KeyError, StopIteration)


class Refused(Exception):
    def __init__(self, code, **details):
        self.status, number, message = (ERRORS[code][name] for name in ("status", "number", "message"))
        self.wire = {"code": number, "message": message, "data": {"name": code, "details": details}}


def demand(holds, code, **details):
    if not holds:
        raise Refused(code, **details)


class Cms:
    """Answers one request. The caller reads `state` before the request, and stores it before the answer is sent."""

    def __init__(self, state, user):
        self.keys, self.devices, self.operations, self.user = state["keys"], state["devices"], state["operations"], user

    def answer(self, path, body):
        found = re.fullmatch(r"operations/([\w-]{8,64})/(results|cancel)", path)
        name = f"operations/{{id}}/{found[2]}" if found else path
        demand(found or name in ("operations", "devices/eligibility"), "METHOD_NOT_FOUND")
        demand(is_valid(SCHEMAS[f"POST {name} request"], body, SCHEMAS), "INVALID_PARAMS", path="", problem="not as in the schema")
        if found:
            op = self.operations.get(found[1])
            demand(op and op["owner"] == self.user, "OPERATION_NOT_FOUND")
            return self.results(op, body) if found[2] == "results" else self.cancel(op, body.get("session"))
        demand(body["kind"] == "issue", "INVALID_PARAMS", path="kind", problem="expected issue")
        if name == "operations":
            return self.start(body["device"], body["host"]["key"])
        return {"devices": [dict(zip(("device", "action", "reason"), (one["id"], *self.judge(one)))) for one in body["devices"]]}

    def judge(self, device):
        """Returns the verdict on a device. What the device says about itself is a claim until the card has proved it."""
        row, has = self.devices.get(device["serial"]), device["capabilities"] or {}
        facts = [device[name] for name in ("managementKey", "puk", "pin")]
        is_known = device["model"] == "yubikey" and device["serial"] is not None and None not in facts
        if not is_known or not all(has.get(name) for name in ("metadata", "attestation", "changeManagementKey")):
            return None, "This CMS doesn't issue this device."
        if row and (row["owner"] != self.user or row["state"] == "active"):
            return None, "This device is in use."
        if (device["puk"]["retriesLeft"] or 0) < 2 or row and row["isPukUnknown"]:
            return None, "The PUK of this device can't be used."
        if row:
            return "continue", "Its setup was interrupted."
        is_used = device["certificates"] or not all(fact["isDefault"] for fact in facts)
        return (None, "This device was used before.") if is_used else ("start", None)

    def start(self, device, key):
        """Starts or resumes. The card has the escrow's management key, or the factory key; then nothing of ours is on it."""
        action, reason = self.judge(device)
        demand(action, "DEVICE_NOT_ELIGIBLE", reason=reason)
        mine = {"owner": self.user, "serial": device["serial"]}
        running = (op for op in self.operations.values() if mine.items() <= op.items() and op["answer"]["state"] == "running")
        op, row = next(running, {**mine, "id": secrets.token_hex(16), "number": 0}), self.devices.get(device["serial"])
        resumes = row is not None and not device["managementKey"]["isDefault"]
        op |= {"device": device["id"], "host": key, "session": JWK(**key).thumbprint(), "at": 0, "heard": None, "resumes": resumes}
        op |= {"card": {name: device[name] for name in ("model", "serial", "guid", "certificates")}, "hasOurKey": resumes}
        op |= {"algorithm": device["managementKey"]["algorithm"], "hasFactoryPuk": device["puk"]["isDefault"]}
        self.operations[op["id"]] = op
        if row and row["state"] == "failed":
            row["state"] = "producing"
        return self.send(op)

    def results(self, op, body):
        heard, outcomes = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest(), body["outcomes"]
        if op["heard"] == heard:
            return op["answer"]
        demand(body["step"] == op["number"], "OPERATION_MOVED")
        demand(op["answer"]["step"], "OPERATION_NOT_FOUND")
        error = outcomes[-1].get("error") if outcomes else None
        ordered = op["methods"][: len(outcomes)] if error else op["methods"]
        results = {one["method"]: one["result"] for one in outcomes if "result" in one}
        is_whole = [one["method"] for one in outcomes] == ordered and len(results) == len(ordered) - bool(error)
        is_right = is_whole and all(is_valid(SCHEMAS[f"{method} result"], result, SCHEMAS) for method, result in results.items())
        demand(is_right, "INVALID_PARAMS", path="outcomes", problem="expected those of the step")
        op["heard"] = heard
        try:
            if error:
                return self.rest_or_fail(op, error)
            self.read(op, results)
        except Refused as refused:
            return self.rest_or_fail(op, refused.wire)
        except UNREADABLE:
            return self.rest_or_fail(op, Refused("OPERATION_FAILED", reason="A proof can't be read, or doesn't hold.").wire)
        op["at"] += 1
        return self.send(op) if op["at"] < len(STEPS) else self.tell(op, "done")

    def rest_or_fail(self, op, error):
        name, row = error["data"]["name"], self.devices.get(op["serial"])
        is_at_pin = STEPS[op["at"]] == "pin" and name in ("USER_CANCELLED", "USER_TIMEOUT")
        if is_at_pin or ERRORS.get(name, ERRORS["INTERNAL"])["inStep"] == "interrupt":
            return self.tell(op, "running", error=error)
        if row:
            row["state"] = "failed" if row["state"] == "producing" else row["state"]
            row["isPukUnknown"] = name == "PUK_INCORRECT"
        return self.tell(op, "failed", error=error)

    def cancel(self, op, session):
        is_running = op["answer"]["state"] == "running"
        demand(not is_running or session in (None, op["session"]), "OPERATION_MOVED")
        return self.tell(op, "cancelled") if is_running else op["answer"]

    def send(self, op):
        commands = [{"method": method, "params": params} for method, params in self.commands(op, self.devices.get(op["serial"]))]
        op["number"], op["methods"] = op["number"] + 1, [command["method"] for command in commands]
        expires = int(datetime.datetime.now().timestamp()) + 300
        bound = {name: value for name, value in self.context(op, None).items() if name != "purpose"}
        jws = JWS(json.dumps({**bound, "card": op["card"], "number": op["number"], "expires": expires, "commands": commands}))
        jws.add_signature(JWK(**self.keys["sign"]), None, json.dumps({"alg": "ES256", "typ": "cardwright-step", "kid": "sign"}))
        return self.tell(op, "running", step={"number": op["number"], "jws": jws.serialize(compact=True)})

    def tell(self, op, state, step=None, error=None):
        at, row = min(op["at"], len(STEPS) - 1), self.devices.get(op["serial"])
        told = {"operation": op["id"], "state": state, "phase": {"name": STEPS[at], "text": TEXTS[at]}, "progress": 20 * op["at"]}
        op["answer"] = {**told, "step": step, "error": error, "deviceState": row and row["state"]}
        return op["answer"]

    def commands(self, op, row):
        """Returns the commands of the next step."""
        op["challenge"], witness = encoded(secrets.token_bytes(32)), ("managementKey.getChallenge", {"algorithm": op["algorithm"]})
        match STEPS[op["at"]]:
            case "authenticate":
                return [witness]
            case "prepare":
                prove = ("key.prove", {**PROOF_KEY, "challenge": op["challenge"]})
                prepare = ("credentials.prepare", {"managementKey": op["algorithm"], "pinLength": 6})
                return [self.authenticate(op), prove] + ([] if op["resumes"] else [prepare])
            case "keys":
                digest, ours = row["escrow"]["digest"], self.open(row["escrow"])
                kept = {name: self.seal(op, name, ours[name]) for name in ("puk", "pin")}
                puk = {"puk": self.seal(op, "puk", FACTORY_PUK if op["hasFactoryPuk"] else ours["puk"])}
                restore = [("credentials.restore", {"digest": digest, "secrets": kept})] if op["resumes"] else []
                request = {"slot": "9A", "commonName": op["owner"], "challenge": op["challenge"], "secrets": {"pin": {"source": "session"}}}
                keys = [("key.generate", LOGIN_KEY), ("key.attest", {"slot": "9A"}), ("csr.create", request)]
                made = [*restore, ("credentials.apply", {"digest": digest, "secrets": puk}), *([] if row["certificate"] else keys)]
                return made if op["resumes"] else [*made, witness]
            case "certificates":
                write = ("certificate.write", {"slot": "9A", "certificate": row["certificate"]})
                return ([] if op["resumes"] else [self.authenticate(op)]) + [write, ("certificate.read", {"slot": "9A"})]
            case "pin":
                return [("pin.change", {"rules": PIN_RULES, "secrets": {"pin": {"source": "session"}, "newPin": {"source": "user"}}})]

    def read(self, op, results):
        """Applies the results of a step, but only if all of its commands succeeded."""
        row = self.devices.get(op["serial"])
        if shown := results.get("managementKey.authenticate"):
            expected = self.cipher(op).encryptor().update(decoded(op["block"]))
            demand(decoded(shown["cardResponse"]) == expected, "MANAGEMENT_KEY_REFUSED", next=None)
        if asked := results.get("managementKey.getChallenge"):
            op["witness"] = asked["witness"]
        match STEPS[op["at"]]:
            case "prepare":
                proof, message = results["key.prove"], b"cardwright key.prove 1\0" + decoded(op["challenge"])
                key = self.attested(op, PROOF_KEY, proof["publicKey"], proof["attestation"])
                key.verify(decoded(proof["signature"]), message, ec.ECDSA(hashes.SHA256()))
                if prepared := results.get("credentials.prepare"):
                    # This replaces an earlier escrow: the card has just proved the factory key, so nothing of that escrow is on it.
                    demand(not row or row["owner"] == op["owner"], "DEVICE_NOT_ELIGIBLE", reason="This device is in use.")
                    escrow = {"jwe": prepared["escrow"], "digest": prepared["digest"], "context": self.context(op, "escrow")}
                    self.open(escrow)
                    new = {"owner": op["owner"], "state": "producing", "escrow": escrow, "certificate": None, "isPukUnknown": False}
                    self.devices[op["serial"]] = new
            case "keys":
                if request := results.get("csr.create"):
                    key = self.attested(op, LOGIN_KEY, results["key.generate"]["publicKey"], results["key.attest"]["attestation"])
                    csr = x509.load_der_x509_csr(decoded(request["request"]))
                    challenge = csr.attributes.get_attribute_for_oid(AttributeOID.CHALLENGE_PASSWORD).value.decode()
                    holds = csr.is_signature_valid and csr.public_key() == key and challenge == op["challenge"]
                    demand(holds, "CERTIFICATE_INVALID")
                    row["certificate"] = self.certify(op["owner"], key)
                op["hasOurKey"] = True
            case "certificates":
                demand(results["certificate.read"]["certificate"] == row["certificate"], "READ_BACK_MISMATCH", object="9A")
                row["state"] = "pending"
            case "pin":
                row["state"] = "active"

    def context(self, op, purpose):
        return {"origin": ORIGIN, "operation": op["id"], "device": op["device"], "session": op["session"], "purpose": purpose}

    def seal(self, op, purpose, secret):
        header = {"alg": "ECDH-ES", "enc": "A256GCM", "cardwright": self.context(op, purpose)}
        jwe = JWE(secret, protected=json.dumps(header), recipient=JWK(**op["host"]))
        return {"source": "cms", "sealed": jwe.serialize(compact=True)}

    def open(self, escrow):
        jwe, digest = JWE(), encoded(hashlib.sha256(escrow["jwe"].encode()).digest())
        jwe.allowed_algs = ["ECDH-ES", "A256GCM"]
        jwe.deserialize(escrow["jwe"], JWK(**self.keys["seal"]))
        is_bound = json.loads(jwe.objects["protected"])["cardwright"] == escrow["context"] and digest == escrow["digest"]
        demand(is_bound and is_valid(SCHEMAS["escrowContent"], json.loads(jwe.payload), SCHEMAS), "SECRET_REFUSED")
        return json.loads(jwe.payload)

    def cipher(self, op):
        """Returns the cipher with the management key that the card should have: the escrow's, or the factory's."""
        key = decoded(self.open(self.devices[op["serial"]]["escrow"])["managementKey"]["key"]) if op["hasOurKey"] else FACTORY_KEY
        return Cipher(TripleDES(key) if op["algorithm"] == "3DES" else algorithms.AES(key), modes.ECB())

    def authenticate(self, op):
        response = self.cipher(op).decryptor().update(decoded(op["witness"]))
        op["block"] = encoded(secrets.token_bytes(len(response)))
        answer = {"algorithm": op["algorithm"], "response": encoded(response), "challenge": op["block"], "nextAlgorithm": None}
        return "managementKey.authenticate", answer

    def attested(self, op, ordered, public_key, attestation):
        """Returns the key, if its vendor attests that this device generated it as ordered."""
        demand(attestation, "ATTESTATION_MISSING", reason="attestation-missing")
        leaf, f9 = (x509.load_der_x509_certificate(decoded(attestation[name])) for name in ("certificate", "intermediate"))
        leaf.verify_directly_issued_by(f9)
        f9.verify_directly_issued_by(next(root for root in ROOTS if root.subject == f9.issuer))
        facts = {one.oid.dotted_string.removeprefix("1.3.6.1.4.1.41482.3."): one.value for one in leaf.extensions}
        told = (int.from_bytes(facts["7"].value[2:]), *facts["8"].value, leaf.subject.rfc4514_string().upper())
        pin_policy = {"never": 1, "once": 2}[ordered["pinPolicy"]]
        is_right = told == (int(op["serial"]), pin_policy, 1, f"CN=YUBIKEY PIV ATTESTATION {ordered['slot']}")
        is_same = leaf.public_key() == form.load_der_public_key(decoded(public_key))
        demand(is_right and is_same, "ATTESTATION_CONTRADICTS", reason="attested-facts-differ")
        return leaf.public_key()

    def certify(self, owner, key):
        issuer, subject = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Sample CMS", owner))
        now, year = datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(days=365)
        builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number(), now, now + year)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        authority = JWK(**self.keys["authority"]).get_op_key("sign")
        return encoded(builder.sign(authority, hashes.SHA256()).public_bytes(form.Encoding.DER))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        keys, names = json.loads(STATE.read_text())["keys"], (("sign", "sig", "ES256"), ("seal", "enc", "ECDH-ES"))
        public = [{**JWK(**keys[kid]).export_public(as_dict=True), "kid": kid, "use": use, "alg": alg} for kid, use, alg in names]
        self.send(200 if self.path == "/.well-known/cardwright" else 404, {"keys": public})

    def do_POST(self):
        try:
            demand(self.headers["origin"] == ORIGIN and self.headers["content-type"] == "application/json", "FORBIDDEN")
            user = re.fullmatch(r"user=(\w{1,40})", self.headers["cookie"] or "")
            demand(user, "LOGIN_REQUIRED", fresh=False)
            length, state = int(self.headers["content-length"] or 0), json.loads(STATE.read_text())
            demand(length <= 1_000_000, "MESSAGE_TOO_LARGE")
            answer = Cms(state, user[1]).answer(self.path.removeprefix("/api/"), json.loads(self.rfile.read(length)))
            store(state)
            self.send(200, answer)
        except json.JSONDecodeError:
            self.send(400, {"error": Refused("INVALID_MESSAGE").wire})
        except Refused as refused:
            self.send(refused.status, {"error": refused.wire})

    def send(self, status, value):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        if self.command == "GET":
            self.send_header("access-control-allow-origin", "*")
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())


def store(state):
    """Writes the state atomically. Call it before the answer is sent."""
    with STATE.with_suffix(".new").open("w") as file:
        json.dump(state, file)
        file.flush()
        os.fsync(file.fileno())
    STATE.with_suffix(".new").replace(STATE)


os.umask(0o077)
if not STATE.exists():
    own = {name: JWK.generate(kty="EC", crv="P-256").export(as_dict=True) for name in ("sign", "seal", "authority")}
    store({"keys": own, "devices": {}, "operations": {}})
server = HTTPServer(("127.0.0.1", PORT), Handler)
print(f"serving {ORIGIN}", flush=True)
server.serve_forever()
