import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { StepPayload } from '@cardwright/protocol/steps';
import { HOST_PROGRAM } from '@cardwright/stage';
import { codeOf, FACTORY_KEY, heldDuring, Scene } from './scene.js';
import { drawnTests, thoroughDescribe, thoroughIt } from '../../support/thorough.js';

const drawnIt = drawnTests(2);

const GENERATE = [
  'key.generate',
  { slot: '9A', algorithm: 'P-256', pinPolicy: 'default', touchPolicy: 'default' },
] as const;
/** Instruction byte of GENERATE ASYMMETRIC KEY PAIR. */
const INS_GENERATE = 0x47;

describe('a session with one card', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open(1);
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  drawnIt('keeps every refused step away from the card', async () => {
    const card = await scene.insert('yubikey');
    const { host, device } = await scene.hostWithDevice();
    await scene.cms.prove(host, device.id, FACTORY_KEY, 'AES-192');
    const { apduCount } = card;
    const step = (change: Partial<StepPayload> = {}) =>
      scene.cms.sign(host, device.id, [{ method: GENERATE[0], params: { ...GENERATE[1] } }], change);
    const [header = '', payload = '', signature = ''] = (await step()).split('.');
    const changed = Buffer.from(payload, 'base64url').toString().replace('"9A"', '"9C"');
    const refused = {
      altered: [header, Buffer.from(changed).toString('base64url'), signature].join('.'),
      expired: await step({ expires: 1_700_000_000 }),
      'of another origin': await step({ origin: 'https://evil.example' }),
      'of another session': await step({ session: 'x'.repeat(43) }),
      'for another device': await step({ device: 'serial:1' }),
      'out of order': await step({ number: 0 }),
      'with an invalid command behind': await scene.cms.sign(host, device.id, [
        { method: GENERATE[0], params: { ...GENERATE[1] } },
        { method: 'certificate.delete', params: { slot: '9B' } },
      ]),
    };
    for (const jws of Object.values(refused)) {
      await expect(host.call('step.run', { jws })).rejects.toMatchObject({
        code: expect.stringMatching(/^(STEP_REFUSED|INVALID_PARAMS)$/),
      });
    }
    await expect(host.call(...GENERATE)).rejects.toMatchObject({ code: 'STEP_REQUIRED' });
    expect(card.apduCount).toBe(apduCount);

    const good = await step();
    await host.call('step.run', { jws: good });
    await expect(host.call('step.run', { jws: good })).rejects.toMatchObject({ data: { reason: 'order' } });
    expect(card.log.filter(({ ins }) => ins === INS_GENERATE)).toHaveLength(1);
  });

  it.each(['the device is closed', 'the page is closed'])('leaves no login to other programs when %s', async (how) => {
    await scene.insert('piv');
    const { host, device } = await scene.hostWithDevice();
    await scene.cms.prove(host, device.id, FACTORY_KEY, '3DES');
    if (how === 'the device is closed') await host.call('device.close', {});
    else await expect(host.close()).resolves.toBe(0);
    const rider = await scene.hostWithDevice();
    const [generated] = await scene.cms.run(rider.host, rider.device.id, [...GENERATE]);
    expect(codeOf(generated)).toBe('NOT_AUTHENTICATED');
  });

  drawnIt('ends during a step when the page is closed, and starts no further APDU', async () => {
    const card = await scene.insert('yubikey', { faults: [{ kind: 'hold', at: 30 }] });
    const held = once(card, 'held');
    const { host, device } = await scene.hostWithDevice();
    const reads = Array.from({ length: 40 }, (): [string, object] => ['object.read', { object: 'chuid' }]);
    const step = scene.cms.run(host, device.id, ...reads).catch(() => 'the host is gone');
    await heldDuring(step, held);
    host.endInput();
    await host.noticesEndOfInput();
    card.release();
    await expect(host.ended()).resolves.toBe(0);
    await step;
    expect(card.apduCount).toBeLessThan(33);
  });

  drawnIt('reports a pulled card, releases it, and opens it again', async () => {
    const file = 'pulled-card';
    const card = await scene.insert('yubikey', { file, faults: [{ kind: 'pull', at: 40 }] });
    const { host, device } = await scene.hostWithDevice();
    const reads = Array.from({ length: 40 }, (): [string, object] => ['object.read', { object: 'chuid' }]);
    const outcomes = await scene.cms.run(host, device.id, ...reads);
    expect(codeOf(outcomes.at(-1))).toBe('CARD_REMOVED');
    expect(card.isInserted).toBe(false);
    await expect(host.call('pin.getStatus', {})).rejects.toMatchObject({ code: 'CARD_REMOVED' });
    await host.told(({ method, params }) => method === 'device.changed' && hasNoDevice(params));
    await scene.insert('yubikey', { file });
    await host.told(({ method, params }) => method === 'device.changed' && !hasNoDevice(params));
    await expect(host.call('device.open', { device: device.id })).resolves.toMatchObject({ device: { id: device.id } });
  });

  thoroughIt('names a card that never answers, and then ends, because nothing else frees the card', async () => {
    await scene.insert('yubikey', { faults: [{ kind: 'mute', at: 40 }] });
    const { host, device } = await scene.hostWithDevice();
    const reads = Array.from({ length: 40 }, (): [string, object] => ['pin.getStatus', {}]);
    const outcomes = await scene.cms.run(host, device.id, ...reads);
    expect(codeOf(outcomes.at(-1))).toBe('CARD_MUTE');
    await expect(host.ended()).resolves.toBe('SIGKILL');
  });
});

thoroughDescribe('the command line', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open(2);
  });
  afterAll(() => scene.close());

  const cardwrightHost = (...args: string[]) =>
    promisify(execFile)(process.execPath, [HOST_PROGRAM, ...args], { env: scene.pcscd.env, timeout: 120_000 });

  it('prints version, readers and checks', async () => {
    const card = await scene.insert('yubikey');
    const version = await cardwrightHost('--version');
    expect(version.stdout).toMatch(/^0\.1\.0\+g[0-9a-f]{8}(?:\.changed)?\n$/);
    const { stdout } = await cardwrightHost('list');
    expect(stdout).toContain(`serial ${card.serial ?? ''}`);
    expect(stdout).toContain(': empty');
    // The exit code depends on whether a browser of this computer knows the host.
    const doctor: unknown = await cardwrightHost('doctor').catch((error: unknown) => error);
    expect(doctor).toMatchObject({ stdout: expect.stringMatching(/^Smart card service +ok/m) });
  });
});

const hasNoDevice = (params: unknown): boolean => JSON.stringify(params).includes('"devices":[]');
