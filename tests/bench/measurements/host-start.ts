import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { encodeFrame } from '@cardwright/native-host';
import { HOST_PROGRAM } from '@cardwright/stage';
import { NO_PASSKEYS } from '../../support/extension-facts.js';
import { inTurn, type Measurement } from '../measurement.js';
import { elapsed } from '../support/clocks.js';

/** The start of a host, for which a page waits. */
export const HOST_START: Measurement = {
  lines: [
    {
      name: 'host: from its start to its first answer',
      beside: 'an empty program of Node to its first output',
      unit: 'ms',
      goal: { atMost: 1.5 },
    },
  ],
  rounds: 30,
  warmUp: 2,
  open: () =>
    Promise.resolve({
      round: inTurn(
        () => start(HOST, INITIALIZE),
        () => start(EMPTY),
      ),
    }),
};

const HOST = [HOST_PROGRAM, `chrome-extension://${CHROMIUM_EXTENSION_ID}/`];
/** An empty program that stays until its input ends, as a host does. */
const EMPTY = ['-e', 'require("node:fs").writeSync(1, "started"); process.stdin.resume();'];
const INITIALIZE = encodeFrame({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocol: PROTOCOL_RANGE,
    sdk: '1',
    extension: '1',
    origin: 'https://cms.example',
    cms: null,
    ...NO_PASSKEYS,
  },
});

/** Starts a program. @returns milliseconds until its first output */
async function start(args: readonly string[], input?: Buffer): Promise<number> {
  let child: ReturnType<typeof spawnNode> | undefined;
  const time = await elapsed(async () => {
    child = spawnNode(args);
    if (input) child.stdin.write(input);
    await once(child.stdout, 'data');
  });
  child?.stdin.end();
  if (child) await once(child, 'exit');
  return time;
}

const spawnNode = (args: readonly string[]) => spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'] });
