"""A person at a terminal: runs a command on a pseudo-terminal, and types an answer each time a question appears.

    terminal.py '[["Password: ", "typed\\r"], ...]' COMMAND [ARGUMENT ...]

Prints as JSON what the terminal showed, and how the command ended.
"""

import json
import os
import pty
import select
import sys
import time

PATIENCE_S = 120

script = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])

shown = b""
looked = 0
deadline = time.monotonic() + PATIENCE_S
while time.monotonic() < deadline:
    if not select.select([terminal], [], [], 0.1)[0]:
        continue
    try:
        chunk = os.read(terminal, 4096)
    except OSError:
        break  # The command ended, and with it the terminal.
    if not chunk:
        break
    shown += chunk
    while script and (found := shown.find(script[0][0].encode(), looked)) >= 0:
        looked = found + len(script[0][0])
        os.write(terminal, script.pop(0)[1].encode())
else:
    os.kill(child, 9)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps({"shown": shown.decode(), "code": code}))
