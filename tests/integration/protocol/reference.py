"""What docs/protocol.md says of signatures and sealing, with jwcrypto for the cryptography. Nothing here is Cardwright's own code."""
import hashlib
import json
import re
import sys
from pathlib import Path

from jwcrypto.common import JWException, base64url_decode, base64url_encode, json_encode
from jwcrypto.jwe import JWE
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

DOCS = Path(__file__).resolve().parents[3] / "docs"
sys.path.append(str(DOCS / "sample-cms"))
from json_schema import is_valid  # noqa: E402

SCHEMAS = json.loads((DOCS / "protocol.schema.json").read_text("utf-8"))["$defs"]
REFERENCE = (DOCS / "protocol.md").read_text("utf-8")
SIGNATURE = "ES256"
AGREEMENT, ENCRYPTION = "ECDH-ES", "A256GCM"


class Refused(Exception):
    """Carries the rule that does not hold."""


def require(holds, rule):
    if not holds:
        raise Refused(rule)


def valid(name, value):
    """Whether a value is what the JSON Schema of this name says."""
    return is_valid(SCHEMAS[name], value, SCHEMAS)


def step_methods():
    """The commands that may come in a step, from the table of the chapter Commands."""
    rows = re.findall(r"^\| \[`([\w.]+)`\]\(#\w+\) \| [^|]* \| [^|]* \| ([^|]*) \|", REFERENCE, re.MULTILINE)
    return {method for method, comes in rows if "in a step" in comes}


def session_id(key):
    """RFC 7638, by jwcrypto."""
    return JWK(**{name: key[name] for name in ("kty", "crv", "x", "y")}).thumbprint()


def key_proof_message(challenge):
    return b"cardwright key.prove 1\0" + base64url_decode(challenge)


def sign(typ, payload, key, kid):
    jws = JWS(json.dumps(payload))
    jws.add_signature(JWK(**key), None, json_encode({"alg": SIGNATURE, "typ": typ, "kid": kid}))
    return jws.serialize(compact=True)


def read_signed(typ, compact, key_set):
    """The chapter Signed steps, rule `signature`. Returns the payload's bytes."""
    try:
        header = json.loads(base64url_decode(compact.split(".")[0]))
        require(header.get("alg") == SIGNATURE and header.get("typ") == typ, "signature")
        keys = [key for key in key_set["keys"] if key.get("use") == "sig" and header.get("kid") in (None, key.get("kid"))]
        require(len(keys) == 1, "signature")
        jws = JWS()
        jws.allowed_algs = [SIGNATURE]
        jws.deserialize(compact, JWK(**keys[0]))
        return jws.payload
    except (JWException, ValueError) as error:
        raise Refused("signature") from error


def seal(plaintext, key, context):
    header = {"alg": AGREEMENT, "enc": ENCRYPTION, "cardwright": context}
    public = JWK(**{name: key[name] for name in ("kty", "crv", "x", "y")})
    return JWE(plaintext, protected=json_encode(header), recipient=public).serialize(compact=True)


def unseal(compact, key, context):
    """The chapter Sealed secrets, How a receiver opens it."""
    header = json.loads(base64url_decode(compact.split(".")[0]))
    require(header.get("alg") == AGREEMENT and header.get("enc") == ENCRYPTION, "algorithm")
    try:
        jwe = JWE()
        jwe.allowed_algs = [AGREEMENT, ENCRYPTION]
        jwe.deserialize(compact, JWK(**key))
    except (JWException, ValueError) as error:
        raise Refused("decryption") from error
    require(valid("SealContext", header.get("cardwright")) and header["cardwright"] == context, "context")
    return jwe.payload


def digest(escrow):
    return base64url_encode(hashlib.sha256(escrow.encode("ascii")).digest())


def open_escrow(result, key, context):
    """The chapter Sealed secrets, Escrow: what `credentials.prepare` answered."""
    require(digest(result["escrow"]) == result["digest"], "digest")
    content = json.loads(unseal(result["escrow"], key, context))
    require(valid("escrowContent", content), "content")
    return content
