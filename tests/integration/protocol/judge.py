"""Judges docs/protocol.vectors.json by the rules of docs/protocol.md, and prints what becomes of each vector as JSON.

    /usr/bin/python3 judge.py          {"steps": {"two commands": {"accepted": …}, …}, …}
    /usr/bin/python3 judge.py make     what this implementation signs and seals, for the other one to judge
"""
import json
import re
import sys

from jwcrypto.common import base64url_encode

from reference import (
    DOCS,
    Refused,
    digest,
    key_proof_message,
    open_escrow,
    read_signed,
    require,
    seal,
    session_id,
    sign,
    step_methods,
    unseal,
    valid,
)

VECTORS = json.loads((DOCS / "protocol.vectors.json").read_text("utf-8"))
SCENE, KEYS = VECTORS["scene"], VECTORS["keys"]
STEP_METHODS = step_methods()


def parse(schema, payload):
    """The rule `content`: JSON in UTF-8, with the members of the schema and no others."""
    try:
        value = json.loads(payload.decode("utf-8"))
    except ValueError as error:
        raise Refused("content") from error
    require(valid(schema, value), "content")
    return value


def facts(card):
    return {**card, "certificates": sorted(card["certificates"])}


class Host:
    """A host of the scene, which holds its device open."""

    def __init__(self):
        self.seen = {}

    def admit(self, jws):
        require(valid("step.run params", {"jws": jws}), "INVALID_PARAMS")
        step = parse("stepPayload", read_signed("cardwright-step", jws, KEYS["cms"]))
        require(step["origin"] == SCENE["origin"], "origin")
        require(step["session"] == session_id(KEYS["private"]["host"]), "session")
        require(step["expires"] > SCENE["now"], "expired")
        require(step["device"] == SCENE["device"], "device")
        require(facts(step["card"]) == facts(SCENE["card"]), "card")
        require(step["number"] > self.seen.get(step["operation"], -1), "order")
        require(all(command["method"] in STEP_METHODS for command in step["commands"]), "content")
        for command in step["commands"]:
            require(valid(f"{command['method']} params", command["params"]), "INVALID_PARAMS")
        self.seen[step["operation"]] = step["number"]
        return step


class Window:
    """A window of the scene, prepared for one secret."""

    def __init__(self):
        self.waiting = {SCENE["display"]}

    def show(self, jws):
        require(valid("secret.display params", {"jws": jws}), "INVALID_PARAMS")
        shown = parse("displayPayload", read_signed("cardwright-display", jws, KEYS["cms"]))
        is_waited_for = shown["display"] in self.waiting and shown["origin"] == SCENE["origin"]
        require(is_waited_for and shown["expires"] > SCENE["now"], "binding")
        self.waiting.remove(shown["display"])
        context = {
            "origin": SCENE["origin"],
            "operation": None,
            "device": shown["device"],
            "session": shown["display"],
            "purpose": "display",
        }
        try:
            secret = unseal(shown["sealed"], KEYS["private"]["window"], context).decode("ascii")
        except Refused as refusal:
            raise Refused("sealed") from refusal
        require(re.fullmatch(r"[0-9A-Za-z]{4,8}", secret), "secret")
        return secret


def outcome(judge):
    try:
        return {"accepted": judge()}
    except Refused as refusal:
        return {"refused": str(refusal)}


def in_turn(vectors, vector, make, act):
    """Gives a vector to a new receiver that has taken those of `after`."""
    receiver = make()
    by_name = {one["name"]: one["jws"] for one in vectors}
    for earlier in vector["after"]:
        act(receiver, by_name[earlier])
    return outcome(lambda: act(receiver, vector["jws"]))


def judge_all():
    steps, displays = VECTORS["steps"], VECTORS["displays"]
    host, cms = KEYS["private"]["host"], KEYS["private"]["cmsSealing"]
    return {
        "steps": {one["name"]: in_turn(steps, one, Host, Host.admit) for one in steps},
        "displays": {one["name"]: in_turn(displays, one, Window, Window.show) for one in displays},
        "sealed": {
            one["name"]: outcome(lambda: unseal(one["jwe"], host, one["context"]).decode("utf-8"))
            for one in VECTORS["sealed"]
        },
        "escrows": {
            one["name"]: outcome(lambda: open_escrow(one["result"], cms, one["context"])) for one in VECTORS["escrows"]
        },
        "sessionIds": {one["name"]: session_id(one["key"]) for one in VECTORS["sessionIds"]},
        "keyProofs": {
            one["name"]: base64url_encode(key_proof_message(one["challenge"])) for one in VECTORS["keyProofs"]
        },
    }


def make():
    """What another implementation makes: a step and a display as a CMS, a secret as a window, an escrow as a host."""
    step, display = VECTORS["steps"][0]["expected"]["accepted"], VECTORS["displays"][0]
    secret, escrow = VECTORS["sealed"][0], VECTORS["escrows"][0]
    kid = KEYS["cms"]["keys"][1]["kid"]
    shown = parse("displayPayload", read_signed("cardwright-display", display["jws"], KEYS["cms"]))
    sealing = next(key for key in KEYS["cms"]["keys"] if key["use"] == "enc")
    sealed_escrow = seal(json.dumps(escrow["expected"]["accepted"]), sealing, escrow["context"])
    return {
        "step": sign("cardwright-step", step, KEYS["private"]["cmsSigning"], kid),
        "display": sign("cardwright-display", shown, KEYS["private"]["cmsSigning"], kid),
        "sealed": seal(secret["expected"]["accepted"], KEYS["private"]["host"], secret["context"]),
        "escrow": {"escrow": sealed_escrow, "digest": digest(sealed_escrow)},
    }


print(json.dumps(make() if sys.argv[1:] == ["make"] else judge_all()))
