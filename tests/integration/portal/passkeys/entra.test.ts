import { KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Person } from '@cardwright/cms/store';
import { creationOptions } from '@cardwright/protocol/passkeys';
import { until } from '@cardwright/stage';
import * as v from 'valibot';
import { EntraPasskeyService } from '../../../../portal/src/server/passkeys/entra/entra-passkey-service.js';
import { readServices } from '../../../../portal/src/server/passkeys/read-services.js';
import { passkeyServiceList } from '../../../../portal/src/server/passkeys/settings.js';
import { newGroupId, type EntraTenant } from '../../../support/graph/entra-tenant.js';
import { GraphStandIn, STAND_IN_SECRET, type GraphCall } from '../../../support/graph/graph-stand-in.js';
import { newFidoManufacturer, type FidoManufacturer } from '../../../support/passkeys/fido-manufacturer.js';
import { SoftwareAuthenticator, TEST_AAGUID } from '../../../support/passkeys/software-authenticator.js';
import { certify, newKeys } from '../support/attestation-authority.js';

const SECRET = 'ENTRA_SECRET';
const OTHER_AAGUID = '11111111-2222-3333-4444-555555555555';
const GROUP = newGroupId();
const ORIGIN = 'https://login.microsoft.com';
const NAME = 'YubiKey 5 NFC, serial 12345678901';
const alice = personOf('alice@example.com');

function personOf(upn: string | null): Person {
  const id = '6f1c0f0e-3d7a-4f55-9a3f-6f6f6f6f6f6f';
  return { id, username: 'alice', displayName: 'Alice Example', email: null, upn, sid: null };
}

let manufacturer: FidoManufacturer;
let graph: GraphStandIn;
let lines: string[];
let service: EntraPasskeyService;

/** Makes a service as a portal does from its settings. */
function newService(
  timeout = 3,
  environment: NodeJS.ProcessEnv = { [SECRET]: STAND_IN_SECRET },
  change = {},
): EntraPasskeyService {
  const written = [{ ...graph.settings(SECRET), timeout, ...change }];
  const [settings] = readServices(v.parse(passkeyServiceList, written), environment);
  if (settings?.kind !== 'entra') throw new Error('these are settings of another kind');
  return new EntraPasskeyService(settings, (line) => lines.push(line));
}

/** Begins a registration and has an authenticator answer it. */
async function register(authenticator = new SoftwareAuthenticator({ attestation: manufacturer })) {
  const begun = await service.begin(alice);
  return { begun, response: authenticator.register(begun.options, ORIGIN).response };
}

const methods = () => graph.tenant.methodsOf('alice@example.com');
const unavailable = { code: 'PASSKEY_SERVICE_UNAVAILABLE', data: { service: 'entra' } };
const refusedWith = (status: number | null) => ({
  code: 'PASSKEY_SERVICE_REFUSED',
  data: { service: 'entra', status },
});

beforeAll(async () => {
  manufacturer = await newFidoManufacturer(TEST_AAGUID);
});
beforeEach(async () => {
  lines = [];
  graph = await GraphStandIn.start({
    users: [{ upn: 'alice@example.com', groups: [GROUP] }],
    roots: [manufacturer.root],
  });
  service = newService();
});
afterEach(async () => {
  await graph.close();
  // The log may contain nothing that could log someone in, nor the person's identity.
  expect(lines.join('\n')).not.toMatch(/alice|example\.com|secret|Bearer/i);
});

describe('a registration at Entra ID', () => {
  it('is ordered in WebAuthn Level 3, and registers the passkey under its own name', async () => {
    const first = await register();
    expect(v.is(creationOptions, first.begun.options)).toBe(true);
    expect(first.begun.options).toMatchObject({
      rp: { id: 'login.microsoft.com' },
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      attestation: 'direct',
      extensions: { hmacCreateSecret: true, credentialProtectionPolicy: 'userVerificationOptional' },
    });
    expect(first.begun.expires.getTime() - Date.now()).toBeGreaterThan(4 * 60_000);
    const accepted = await service.finish(alice, first.begun, first.response, NAME);
    expect(accepted).toEqual({
      serviceId: methods()[0]?.id,
      name: expect.stringMatching(/^YubiKey 5 NFC, serial 1 [\da-f]{6}$|^YubiKey 5 NFC, serial [\da-f]{6}$/),
      attested: true,
    });

    const second = await register();
    const excluded = { type: 'public-key', id: first.response.id, transports: ['usb', 'nfc'] };
    expect(second.begun.options.excludeCredentials).toContainEqual(excluded);
    for (const form of ['padded', 'bare'] as const) {
      graph.tenant.excludedIds = form;
      expect((await register()).begun.options.excludeCredentials).toContainEqual(excluded);
    }
    graph.tenant.excludedIds = 'suffixed';
    const other = await service.finish(alice, second.begun, second.response, NAME);
    expect(other.name).not.toBe(accepted.name);
    expect(other.name.length).toBeLessThanOrEqual(30);
    expect(graph.tokens.issued).toBe(1);
  });

  it('is marked if no trusted manufacturer vouches for the key', async () => {
    const { begun, response } = await register(new SoftwareAuthenticator({ attestation: 'none' }));
    expect(await service.finish(alice, begun, response, NAME)).toMatchObject({ attested: false });
  });

  it('is removed, and can be removed once more', async () => {
    const { begun, response } = await register();
    const { serviceId } = await service.finish(alice, begun, response, NAME);
    await service.remove(alice, serviceId);
    expect(methods()).toEqual([]);
    await service.remove(alice, serviceId);
  });

  it.each([
    ['an answer that was lost', 'lost answer'],
    ['an answer that no one can read', 'no json'],
  ] as const)('is found again after %s, and registers nothing twice', async (_what, how) => {
    const { begun, response } = await register();
    graph.fail({ call: 'create', how });
    const accepted = await service.finish(alice, begun, response, NAME);
    expect(accepted).toMatchObject({ serviceId: methods()[0]?.id, attested: true });
    expect(await service.finish(alice, begun, response, NAME)).toEqual(accepted);
    expect(methods()).toHaveLength(1);
  });

  it('is found by the next call if the list was out of reach too', async () => {
    const { begun, response } = await register();
    graph.fail({ call: 'create', how: 'lost answer' });
    graph.fail({ call: 'list', how: { status: 500 } });
    await expect(service.finish(alice, begun, response, NAME)).rejects.toMatchObject(unavailable);
    expect(await service.finish(alice, begun, response, NAME)).toMatchObject({ serviceId: methods()[0]?.id });
    // Even if its time is over by then.
    const late = { ...begun, expires: new Date(Date.now() - 1000) };
    expect(await service.finish(alice, late, response, NAME)).toMatchObject({ serviceId: methods()[0]?.id });
    expect(methods()).toHaveLength(1);
  });

  it('is too late once its challenge has expired, by either clock', async () => {
    graph.tenant.challengeLifetime = 50;
    const { begun, response } = await register();
    await until(() => Date.now() > begun.expires.getTime(), { what: 'the end of the challenge' });
    await expect(service.finish(alice, begun, response, NAME)).rejects.toMatchObject({ code: 'PASSKEY_EXPIRED' });
    expect(graph.count('create')).toBe(0);
    const slow = { ...begun, expires: new Date(Date.now() + 60_000) };
    await expect(service.finish(alice, slow, response, NAME)).rejects.toMatchObject({ code: 'PASSKEY_EXPIRED' });
    expect(methods()).toEqual([]);
  });

  it.each([
    ['another origin', { origin: 'https://login.microsoft.com.example' }],
    ['another relying party', { rpId: 'example.com' }],
    ['another challenge', { challenge: 'AAAA' }],
    ['no user verification', { userVerified: false }],
    ['a forged signature', { isForged: true }],
  ])('is refused by the service for %s', async (_what, faults) => {
    const begun = await service.begin(alice);
    const { response } = new SoftwareAuthenticator({ attestation: manufacturer }).register(
      begun.options,
      ORIGIN,
      faults,
    );
    await expect(service.finish(alice, begun, response, NAME)).rejects.toMatchObject({
      code: 'PASSKEY_REFUSED',
      data: { reason: 'service' },
    });
    expect(methods()).toEqual([]);
  });

  it('is refused for a person whom Entra ID does not know, or who has no name there', async () => {
    await expect(service.begin(personOf('bob@example.com'))).rejects.toMatchObject(refusedWith(404));
    await expect(service.begin(personOf(null))).rejects.toMatchObject(refusedWith(null));
  });
});

describe('a service in trouble', () => {
  it('is called again after its own delay', async () => {
    graph.fail({ call: 'options', how: { status: 429, retryAfter: '1' } });
    graph.fail({ call: 'options', how: { status: 503, retryAfter: new Date(Date.now() + 1500).toUTCString() } });
    const before = Date.now();
    await service.begin(alice);
    expect(Date.now() - before).toBeGreaterThanOrEqual(1000);
    expect(graph.seen.filter(({ call }) => call === 'options').map(({ status }) => status)).toEqual([429, 503, 200]);
  });

  it.each([
    ['wants more patience than there is', { status: 429, retryAfter: '120' }],
    ['throttles without an end', { status: 429 }],
    ['fails', { status: 500 }],
    ['is behind a gateway that fails', { status: 502 }],
    ['does not answer', 'hang'],
    ['answers something else', 'no json'],
  ] as const)('is unavailable if it %s', async (_what, how) => {
    service = newService(1);
    graph.fail({ call: 'options', how, times: 10 });
    const before = Date.now();
    await expect(service.begin(alice)).rejects.toMatchObject(unavailable);
    // A service has ten seconds unless its settings are stricter, as here.
    expect(Date.now() - before).toBeLessThan(10_000);
    graph.recover();
    await service.begin(alice);
  });

  it.each(['begin', 'remove'] as const)('shows by its status that it does not serve the portal: %s', async (what) => {
    const call: GraphCall = what === 'begin' ? 'options' : 'delete';
    graph.fail({ call, how: { status: 403 } });
    await expect(what === 'begin' ? service.begin(alice) : service.remove(alice, 'x')).rejects.toMatchObject(
      refusedWith(403),
    );
    expect(lines).toEqual([
      expect.stringMatching(
        /^passkey service entra: .* answered 403, request-id [\w-]{36}, 403: refused by the stand-in$/,
      ),
    ]);
  });

  it('gets a new token if the old one is rejected, once', async () => {
    await service.begin(alice);
    graph.tokens.revokeAll();
    await service.begin(alice);
    expect(graph.tokens.issued).toBe(2);
    graph.fail({ call: 'options', how: { status: 401 }, times: 10 });
    await expect(service.begin(alice)).rejects.toMatchObject(refusedWith(401));
    expect(graph.tokens.issued).toBe(3);
  });

  it('uses a token until shortly before its end, and one for concurrent calls', async () => {
    graph.tokens.lifetime = 61;
    await Promise.all([service.begin(alice), service.begin(alice), service.begin(alice)]);
    expect(graph.tokens.issued).toBe(1);
    // Its tokens are used until a minute before their end, which is a second from now.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await service.begin(alice);
    expect(graph.tokens.issued).toBe(2);
  });

  it('recognises the portal by a certificate instead of a secret', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cardwright-entra-'));
    try {
      const { certificate, keys } = await certify({ subject: 'The portal', keys: await newKeys(2048) });
      const pem = certificate.toString('pem');
      const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' });
      const credential = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
      writeFileSync(credential.certificate, pem);
      writeFileSync(credential.key, key);
      await graph.close();
      graph = await GraphStandIn.start({
        users: [{ upn: 'alice@example.com' }],
        credentials: { certificate: pem },
      });
      await newService(3, {}, { credential }).begin(alice);
      await expect(newService().begin(alice)).rejects.toMatchObject(refusedWith(401));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuses a wrong secret, and is unavailable without its token endpoint', async () => {
    const stranger = newService(1, { [SECRET]: 'another' });
    await expect(stranger.begin(alice)).rejects.toMatchObject(refusedWith(401));
    expect(lines).toEqual(['passkey service entra: request for a token answered 401, invalid_client']);
    graph.fail({ call: 'discovery', how: { status: 500 } });
    await expect(service.begin(alice)).rejects.toMatchObject(unavailable);
    graph.fail({ call: 'token', how: 'hang' });
    service = newService(1);
    await expect(service.begin(alice)).rejects.toMatchObject(unavailable);
    await service.begin(alice);
  });
});

describe('a passkey profile', () => {
  const expected = { aaguid: TEST_AAGUID };
  const restrict = (enforcementType: 'allow' | 'block', aaGuids: string[]) =>
    graph.tenant.restrict({ keyRestrictions: { isEnforced: true, enforcementType, aaGuids } });

  it.each([
    ['allows others alone', 'allow', [OTHER_AAGUID], 'model'],
    ['allows the model', 'allow', [TEST_AAGUID], null],
    ['blocks the model', 'block', [TEST_AAGUID], 'model'],
    ['blocks others', 'block', [OTHER_AAGUID], null],
  ] as const)('is known before the device is touched if it %s', async (_what, type, aaguids, obstacle) => {
    restrict(type, [...aaguids]);
    expect(await service.findObstacle(alice, expected)).toBe(obstacle);
    const { begun, response } = await register();
    const finished = service.finish(alice, begun, response, NAME);
    // The known obstacle is what the service does.
    if (obstacle === null) await finished;
    else await expect(finished).rejects.toMatchObject({ code: 'PASSKEY_REFUSED', data: { reason: 'service' } });
  });

  it('forbids a key that does not state its model, if it demands attestation', async () => {
    graph.tenant.restrict({ attestationEnforcement: 'registrationOnly' });
    const nameless = { aaguid: '00000000-0000-0000-0000-000000000000' };
    expect(await service.findObstacle(alice, nameless)).toBe('attestation');
    expect(await service.findObstacle(alice, expected)).toBeNull();
  });

  it('forbids every security key, known or not, if it is for synced passkeys', async () => {
    graph.tenant.restrict({ passkeyTypes: 'synced' });
    expect(await service.findObstacle(alice, null)).toBe('model');
  });

  it('counts for its groups: one that allows is enough', async () => {
    const [everyone] = graph.tenant.profiles;
    if (!everyone) throw new Error('there is a default profile');
    const block = { isEnforced: true, enforcementType: 'block', aaGuids: [TEST_AAGUID] } as const;
    graph.tenant.profiles = [
      { ...everyone, keyRestrictions: block },
      { ...everyone, id: OTHER_AAGUID },
    ];
    graph.tenant.targets = [
      { id: 'all_users', allowedPasskeyProfiles: [everyone.id] },
      { id: newGroupId(), allowedPasskeyProfiles: [OTHER_AAGUID] },
    ];
    expect(await service.findObstacle(alice, expected)).toBe('model');
    graph.tenant.targets = [...graph.tenant.targets, { id: GROUP, allowedPasskeyProfiles: [OTHER_AAGUID] }];
    expect(await newService().findObstacle(alice, expected)).toBeNull();
  });

  it.each<[what: string, change: Partial<EntraTenant>, obstacle: 'person' | 'service']>([
    ['is off', { state: 'disabled' }, 'service'],
    ['lets nobody register', { isSelfServiceRegistrationAllowed: false }, 'service'],
    ['excludes a group of the person', { excludedGroups: [GROUP] }, 'person'],
    ['includes none of her groups', { targets: [{ id: newGroupId(), allowedPasskeyProfiles: [] }] }, 'person'],
    ['includes nobody', { targets: [] }, 'person'],
  ])(
    'is known before the device is touched if its policy %s, and logged in the words of Graph',
    async (_, change, obstacle) => {
      Object.assign(graph.tenant, change);
      for (const authenticator of [expected, null])
        expect(await service.findObstacle(alice, authenticator)).toBe(obstacle);
      await expect(service.begin(alice)).rejects.toMatchObject(refusedWith(403));
      expect(lines.at(-1)).toMatch(/, accessDenied: Passkeys are not enabled by policy for the user …$/);
      expect(lines.join()).not.toContain('alice@example.com');
    },
  );

  it('does not stand in the way of a person whose group is not excluded', async () => {
    Object.assign(graph.tenant, { excludedGroups: [newGroupId()] });
    expect(await service.findObstacle(alice, expected)).toBeNull();
    await service.begin(alice);
  });

  it('is read once a minute, and forbids nothing if it is unreadable, which is logged once', async () => {
    restrict('allow', []);
    for (let turn = 0; turn < 3; turn += 1) await service.findObstacle(alice, expected);
    expect(graph.count('policy')).toBe(1);
    const blind = newService();
    graph.fail({ call: 'policy', how: { status: 403 }, times: 9 });
    for (let turn = 0; turn < 3; turn += 1) expect(await blind.findObstacle(alice, expected)).toBeNull();
    expect(lines.filter((line) => line.includes('cannot be read (403)'))).toHaveLength(1);
  });
});
