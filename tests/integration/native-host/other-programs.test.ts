// Alone proves: what programs beside the host can do at a real pcscd while it has a card.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { parseFault, type VirtualCard } from '@cardwright/virtual-card';
import { inRepository, until } from '@cardwright/stage';
import { Forked } from '../../support/pcsc/forked.js';
import { holdCard } from '../../support/workplace/hold.js';
import { Rider, SHARING_VIOLATION } from '../../support/workplace/rider.js';
import { codeOf, FACTORY_KEY, heldDuring, Scene } from './scene.js';
import { everyOrNamed, everyOrOneIn, thoroughIt } from '../../support/thorough.js';

const SELECT_PIV = '00A4040005A000000308';
/** PUT DATA of a CHUID; below, a signature with 9A: P-256, over 32 bytes. */
const PUT_CHUID = '00DB3FFF095C035FC10253020000';
const SIGN_9A = `0087119A267C2482008120${'AB'.repeat(32)}`;
/** VERIFY without a PIN, which reports whether the PIN is verified. */
const IS_VERIFIED = '00200080';
/** SCARD_W_RESET_CARD */
const RESET_CARD = '80100068';
const PROGRAM = inRepository('tests', 'support', 'pcsc', 'program-process.mjs');
const GENERATE = { slot: '9A', algorithm: 'P-256', pinPolicy: 'default', touchPolicy: 'default' };

/** The state of a listening socket, and 127.0.0.1, as /proc/net/tcp writes them. */
const [LISTENING, LOOPBACK] = ['0A', '0100007F'];
/** Addresses of this computer, including those on the network, that a server on all addresses would answer. */
const OTHER_ADDRESSES = [
  ...['127.0.0.2', '127.0.1.1', '127.127.127.127', '127.255.255.254'],
  ...Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address),
  ),
];

/** A card open in a host. It holds back the generation of its fourth key until released. */
type Opened = Awaited<ReturnType<Scene['hostWithDevice']>> & { readonly card: VirtualCard };

describe('another program', () => {
  let scene: Scene;
  const reader = (): string => scene.pcscd.readers[0]?.name ?? '';

  beforeAll(async () => {
    scene = await Scene.open(1);
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  describe.each(everyOrOneIn(2, ['exclusive', 'shared'] as const))('that holds the card (%s)', (mode) => {
    it('is not disturbed by a listing, which reports when the card is free again', async () => {
      const card = await scene.insert('yubikey');
      const program = await holdCard(scene.pcscd.env, reader(), { mode });
      const { apduCount } = card;
      const host = await scene.host();
      const { devices } = await host.call('device.list', {});
      expect(devices).toEqual([expect.objectContaining({ state: 'held', serial: null, provisional: true })]);
      expect(card.apduCount).toBe(apduCount);
      await program.release();
      const { params } = await host.told(({ method, params }) => method === 'device.changed' && has(params, 'ready'));
      expect(params).toMatchObject({ devices: [{ serial: String(card.serial) }] });
    });

    it('is waited for, with progress, until the device can be opened', async () => {
      const card = await scene.insert('yubikey');
      const program = await holdCard(scene.pcscd.env, reader(), { mode });
      const host = await scene.host();
      const { devices } = await host.call('device.list', {});
      const opening = host.call('device.open', { device: devices[0]?.id ?? '' });
      await host.told(({ method, params }) => method === '$/progress' && params?.kind === 'waiting');
      // The watch reads every second meanwhile: neither may take the card from the other.
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      await program.release();
      await expect(opening).resolves.toMatchObject({ device: { serial: String(card.serial), state: 'ready' } });
      await expect(host.call('pin.getStatus', {})).resolves.toMatchObject({ pin: { retriesLeft: 3 } });
    });
  });

  it('cannot insert a card from another computer: each reader listens only on loopback', async () => {
    const { readers } = scene.pcscd;
    expect(readers.length).toBeGreaterThan(0);
    for (const { port } of readers) expect(addressesListeningAt(port)).toEqual([LOOPBACK]);
    for (const host of OTHER_ADDRESSES)
      for (const index of readers.keys())
        await expect(scene.insert('yubikey', { reader: index, host })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(scene.insert('yubikey', { host: '127.0.0.1' })).resolves.toMatchObject({ profile: 'yubikey' });
  });

  thoroughIt('makes the device busy while it holds the card exclusively', async () => {
    await scene.insert('yubikey');
    const program = await holdCard(scene.pcscd.env, reader());
    const host = await scene.host();
    const { devices } = await host.call('device.list', {});
    const opening = host.call('device.open', { device: devices[0]?.id ?? '' });
    await expect(opening).rejects.toMatchObject({ code: 'DEVICE_BUSY' });
    expect(host.notifications).toContainEqual(
      expect.objectContaining({ method: '$/progress', params: expect.objectContaining({ kind: 'waiting' }) }),
    );
    await program.release();
  });

  it.each(everyOrNamed(['closes the device', 'is killed'], 'is killed'))(
    'waits with a shared card while the device is open, and inherits no login after the host %s',
    async (end) => {
      await scene.insert('yubikey');
      const program = await Forked.start(PROGRAM, scene.pcscd.env);
      const host = await scene.host({ choosePin: () => '123456' });
      const { devices } = await host.call('device.list', {});
      await program.call('connect', reader(), 'shared');
      const opened = await host.call('device.open', { device: devices[0]?.id ?? '' });
      await host.call('pin.verify', { secrets: { pin: { source: 'user' } } });
      let answered = false;
      const attempt = program.call('transmit', IS_VERIFIED).finally(() => (answered = true));
      const reads = Array.from({ length: 20 }, (): [string, object] => ['object.read', { object: 'ccc' }]);
      await scene.cms.run(host, opened.device.id, ...reads);
      expect(answered).toBe(false);
      if (end === 'is killed') host.kill();
      else await host.call('device.close', {});
      await expect(attempt).rejects.toMatchObject({ message: RESET_CARD });
      await program.call('reconnect', 'leave');
      // Checked before a SELECT, which would reset the login as well.
      await expect(program.call('transmit', IS_VERIFIED)).resolves.not.toBe('9000');
      await program.kill();
    },
  );

  describe.each(everyOrNamed(['piv', 'yubikey'] as const, 'piv'))(
    'that tries to use a %s card all the time',
    (profile) => {
      const algorithm = profile === 'piv' ? '3DES' : 'AES-192';

      const ends: readonly (readonly [when: string, end: (opened: Opened) => Promise<unknown>])[] = [
        ['the device is closed', ({ host }) => host.call('device.close', {})],
        ['the page is closed', ({ host }) => host.close()],
        [
          'the host is killed',
          async ({ host }) => {
            host.kill();
            await host.ended();
          },
        ],
        [
          'the page is closed in the middle of a step',
          async ({ card, host, device }) => {
            const commands = Array.from({ length: 20 }, (): [string, object] => ['key.generate', GENERATE]);
            const held = once(card, 'held');
            const step = scene.cms.run(host, device.id, ...commands).catch(() => 'the host is gone');
            await heldDuring(step, held);
            host.endInput();
            await host.noticesEndOfInput();
            card.release();
            await host.ended();
            await step;
          },
        ],
      ];

      // Tried: where a host releases its card without a reset, only the tests with a plain card fail.
      it.each(everyOrOneIn(2, ends))(
        'gets nothing while it is open, and inherits no login after %s',
        async (_, end) => {
          const card = await scene.insert(profile, { faults: [parseFault('hold@GENERATE-ASYMMETRIC-KEY-PAIR#4')] });
          const rider = await Rider.start(scene.pcscd.env, reader(), [
            PUT_CHUID,
            SIGN_9A,
            SELECT_PIV,
            PUT_CHUID,
            SIGN_9A,
          ]);
          const opened = await scene.hostWithDevice({ choosePin: () => '123456' });
          const { host, device } = opened;
          await scene.cms.prove(host, device.id, FACTORY_KEY, algorithm);
          const [generated] = await scene.cms.run(host, device.id, ['key.generate', GENERATE]);
          expect(codeOf(generated)).toBeUndefined();
          await host.call('pin.verify', { secrets: { pin: { source: 'user' } } });
          const beside = await rider.attemptsBeside(() => host.call('pin.getStatus', {}), 20);
          expect(beside.filter((attempt) => attempt !== SHARING_VIOLATION)).toEqual([]);

          await end({ ...opened, card });
          const attempts = (await rider.nextAttempts(60)).filter((attempt) => !attempt.startsWith('refused'));
          await rider.stop();
          const unselected = profile === 'piv' ? '6982 6982' : '6D00 6D00';
          expect(attempts.length).toBeGreaterThan(5);
          for (const attempt of attempts) {
            // A YubiKey keeps PIV selected for the next program, which is no login.
            expect([`${unselected} 9000 6982 6982`, '6982 6982 9000 6982 6982']).toContain(attempt);
          }

          const sends = [SELECT_PIV, PUT_CHUID, SIGN_9A].flatMap((apdu) => ['-s', apdu]);
          const args = ['-r', reader(), '-c', 'default', ...sends];
          // A host that is still running may be reading the card now.
          const stdout = await until(() => sendByOpenSc(args, scene.pcscd.env), { what: 'a card that nobody has' });
          expect(stdout.match(/SW1=0x69, SW2=0x82/g)).toHaveLength(2);
        },
      );
    },
  );
});

/** Returns this computer's IPv4 addresses, in hexadecimal, on which a port is open. */
function addressesListeningAt(port: number): string[] {
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      const [address = '', hexPort = ''] = local.split(':');
      return state === LISTENING && parseInt(hexPort, 16) === port ? [address] : [];
    });
}

/** Returns OpenSC's print of the card's answers; undefined if another program has the card. */
function sendByOpenSc(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return promisify(execFile)('opensc-tool', args, { env, timeout: 120_000 }).then(
    ({ stdout }) => stdout,
    (error: unknown) => {
      if (error instanceof Error && error.message.includes('Reader in use')) return undefined;
      throw error;
    },
  );
}

const has = (params: unknown, state: string): boolean => JSON.stringify(params).includes(`"state":"${state}"`);
