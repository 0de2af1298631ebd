import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Passkey, Person } from '@cardwright/cms/store';
import { encodeBytes } from '@cardwright/protocol';
import { creationOptions } from '@cardwright/protocol/passkeys';
import * as v from 'valibot';
import type { WebauthnSettings } from '../../../portal/src/server/passkeys/settings.js';
import { passkeyServiceList } from '../../../portal/src/server/passkeys/settings.js';
import { WebauthnPasskeyService } from '../../../portal/src/server/passkeys/webauthn/webauthn-passkey-service.js';
import { newFidoManufacturer, type FidoManufacturer } from '../../support/passkeys/fido-manufacturer.js';
import { SoftwareAuthenticator, TEST_AAGUID } from '../../support/passkeys/software-authenticator.js';
import { expectSince } from '../../support/moment.js';

const ORIGIN = 'https://cms.example.com';
const RP_ID = 'cms.example.com';
const OTHER_AAGUID = '11111111-2222-3333-4444-555555555555';
const NO_AAGUID = '00000000-0000-0000-0000-000000000000';
const alice: Person = {
  id: '6f1c0f0e-3d7a-4f55-9a3f-6f6f6f6f6f6f',
  username: 'alice',
  displayName: 'Alice Example',
  email: null,
  upn: null,
  sid: null,
};

let manufacturer: FidoManufacturer;
beforeAll(async () => {
  manufacturer = await newFidoManufacturer(TEST_AAGUID);
});

/** Makes a service. The settings contain the roots as certificates; a file of them is read before. */
function newService(change: Partial<WebauthnSettings> = {}): WebauthnPasskeyService {
  const [settings] = v.parse(passkeyServiceList, [{ kind: 'webauthn', name: 'portal' }]);
  if (settings?.kind !== 'webauthn') throw new Error('these are settings of another kind');
  const roots = [manufacturer.root];
  return new WebauthnPasskeyService({ ...settings, roots, ...change }, { id: RP_ID, origin: () => ORIGIN });
}

/** Makes a registration and an authenticator's answer, right or wrong. */
async function register(
  service: WebauthnPasskeyService,
  authenticator = new SoftwareAuthenticator({ attestation: manufacturer }),
  faults = {},
) {
  const begun = await service.begin(alice, []);
  const { response } = authenticator.register(begun.options, ORIGIN, faults);
  return { begun, response, finish: () => service.finish(alice, begun, response, 'YubiKey 5') };
}

const refused = (reason: string) => ({ code: 'PASSKEY_REFUSED', data: { reason } });

describe('a registration that the portal verifies itself', () => {
  it('orders a discoverable passkey on a security key, for a person who is not named in the handle', async () => {
    const known = { credentialId: 'AQID', transports: ['nfc'] };
    // Only these two members of a row are read.
    const before = Date.now();
    const { options, expires } = await newService().begin(alice, [known as unknown as Passkey]);
    expect(v.is(creationOptions, options)).toBe(true);
    expect(options).toMatchObject({
      rp: { id: RP_ID },
      user: { id: encodeBytes(Buffer.from(alice.id.replaceAll('-', ''), 'hex')), name: 'alice' },
      excludeCredentials: [{ type: 'public-key', id: 'AQID', transports: ['nfc'] }],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      hints: ['security-key'],
      attestation: 'direct',
    });
    expectSince(expires, before, 300_000);
    expect((await newService().begin(alice, [])).options.challenge).not.toBe(options.challenge);
  });

  it('accepts the ordered passkey, the same answer twice, and recognises its manufacturer', async () => {
    const { response, finish } = await register(newService({ aaguids: [TEST_AAGUID], unattested: 'refuse' }));
    const accepted = { serviceId: response.id, name: 'YubiKey 5', attested: true };
    expect(await finish()).toEqual(accepted);
    expect(await finish()).toEqual(accepted);
  });

  it.each([
    ['of another registration', { challenge: 'AAAA' }, 'challenge'],
    ['of a login', { type: 'webauthn.get' }, 'challenge'],
    ['at another origin', { origin: 'https://cms.example.com.evil.example' }, 'origin'],
    ['in a frame of another site', { crossOrigin: true }, 'origin'],
    ['for another relying party', { rpId: 'example.com' }, 'rp-id'],
    ['without a verified user', { userVerified: false }, 'signature'],
    ['whose attestation is forged', { isForged: true }, 'signature'],
  ])('refuses an answer %s', async (_what, faults, reason) => {
    const { finish } = await register(newService(), undefined, faults);
    await expect(finish()).rejects.toMatchObject(refused(reason));
  });

  it('refuses an unreadable answer, and one that names another credential than it signed', async () => {
    const service = newService();
    const { begun, response } = await register(service);
    const junk = { ...response, response: { ...response.response, attestationObject: 'AAAA' } };
    await expect(service.finish(alice, begun, junk, '')).rejects.toMatchObject(refused('unreadable'));
    const renamed = { ...response, id: 'AAAA', rawId: 'AAAA' };
    await expect(service.finish(alice, begun, renamed, '')).rejects.toMatchObject(refused('signature'));
  });

  it('expires with its time', async () => {
    const service = newService();
    const { begun, response } = await register(service);
    const late = { ...begun, expires: new Date() };
    await expect(service.finish(alice, late, response, '')).rejects.toMatchObject({ code: 'PASSKEY_EXPIRED' });
  });
});

describe('attestation', () => {
  it.each([
    ['no manufacturer', () => Promise.resolve('none' as const)],
    ['its own key', () => Promise.resolve('self' as const)],
    ['a manufacturer that is not trusted', () => newFidoManufacturer(TEST_AAGUID)],
  ])('counts for nothing by %s', async (_what, attest) => {
    const authenticator = new SoftwareAuthenticator({ attestation: await attest() });
    const strict = await register(newService({ unattested: 'refuse' }), authenticator);
    await expect(strict.finish()).rejects.toMatchObject(refused('attestation'));
    const open = await register(newService({ unattested: 'accept' }), authenticator);
    expect(await open.finish()).toMatchObject({ attested: false });
  });

  it('counts for nothing by an expired certificate', async () => {
    const expired = await newFidoManufacturer(TEST_AAGUID, { batchDays: -1 });
    const authenticator = new SoftwareAuthenticator({ attestation: expired });
    const { finish } = await register(newService({ roots: [expired.root] }), authenticator);
    await expect(finish()).rejects.toMatchObject(refused('signature'));
  });

  it('vouches only for its own model', async () => {
    const authenticator = new SoftwareAuthenticator({ aaguid: OTHER_AAGUID, attestation: manufacturer });
    const { finish } = await register(newService(), authenticator);
    await expect(finish()).rejects.toMatchObject(refused('signature'));
  });

  it('is restricted to the allowed models', async () => {
    const service = newService({ aaguids: [OTHER_AAGUID], unattested: 'refuse' });
    expect(await service.findObstacle(alice, { aaguid: TEST_AAGUID })).toBe('model');
    expect(await service.findObstacle(alice, { aaguid: OTHER_AAGUID })).toBeNull();
    expect(await service.findObstacle(alice, null)).toBeNull();
    expect(await newService({ unattested: 'refuse' }).findObstacle(alice, { aaguid: NO_AAGUID })).toBe('attestation');
    await expect((await register(service)).finish()).rejects.toMatchObject(refused('attestation'));
  });
});
