import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type CardClock,
  isFidoPin,
  type ProfileName,
  testAttestationRootPath,
  testFidoRootPath,
} from '@cardwright/virtual-card';
import { everyOrNamed } from '../../support/thorough.js';
import { Stage } from './stage.js';

const PIN = '739154';
const OTHER_PIN = '482913';
const RP = 'example.com';
/** pcscd looks every 400 ms whether a card is there. */
const PULL_SEEN_MS = 900;
/** A clock that stands still, so that even a slow machine resets a card within its ten seconds. */
const stoppedClock: CardClock = {
  now: () => 0,
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
let stage: Stage;

beforeEach(async () => {
  stage = await Stage.open();
});

afterEach(async () => {
  await stage.close();
  expect(stage.defects).toEqual([]);
});

describe('python3-fido2 on a virtual card', () => {
  it.each<ProfileName>(everyOrNamed(['yubikey-5.8', 'fido-key', 'fido-key-serial', 'fido-soft'], 'yubikey-5.8'))(
    '%s: it sets a PIN, registers, verifies the attestation, logs in and deletes',
    async (profile) => {
      const card = await stage.insert(profile, profile, { touch: { after: 300 } });
      const attestationVerified = profile !== 'fido-soft';
      const registration = { rpId: RP, pin: PIN, ...(attestationVerified ? { root: testFidoRootPath } : {}) };
      const extensions = { credProtect: 2, 'hmac-secret': true };
      const [info, pinSet, made] = await stage.fidoSteps(
        ['info'],
        ['set-pin', { newPin: PIN, protocol: 1 }],
        ['make', { ...registration, extensions }],
      );
      expect(info).toMatchObject({
        options: { rk: true, clientPin: false, credMgmt: true, pinUvAuthToken: true },
        pinUvAuthProtocols: [2, 1],
      });
      expect(pinSet).toEqual({});
      expect(made).toMatchObject({ attestationVerified, extensions, waitedFor: ['UPNEEDED'] });
      const [credentialId, publicKey] = [made?.credentialId, made?.publicKey];
      expect(card.state.fido?.credentials.map(({ id }) => id.toString('base64url'))).toEqual([credentialId]);

      if (card.serial !== undefined) {
        expect((await stage.ykman('fido', 'info')).text).toMatch(/PIN: +8 attempt\(s\) remaining/);
      }
      const login = { rpId: RP, credentialId, pin: PIN };
      const verified = { verified: true, userPresent: true, userVerified: true };
      expect(
        await stage.fidoSteps(
          ['assert', { ...login, publicKey }],
          ['assert', { ...login, protocol: 1 }],
          ['make', { rpId: RP, pin: PIN, exclude: [credentialId] }],
          ['delete', { pin: PIN, credentialId }],
          ['credentials', { pin: PIN }],
          ['assert', login],
        ),
      ).toMatchObject([
        { ...verified, keyFrom: 'order' },
        { ...verified, keyFrom: 'authenticator' },
        { error: 'CREDENTIAL_EXCLUDED' },
        {},
        { credentials: [] },
        { error: 'NO_CREDENTIALS' },
      ]);
    },
  );

  it('finds the attestation wrong under another root', async () => {
    await stage.insert('fido-key', 'other-root');
    const order = { rpId: RP, rk: false, root: testAttestationRootPath };
    expect(await stage.fido('make', order)).toEqual({ error: 'UntrustedAttestation' });
  });

  it('finds the attestation of a program, by the new key itself, under no root', async () => {
    await stage.insert('fido-soft', 'program');
    const order = { rpId: RP, rk: false };
    expect(await stage.fidoSteps(['make', order], ['make', { ...order, root: testFidoRootPath }])).toMatchObject([
      { format: 'packed', certificates: 0, attestationVerified: false },
      { error: 'UntrustedAttestation' },
    ]);
  });

  it('is blocked by wrong PINs until the card is taken out, then resets it within ten seconds', async () => {
    const card = await stage.insert('fido-key', 'blocked');
    const wrong = ['check-pin', { pin: OTHER_PIN }] as const;
    const right = ['check-pin', { pin: PIN }] as const;
    const [invalid, blocked] = [{ error: 'PIN_INVALID' }, { error: 'PIN_AUTH_BLOCKED' }];
    expect(await stage.fidoSteps(['set-pin', { newPin: PIN }], wrong, wrong, wrong, right, ['retries'])).toEqual([
      ...[{}, invalid, invalid, blocked, blocked],
      { retries: 5, powerCycle: true },
    ]);
    await card.pull();
    await wait(PULL_SEEN_MS);
    const again = await stage.insert('fido-key', 'blocked', { clock: stoppedClock });
    expect(await stage.fidoSteps(right, ['reset'], right)).toEqual([{}, {}, { error: 'PIN_NOT_SET' }]);
    expect(again.state.fido?.pin).toBeUndefined();
  });

  it('has the PIN that yubico-piv-tool has set, where there is one for both, and changes both', async () => {
    const card = await stage.insert('shared-pin', 'shared');
    expect(await stage.fido('check-pin', { pin: '123456' })).toEqual({ error: 'PIN_NOT_SET' });
    expect((await stage.yubicoPivTool('-a', 'change-pin', '-P123456', `-N${PIN}`)).ok).toBe(true);
    expect(await stage.fido('make', { rpId: RP, pin: PIN, root: testFidoRootPath })).toMatchObject({
      format: 'packed',
    });
    expect(await stage.fido('change-pin', { pin: PIN, newPin: OTHER_PIN })).toEqual({});
    expect((await stage.yubicoPivTool('-a', 'verify-pin', `-P${PIN}`)).ok).toBe(false);
    expect(await stage.fido('retries')).toMatchObject({ retries: 7 });
    expect((await stage.yubicoPivTool('-a', 'verify-pin', `-P${OTHER_PIN}`)).ok).toBe(true);
    expect(isFidoPin(card.state, OTHER_PIN)).toBe(true);
    expect(await stage.fido('reset')).toEqual({ error: 'NOT_ALLOWED' });
  });

  it('does not find the application of a YubiKey 5.7 over contacts, but without them', async () => {
    const card = await stage.insert('yubikey', 'contacts');
    expect(await stage.fido('info')).toEqual({ error: 'NO_DEVICE' });
    await card.pull();
    await wait(PULL_SEEN_MS);
    await stage.insert('yubikey', 'contacts', { contactless: true });
    // Holding the card to the reader counts as one touch.
    expect(await stage.fido('make', { rpId: RP, rk: false })).toMatchObject({ format: 'packed' });
    expect(await stage.fido('select')).toEqual({ error: 'USER_ACTION_TIMEOUT' });
  });

  it('leaves nothing on a card that is pulled while it waits for a touch', async () => {
    await stage.insert('fido-key', 'pulled', { touch: 'never', faults: [{ kind: 'pull', at: KEEP_ALIVE }] });
    expect(await stage.fido('make', { rpId: RP })).toHaveProperty('error');
    await wait(PULL_SEEN_MS);
    const card = await stage.insert('fido-key', 'pulled');
    expect(card.state.fido?.credentials).toEqual([]);
    expect(await stage.fido('make', { rpId: RP, root: testFidoRootPath })).toMatchObject({ format: 'packed' });
  });
});

const KEEP_ALIVE = { instruction: 'CTAP-KEEP-ALIVE', nth: 2 } as const;
