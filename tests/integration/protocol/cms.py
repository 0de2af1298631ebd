"""A CMS in Python, written from docs/protocol.md: it has a card's escrow prepared, opens it, and verifies the PIN that the card has.

    /usr/bin/python3 cms.py PIN        prints its address, then serves until it is ended
"""
import hashlib
import json
import re
import sys
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from jwcrypto.jwk import JWK

from reference import Refused, open_escrow, seal, session_id, sign, valid, wire_error

LOGIN = "session=alice"
STATUS = {"INVALID_PARAMS": 400, "LOGIN_REQUIRED": 401, "FORBIDDEN": 403, "METHOD_NOT_FOUND": 404, "OPERATION_NOT_FOUND": 404}
OTHER_STATUS = 409
DETAILS = {"LOGIN_REQUIRED": {"fresh": False}}


def demand(holds, code):
    if not holds:
        raise Refused(code)


class Cms:
    def __init__(self, origin, pin):
        self.origin, self.pin, self.operations = origin, pin, {}
        self.signing, self.sealing = (JWK.generate(kty="EC", crv="P-256") for _ in range(2))
        self.key_set = {
            "keys": [
                {**self.signing.export_public(as_dict=True), "kid": "sign-1", "use": "sig", "alg": "ES256"},
                {**self.sealing.export_public(as_dict=True), "kid": "seal-1", "use": "enc", "alg": "ECDH-ES"},
            ]
        }

    def answer(self, path, body):
        schema, operation = self.route(path)
        demand(valid(f"POST {schema} request", body), "INVALID_PARAMS")
        if schema == "devices/eligibility":
            demand(body["kind"] == "check-pin", "INVALID_PARAMS")
            return {"devices": [{"device": one["id"], "action": "start", "reason": None} for one in body["devices"]]}
        if schema == "operations":
            return self.start(body)
        demand(operation is not None, "OPERATION_NOT_FOUND")
        return self.results(operation, body) if schema.endswith("results") else self.cancel(operation, body)

    def route(self, path):
        found = re.fullmatch(r"operations/([\w-]{8,64})/(results|cancel)", path)
        if found:
            return f"operations/{{id}}/{found[2]}", self.operations.get(found[1])
        demand(path in ("devices/eligibility", "operations"), "METHOD_NOT_FOUND")
        return path, None

    def start(self, body):
        demand(body["kind"] == "check-pin", "INVALID_PARAMS")
        device = body["device"]
        operation = {"id": str(uuid.uuid4()), "device": device["id"], "key": body["host"]["key"], "number": 0, "seen": None}
        operation["card"] = {name: device[name] for name in ("model", "serial", "guid", "certificates")}
        self.operations[operation["id"]] = operation
        prepare = {"managementKey": None, "pinLength": 6}
        commands = [("pin.getStatus", {}), ("credentials.prepare", prepare)]
        return self.step(operation, ("prepare", "Preparing", 10), commands)

    def results(self, operation, body):
        seen = hashlib.sha256(json.dumps([body["step"], body["outcomes"]], sort_keys=True).encode()).hexdigest()
        if operation["seen"] == seen:
            return operation["answer"]
        demand(body["step"] == operation["number"], "OPERATION_MOVED")
        demand(operation["answer"]["state"] == "running", "OPERATION_NOT_FOUND")
        operation["seen"] = seen
        last = body["outcomes"][-1]
        if "error" in last:
            return self.end(operation, "failed", last["error"])
        if operation["number"] == 2:
            return self.end(operation, "done", None)
        try:
            open_escrow(last["result"], self.sealing.export(as_dict=True), self.context(operation, "escrow"))
        except Refused:
            return self.end(operation, "failed", wire_error("SECRET_REFUSED"))
        sealed = seal(self.pin, operation["key"], self.context(operation, "pin"))
        verify = {"secrets": {"pin": {"source": "cms", "sealed": sealed}}}
        return self.step(operation, ("verify", "Verifying", 60), [("pin.verify", verify)])

    def cancel(self, operation, body):
        if operation["answer"]["state"] != "running":
            return operation["answer"]
        demand(body.get("session") in (None, session_id(operation["key"])), "OPERATION_MOVED")
        return self.end(operation, "cancelled", None)

    def context(self, operation, purpose):
        bound = {"origin": self.origin, "operation": operation["id"], "device": operation["device"]}
        return {**bound, "session": session_id(operation["key"]), "purpose": purpose}

    def step(self, operation, phase, commands):
        operation["number"] += 1
        payload = {
            **{name: value for name, value in self.context(operation, None).items() if name != "purpose"},
            "number": operation["number"],
            "card": operation["card"],
            "expires": int(time.time()) + 300,
            "commands": [{"method": method, "params": params} for method, params in commands],
        }
        jws = sign("cardwright-step", payload, self.signing.export(as_dict=True), "sign-1")
        return self.tell(operation, "running", phase, {"number": operation["number"], "jws": jws}, None)

    def end(self, operation, state, error):
        return self.tell(operation, state, ("finished", "Finished", 100), None, error)

    def tell(self, operation, state, phase, step, error):
        name, text, progress = phase
        answer = {"operation": operation["id"], "state": state, "phase": {"name": name, "text": text}}
        operation["answer"] = {**answer, "progress": progress, "step": step, "error": error, "deviceState": None}
        return operation["answer"]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send(200, cms.key_set)

    def do_POST(self):
        try:
            own = self.headers["origin"] == cms.origin and self.headers["content-type"] == "application/json"
            demand(own, "FORBIDDEN")
            demand(self.headers["cookie"] == LOGIN, "LOGIN_REQUIRED")
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.send(200, cms.answer(self.path.removeprefix("/api/"), body))
        except Refused as code:
            self.send(STATUS.get(str(code), OTHER_STATUS), {"error": wire_error(str(code), DETAILS.get(str(code)))})

    def send(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", len(body))
        if self.command == "GET":
            self.send_header("access-control-allow-origin", "*")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
cms = Cms(f"http://127.0.0.1:{server.server_port}", sys.argv[1])
print(cms.origin, flush=True)
server.serve_forever()
