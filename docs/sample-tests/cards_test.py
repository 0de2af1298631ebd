"""Tests a portal with virtual cards: PORTAL=http://localhost:8080 python3 cards_test.py"""

import json
import os
import shlex
import subprocess
import unittest

PORTAL = os.environ.get("PORTAL", "http://localhost:8080")
SIMULATOR = os.environ.get("SIMULATOR", "npx cardwright-simulator")
PIN = "739154"


class Simulator:
    """The simulator in a process of its own. It ends with its input."""

    def __init__(self):
        command = [*shlex.split(SIMULATOR), "--headless", "--stdio", "--portal", PORTAL]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.requests = 0

    def __call__(self, order, **parameters):
        self.requests += 1
        request = {"jsonrpc": "2.0", "id": self.requests, "method": order, "params": parameters}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise AssertionError(f"{order}: {answer['error']['message']}")
        return answer["result"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


class Cards(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.simulator = Simulator()
        cls.addClassCleanup(cls.simulator.close)

    def setUp(self):
        self.do = self.simulator
        self.do("open", url=PORTAL)
        self.do("wait", selector="cardwright-add-device:defined")

    def tearDown(self):
        self.do("screenshot", file=f"{self._testMethodName}.png")

    def test_1_a_new_card_is_issued(self):
        self.do("insert", card="yubikey", name="ada")
        self.do("click", selector="[data-opens=cardwright-add-device]")
        self.do("press", window="consent", button="allow")
        self.do("enter", newPin=PIN)
        self.do("wait", selector="cardwright-dialog[data-pane=ready]")
        card = self.do("card", name="ada")["facts"]
        self.assertTrue(card["slots"]["9A"]["certificate"])
        self.assertFalse(card["pin"]["isFactory"])

    def test_2_a_card_that_was_pulled_is_finished(self):
        self.do("insert", card="yubikey", name="bob")
        self.do("pull-at-step", step=4)
        self.do("click", selector="[data-opens=cardwright-add-device]")
        self.do("wait", selector=".code", text="CARD_REMOVED")
        before = self.do("card", name="bob")["facts"]
        self.do("insert", card="bob")
        self.do("click", selector="#retry")
        self.do("enter", newPin=PIN)
        self.do("wait", selector="cardwright-dialog[data-pane=ready]")
        after = self.do("card", name="bob")["facts"]
        self.assertEqual(after["guid"], before["guid"])
        self.assertEqual([after["pin"]["triesLeft"], after["puk"]["triesLeft"]], [3, 3])

    def test_3_a_user_without_a_reader_is_told_so(self):
        self.addCleanup(self.do, "restore")
        self.do("fail", name="no-reader")
        self.do("click", selector="[data-opens=cardwright-add-device]")
        self.do("wait", selector="cardwright-dialog[data-pane=no-reader]")


if __name__ == "__main__":
    unittest.main()
