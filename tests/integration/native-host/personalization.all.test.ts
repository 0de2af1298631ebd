import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeBytes } from '@cardwright/protocol';
import type { KeyAlgorithm, ManagementKeyAlgorithm } from '@cardwright/protocol/devices';
import type { VirtualCard } from '@cardwright/virtual-card';
import type { HostProcess } from '../../support/host-process.js';
import { codeOf, FACTORY_KEY, resultOf, Scene } from './scene.js';

const FACTORY_PUK = '12345678';
const FACTORY_PIN = '123456';
const NEW_PIN = '73915482';
const OTHER_PIN = '60482917';
const RULES = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: true };
const CHALLENGE = 'A'.repeat(43);
const KEY_POLICY = { pinPolicy: 'default', touchPolicy: 'default' };
/** A large stand-in for a certificate: the host does not check certificates. */
const LARGE = Buffer.alloc(2900, 0x5a).toString('base64url');

const profiles = [
  { profile: 'yubikey', factory: 'AES-192', newKey: 'AES-256' },
  { profile: 'piv', factory: '3DES', newKey: null },
] as const;

describe.each(profiles)('a blank $profile card', ({ profile, factory, newKey }) => {
  let scene: Scene;
  let card: VirtualCard;
  let host: HostProcess;
  let device: string;
  let typed: string[] = [];

  beforeAll(async () => {
    scene = await Scene.open(1);
  });
  beforeEach(async () => {
    typed = [];
    card = await scene.insert(profile);
    const opened = await scene.hostWithDevice({ choosePin: () => typed.shift() ?? null });
    host = opened.host;
    device = opened.device.id;
  });
  afterEach(() => scene.clear());
  afterAll(() => scene.close());

  const run = (...commands: [method: string, params?: object][]) => scene.cms.run(host, device, ...commands);
  const prove = (key: Uint8Array, algorithm: ManagementKeyAlgorithm = factory) =>
    scene.cms.prove(host, device, key, algorithm);

  /** Escrows and applies new credentials, as an issuance does. */
  async function applyNewCredentials() {
    await prove(FACTORY_KEY);
    const [prepared] = await run(['credentials.prepare', { managementKey: newKey, pinLength: 8 }]);
    const { escrow, digest } = resultOf(prepared);
    const content = await scene.cms.openEscrow(host, device, String(escrow));
    const puk = await scene.cms.seal(host, device, 'puk', FACTORY_PUK);
    const [applied] = await run(['credentials.apply', { digest, secrets: { puk } }]);
    return { content, applied, digest: String(digest) };
  }

  it('authenticates to the CMS with the management key, and the CMS to it', async () => {
    await expect(prove(FACTORY_KEY)).resolves.toBe(true);
  });

  it('refuses a wrong management key, and gets no third try', async () => {
    await expect(prove(Buffer.alloc(24, 7))).rejects.toThrow('MANAGEMENT_KEY_REFUSED');
    await expect(prove(Buffer.alloc(24, 8))).rejects.toThrow('MANAGEMENT_KEY_REFUSED');
    const { apduCount } = card;
    await expect(prove(FACTORY_KEY)).rejects.toThrow('MANAGEMENT_KEY_REFUSED');
    expect(card.apduCount).toBe(apduCount);
  });

  it('gets new credentials only after the CMS has stored them', async () => {
    const { content, applied } = await applyNewCredentials();
    const isChanged = newKey !== null;
    expect(resultOf(applied)).toEqual({
      managementKeyChanged: isChanged,
      ...(isChanged && { managementKeyProof: expect.any(String) as unknown }),
    });
    expect(content.pin).toMatch(/^\d{8}$/);
    if (content.managementKey) {
      const { algorithm, key } = content.managementKey;
      await expect(prove(decodeBytes(key), algorithm)).resolves.toBe(true);
    }
    const oldPin = await scene.cms.seal(host, device, 'pin', FACTORY_PIN);
    const newPin = await scene.cms.seal(host, device, 'pin', content.pin);
    expect(codeOf((await run(['pin.verify', { secrets: { pin: oldPin } }]))[0])).toBe('PIN_INCORRECT');
    expect(codeOf((await run(['pin.verify', { secrets: { pin: newPin } }]))[0])).toBeUndefined();
  });

  it('is not touched when the digest differs from that of the escrow', async () => {
    await prove(FACTORY_KEY);
    await run(['credentials.prepare', { managementKey: newKey, pinLength: 8 }]);
    const { apduCount } = card;
    const puk = await scene.cms.seal(host, device, 'puk', FACTORY_PUK);
    const [applied] = await run(['credentials.apply', { digest: 'A'.repeat(43), secrets: { puk } }]);
    expect(codeOf(applied)).toBe('ESCROW_MISMATCH');
    expect(card.apduCount).toBe(apduCount);
  });

  it('gets one PUK at a time: after a refusal the CMS must name the other one', async () => {
    await prove(FACTORY_KEY);
    const [prepared] = await run(['credentials.prepare', { managementKey: null, pinLength: 6 }]);
    const { digest } = resultOf(prepared);
    const apply = async (puk: string) => {
      const secrets = { puk: await scene.cms.seal(host, device, 'puk', puk) };
      return (await run(['credentials.apply', { digest, secrets }]))[0];
    };
    expect(await apply('99999999')).toMatchObject({
      error: { data: { name: 'PUK_INCORRECT', details: { retriesLeft: 2 } } },
    });
    expect(resultOf(await apply(FACTORY_PUK))).toEqual({ managementKeyChanged: false });
  });

  describe('in a later session', () => {
    const PUK = '48151623';
    const PIN = '421337';
    const digest = 'B'.repeat(43);
    /** Returns the commands with which a later session continues. */
    const goOn = async (puk: string): Promise<[string, object][]> => {
      const seal = (purpose: 'puk' | 'pin', secret: string) => scene.cms.seal(host, device, purpose, secret);
      const stored = { puk: await seal('puk', PUK), pin: await seal('pin', PIN) };
      return [
        ['credentials.restore', { digest, secrets: stored }],
        ['credentials.apply', { digest, secrets: { puk: await seal('puk', puk) } }],
      ];
    };
    const expectPin = async (pin: string) => {
      const secrets = { pin: await scene.cms.seal(host, device, 'pin', pin) };
      expect(codeOf((await run(['pin.verify', { secrets }]))[0])).toBeUndefined();
    };

    it('gets the stored credentials repeatedly, whatever its PIN was meanwhile', async () => {
      await prove(FACTORY_KEY);
      expect((await run(...(await goOn(FACTORY_PUK)))).map(codeOf)).toEqual([undefined, undefined]);
      typed = [NEW_PIN];
      const newPin = { source: 'user' as const };
      await run(['pin.change', { rules: RULES, secrets: { pin: { source: 'session' }, newPin } }]);
      await expectPin(NEW_PIN);
      // The card has the stored PUK by now, which is enough.
      expect((await run(...(await goOn(PUK)))).map(codeOf)).toEqual([undefined, undefined]);
      await expectPin(PIN);
    });

    it('refuses the stored PUK while it has the factory one, which it then accepts', async () => {
      await prove(FACTORY_KEY);
      const [, refused] = await run(...(await goOn(PUK)));
      expect(codeOf(refused)).toBe('PUK_INCORRECT');
      const [, applied] = await run(...(await goOn(FACTORY_PUK)));
      expect(codeOf(applied)).toBeUndefined();
      await expectPin(PIN);
    });
  });

  it.each<KeyAlgorithm>(['RSA-2048', 'P-256', 'P-384'])(
    'makes a %s key whose request openssl verifies',
    async (algorithm) => {
      await applyNewCredentials();
      const secrets = { pin: { source: 'session' } };
      const outcomes = await run(
        ['key.generate', { slot: '9C', algorithm, ...KEY_POLICY }],
        ['csr.create', { slot: '9C', commonName: 'Alice', challenge: CHALLENGE, secrets }],
        ['certificate.write', { slot: '9C', certificate: LARGE }],
        ['certificate.read', { slot: '9C' }],
        ['certificate.delete', { slot: '9C' }],
        ['certificate.read', { slot: '9C' }],
      );
      const request = decodeBytes(String(resultOf(outcomes[1]).request));
      const shown = execFileSync('openssl', ['req', '-inform', 'DER', '-verify', '-noout', '-subject'], {
        input: request,
        encoding: 'utf8',
        timeout: 120_000,
      });
      expect(shown).toMatch(/CN ?= ?Alice/);
      expect(resultOf(outcomes[3])).toEqual({ certificate: LARGE });
      expect(resultOf(outcomes[5])).toEqual({ certificate: null });
    },
  );

  it('says which slots have a key, moves one and deletes it, if it can', async () => {
    await prove(FACTORY_KEY);
    const places = ['key.list', { slots: ['9A', '95', '82'] }] as [string, object];
    const outcomes = await run(
      ['key.generate', { slot: '9A', algorithm: 'P-256', ...KEY_POLICY }],
      places,
      ['key.move', { from: '9A', to: '95' }],
      places,
      ['key.delete', { slot: '95' }],
      places,
    );
    if (profile === 'piv') {
      expect(outcomes.slice(1).map(codeOf)).toEqual(['NOT_SUPPORTED_BY_DEVICE']);
      return;
    }
    const { publicKey } = resultOf(outcomes[0]);
    const keyIn = (slot: string): object => ({ keys: [{ slot, publicKey, hasCertificate: false }] });
    expect([1, 3, 5].map((index) => resultOf(outcomes[index]))).toEqual([keyIn('9A'), keyIn('95'), { keys: [] }]);
  });

  it('reports what it cannot do', async () => {
    await applyNewCredentials();
    const secrets = { pin: { source: 'session' } };
    const [, , requested] = await run(
      ['key.generate', { slot: '9E', algorithm: 'P-256', ...KEY_POLICY }],
      ['key.generate', { slot: '9D', algorithm: 'P-256', ...KEY_POLICY }],
      ['csr.create', { slot: '9D', commonName: 'Alice', challenge: CHALLENGE, secrets }],
    );
    const [attested] = await run(['key.attest', { slot: '9E' }]);
    const [missing] = await run(['csr.create', { slot: '9A', commonName: 'Alice', challenge: CHALLENGE, secrets }]);
    const refused = profile === 'piv' ? 'KEY_CANNOT_SIGN' : undefined;
    expect([requested, missing].map(codeOf)).toEqual([refused, 'KEY_MISSING']);
    expect(resultOf(attested)).toEqual({ attestation: profile === 'piv' ? null : expect.anything() });
  });

  it('keeps a CHUID, and is recognised by it from then on', async () => {
    await prove(FACTORY_KEY);
    const guid = '00112233445566778899aabbccddeeff';
    const chuid = Buffer.from(`3410${guid}3e00fe00`, 'hex').toString('base64url');
    const outcomes = await run(
      ['object.write', { object: 'chuid', content: chuid }],
      ['object.read', { object: 'chuid' }],
      ['object.read', { object: 'ccc' }],
    );
    expect([resultOf(outcomes[1]), resultOf(outcomes[2])]).toEqual([{ content: chuid }, { content: null }]);
    await host.call('device.close', {});
    const { devices } = await host.call('device.list', {});
    expect(devices[0]).toMatchObject({ guid: '00112233-4455-6677-8899-aabbccddeeff', provisional: false });
  });

  it("gets the user's PIN, which is asked again while it breaks a rule", async () => {
    const { content } = await applyNewCredentials();
    typed = ['12345678', content.pin, NEW_PIN];
    const secrets = { pin: { source: 'session' as const }, newPin: { source: 'user' as const } };
    await expect(host.call('pin.change', { rules: RULES, secrets })).rejects.toMatchObject({ code: 'STEP_REQUIRED' });
    expect(codeOf((await run(['pin.change', { rules: RULES, secrets }]))[0])).toBeUndefined();
    expect(typed).toEqual([]);
    const old = await scene.cms.seal(host, device, 'pin', content.pin);
    expect(codeOf((await run(['pin.verify', { secrets: { pin: old } }]))[0])).toBe('PIN_INCORRECT');
  });

  it('asks the user only for another PIN in a later step, until the device is closed', async () => {
    await applyNewCredentials();
    typed = [NEW_PIN];
    const secrets = { pin: { source: 'session' as const }, newPin: { source: 'user' as const } };
    expect(codeOf((await run(['pin.change', { rules: RULES, secrets }]))[0])).toBeUndefined();
    typed = [OTHER_PIN];
    expect(codeOf((await run(['pin.change', { rules: RULES, secrets }]))[0])).toBeUndefined();
    await host.call('device.close', {});
    const { devices } = await host.call('device.list', {});
    device = (await host.call('device.open', { device: devices[0]?.id ?? '' })).device.id;
    typed = [OTHER_PIN];
    // The host does not remember a PIN that the user types outside a step.
    await host.call('pin.verify', { secrets: { pin: { source: 'user' } } });
    expect(codeOf((await run(['pin.change', { rules: RULES, secrets }]))[0])).toBe('SECRET_MISSING');
  });

  it('keeps its PIN when the window is closed', async () => {
    const { content } = await applyNewCredentials();
    const secrets = { pin: { source: 'session' as const }, newPin: { source: 'user' as const } };
    expect(codeOf((await run(['pin.change', { rules: RULES, secrets }]))[0])).toBe('USER_CANCELLED');
    const pin = await scene.cms.seal(host, device, 'pin', content.pin);
    expect(codeOf((await run(['pin.verify', { secrets: { pin } }]))[0])).toBeUndefined();
  });

  it('always keeps its last try', async () => {
    const { pin: before } = await host.call('pin.getStatus', {});
    const pin = { source: 'user' as const };
    for (let left = before.retriesLeft ?? 0; left > 1; left -= 1) {
      typed = ['00000000'];
      await expect(host.call('pin.verify', { secrets: { pin } })).rejects.toMatchObject({
        code: 'PIN_INCORRECT',
        data: { retriesLeft: left - 1 },
      });
    }
    typed = ['00000000'];
    await expect(host.call('pin.verify', { secrets: { pin } })).rejects.toMatchObject({ code: 'LAST_TRY' });
    await expect(host.call('pin.getStatus', {})).resolves.toMatchObject({ pin: { retriesLeft: 1, blocked: false } });
  });
});

describe('a card with PIN rules of its own', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await Scene.open(1);
  });
  afterAll(() => scene.close());

  it('causes the window to open again for a PIN that only the CMS allows', async () => {
    await scene.insert('yubikey', { pinComplexity: true });
    const typed = ['112233', NEW_PIN];
    const { host, device } = await scene.hostWithDevice({ choosePin: () => typed.shift() ?? null });
    await scene.cms.prove(host, device.id, FACTORY_KEY, 'AES-192');
    const prepared = await scene.cms.run(host, device.id, [
      'credentials.prepare',
      { managementKey: null, pinLength: 8 },
    ]);
    const puk = await scene.cms.seal(host, device.id, 'puk', FACTORY_PUK);
    const params = { digest: resultOf(prepared[0]).digest, secrets: { puk } };
    const [applied] = await scene.cms.run(host, device.id, ['credentials.apply', params]);
    expect(codeOf(applied)).toBeUndefined();

    const secrets = { pin: { source: 'session' as const }, newPin: { source: 'user' as const } };
    const [changed] = await scene.cms.run(host, device.id, ['pin.change', { rules: RULES, secrets }]);
    expect(codeOf(changed)).toBeUndefined();
    expect(typed).toEqual([]);
    const problems = host.trace.filter((line) => line.includes('"user.enterSecrets"')).map(problemOf);
    expect(problems).toEqual([null, 'PIN_REFUSED_BY_DEVICE']);
    await expect(host.call('pin.getStatus', {})).resolves.toMatchObject({ pin: { retriesLeft: 3, isDefault: false } });
  });
});

const problemOf = (line: string): unknown => (JSON.parse(line) as { params: { problem: unknown } }).params.problem;
