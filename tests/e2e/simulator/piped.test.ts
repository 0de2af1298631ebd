import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { inRepository, onProcessEnd } from '@cardwright/stage';
import { PageServer } from '../../support/page-stage.js';

const PROGRAM = inRepository('simulator', 'bin', 'cardwright-simulator.mjs');

let portal: PageServer;
beforeAll(async () => {
  portal = await PageServer.start(new Map([['/', '<!doctype html><button>Add Device</button>']]), () => ({}));
});
afterAll(() => portal.stop());

it('stops at the first piped order that fails, exits with 1, and names what it waited for', async () => {
  const simulator = spawn(process.execPath, [PROGRAM, '--headless', '--portal', portal.origin, '--wait', '1']);
  const forget = onProcessEnd(() => simulator.kill());
  try {
    const [told, failures] = [text(simulator.stdout), text(simulator.stderr)];
    simulator.stdin.end('insert yubikey ada\nclick button Add Device\nclick #add Add Device\ninsert yubikey bob\n');
    await expect(once(simulator, 'exit')).resolves.toEqual([1, null]);
    expect(await told).toContain('Clicked.');
    expect(await told).not.toMatch(/in the reader: bob/);
    expect(await failures).toMatch(
      /Order 3, click, was not carried out, and none after it: Waited for #add with the text "Add Device": .*1000ms/,
    );
  } finally {
    simulator.kill();
    forget();
  }
});
