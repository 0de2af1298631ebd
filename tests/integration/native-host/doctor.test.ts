import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { diagnosticCheck, type DiagnosticCheck } from '@cardwright/protocol/command-definitions';
import { HOST_NAME } from '@cardwright/protocol/identity';
import { supportBundle } from '@cardwright/protocol/trace';
import { parseFault } from '@cardwright/virtual-card';
import { FidoClient } from '../../support/fido-client.js';
import { holdCard } from '../../support/workplace/hold.js';
import { Scene } from './scene.js';
import { thoroughIt } from '../../support/thorough.js';

const HOST = fileURLToPath(new URL('../../../native-host/bin/cardwright-host.mjs', import.meta.url));

const FIDO_PIN = '739154';
const WRONG_PIN = '482913';

describe('doctor, on a real smart card service', () => {
  let scene: Scene;
  let home: string;

  beforeAll(async () => {
    scene = await Scene.open(1);
  });
  beforeEach(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'cardwright-home-'));
    await run('install');
  });
  afterEach(async () => {
    rmSync(home, { recursive: true });
    await scene.clear();
  });
  afterAll(() => scene.close());

  const env = () => ({ ...scene.pcscd.env, HOME: home, XDG_CONFIG_HOME: undefined, XDG_STATE_HOME: undefined });

  const run = (...args: string[]): Promise<{ code: unknown; stdout: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [HOST, ...args], { env: env() }, (error, stdout) => {
        resolve({ code: error ? error.code : 0, stdout });
      });
    });

  async function failures(): Promise<Pick<DiagnosticCheck, 'id' | 'code' | 'detail'>[]> {
    const { code, stdout } = await run('doctor', '--json');
    const { checks, verdict } = JSON.parse(stdout) as { checks: unknown[]; verdict: string };
    const failed = checks
      .map((check) => validate(diagnosticCheck, check))
      .filter(({ outcome }) => outcome === 'failed');
    expect(code).toBe(failed.length === 0 ? 0 : 1);
    expect(verdict).toContain(failed[0]?.code ?? 'Everything works');
    return failed.map(({ id, code: name, detail }) => ({ id, code: name, detail }));
  }

  it('finds nothing when all is well, and makes a printable bundle', async () => {
    await scene.insert('yubikey');
    const file = path.join(home, 'bundle.json');
    const { code, stdout } = await run('doctor');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Cards +ok +YubiKey, firmware 5\.7\.\d, serial \d+, in .*, ATR 3B/m);
    expect(stdout).toContain('\nEverything works, from the browser to the card.\n');
    expect(await run('bundle', 'write', file)).toMatchObject({ code: 0, stdout: expect.stringContaining(file) });
    validate(supportBundle, JSON.parse(readFileSync(file, 'utf8')));
    expect((await run('bundle', 'read', file)).stdout).toMatch(/^Everything works/);
    expect((await run('bundle', 'write', file)).code).toBe(1);
  });

  thoroughIt('says of a FIDO PIN what python3-fido2 says, and that it is blocked when it is', async () => {
    const card = await scene.insert('yubikey-5.8', { file: 'fido' });
    const [reader] = scene.pcscd.readers;
    const other = new FidoClient(scene.pcscd.env, reader?.name ?? '');
    await other.setPin(FIDO_PIN);
    await expect(other.refusalOfPin(WRONG_PIN)).resolves.toBe('PIN_INVALID');
    const left = await other.pinRetries();
    const before = readFileSync(scene.stateFile('fido'));
    expect((await run('doctor')).stdout).toMatch(
      new RegExp(`^FIDO PIN +ok +YubiKey \\d+: set, ${left} attempts left`, 'm'),
    );
    expect(readFileSync(scene.stateFile('fido'))).toEqual(before);

    const { fido } = card.state;
    if (!fido) throw new Error('the card has no FIDO2');
    fido.pinTriesLeft = 0;
    await expect(other.refusalOfPin(FIDO_PIN)).resolves.toBe('PIN_BLOCKED');
    expect(await failures()).toMatchObject([{ id: 'fido-pin', code: 'FIDO_PIN_BLOCKED' }]);
    expect((await run('doctor')).stdout).toMatch(/^FIDO PIN +FAIL .*blocked \[FIDO_PIN_BLOCKED\]\n +Reset the FIDO/m);
  });

  thoroughIt('names a manifest with a wrong path', async () => {
    await scene.insert('yubikey');
    const manifest = path.join(home, '.config/chromium/NativeMessagingHosts', `${HOST_NAME}.json`);
    const content = JSON.parse(readFileSync(manifest, 'utf8')) as object;
    writeFileSync(manifest, JSON.stringify({ ...content, path: '/nowhere/host' }));
    expect(await failures()).toEqual([
      { id: 'manifest', code: 'HOST_START_FAILED', detail: expect.stringContaining('/nowhere/host does not exist') },
    ]);
  });

  thoroughIt('names an empty reader, a mute card, a card without PIV and a blocked one', async () => {
    expect(await failures()).toMatchObject([{ id: 'device', code: 'DEVICE_NOT_FOUND' }]);
    const mute = await scene.insert('yubikey', { faults: [parseFault('mute@0')] });
    expect(await failures()).toMatchObject([{ id: 'device', code: 'CARD_MUTE' }]);
    await mute.pull();
    const other = await scene.insert('gids');
    expect(await failures()).toMatchObject([
      { id: 'device', code: 'NO_APPLICATION', detail: expect.stringContaining('GIDS smart card') },
    ]);
    const { stdout } = await run('doctor');
    expect(stdout).toContain('Use a smart card with PIV');
    expect(stdout).not.toMatch(/switch/i);
    await other.pull();
    await scene.insert('yubikey', { locked: true });
    expect(await failures()).toMatchObject([
      { id: 'pin', code: 'PIN_BLOCKED' },
      { id: 'puk', code: 'PUK_BLOCKED' },
    ]);
  });

  it('names the program that holds the card', async () => {
    await scene.insert('yubikey');
    const program = await holdCard(scene.pcscd.env, scene.pcscd.readers[0]?.name ?? '');
    expect(await failures()).toEqual([
      { id: 'device', code: 'DEVICE_BUSY', detail: expect.stringMatching(/probably: .*hold-card\.mjs/) },
    ]);
    await program.release();
  });

  thoroughIt('names a stopped service, and a computer without a reader', async () => {
    await scene.pcscd.end();
    expect(await failures()).toMatchObject([{ id: 'pcsc', code: 'PCSC_UNAVAILABLE' }]);
    await scene.pcscd.restart({ readers: 0 });
    expect(await failures()).toMatchObject([{ id: 'reader', code: 'NO_READER' }]);
  });

  it('follows insertions until it is ended', async () => {
    const child = spawn(process.execPath, [HOST, 'doctor', '--watch'], { env: env() });
    const output: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => output.push(text));
    const printed = async (words: RegExp): Promise<void> => {
      while (!words.test(output.join(''))) await once(child.stdout, 'data');
    };
    await printed(/Watching the readers/);
    const card = await scene.insert('yubikey');
    await printed(/\+ .*: YubiKey, firmware 5\.7/);
    await card.pull();
    await printed(/- .*: YubiKey, firmware 5\.7/);
    child.kill('SIGINT');
    await once(child, 'exit');
    expect(child.signalCode).toBe('SIGINT');
  });
});
