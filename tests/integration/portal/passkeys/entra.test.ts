import { KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { creationOptions } from '@cardwright/protocol/passkeys';
import { until } from '@cardwright/stage';
import * as v from 'valibot';
import { type GraphCall } from '../../../support/graph/graph-stand-in.js';
import { SoftwareAuthenticator } from '../../../support/passkeys/software-authenticator.js';
import { certify, newKeys } from '../support/attestation-authority.js';
import { EntraBench, NAME, ORIGIN, SECRET, alice, personOf, refusedWith } from './support/entra-bench.js';
import { Deadline } from '../../../../portal/src/server/passkeys/entra/deadline.js';
import { expectSince } from '../../../support/moment.js';

const DAY = 24 * 60 * 60 * 1000;
/** Seconds for which a token is good. */
const LIFETIME = 3600;

let bench: EntraBench;

const methods = () => bench.graph.tenant.methodsOf('alice@example.com');
const unavailable = { code: 'PASSKEY_SERVICE_UNAVAILABLE', data: { service: 'entra' } };

beforeEach(async () => {
  bench = await EntraBench.open();
});
afterEach(() => bench.close());

describe('a registration at Entra ID', () => {
  it('is ordered in WebAuthn Level 3, and registers the passkey under its own name', async () => {
    const before = Date.now();
    const first = await bench.register();
    expect(v.is(creationOptions, first.begun.options)).toBe(true);
    expect(first.begun.options).toMatchObject({
      rp: { id: 'login.microsoft.com' },
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      attestation: 'direct',
      extensions: { hmacCreateSecret: true, credentialProtectionPolicy: 'userVerificationOptional' },
    });
    expectSince(first.begun.expires, before, bench.graph.tenant.challengeLifetime);
    const accepted = await bench.service.finish(alice, first.begun, first.response, NAME);
    expect(accepted).toEqual({
      serviceId: methods()[0]?.id,
      name: expect.stringMatching(/^YubiKey 5 NFC, serial 1 [\da-f]{6}$|^YubiKey 5 NFC, serial [\da-f]{6}$/),
      attested: true,
    });

    const second = await bench.register();
    const excluded = { type: 'public-key', id: first.response.id, transports: ['usb', 'nfc'] };
    expect(second.begun.options.excludeCredentials).toContainEqual(excluded);
    for (const form of ['padded', 'bare'] as const) {
      bench.graph.tenant.excludedIds = form;
      expect((await bench.register()).begun.options.excludeCredentials).toContainEqual(excluded);
    }
    bench.graph.tenant.excludedIds = 'suffixed';
    const other = await bench.service.finish(alice, second.begun, second.response, NAME);
    expect(other.name).not.toBe(accepted.name);
    expect(other.name.length).toBeLessThanOrEqual(30);
    expect(bench.graph.tokens.issued).toBe(1);
  });

  it('is marked if no trusted manufacturer vouches for the key', async () => {
    const { begun, response } = await bench.register(new SoftwareAuthenticator({ attestation: 'none' }));
    expect(await bench.service.finish(alice, begun, response, NAME)).toMatchObject({ attested: false });
  });

  it('is removed, and can be removed once more', async () => {
    const { begun, response } = await bench.register();
    const { serviceId } = await bench.service.finish(alice, begun, response, NAME);
    await bench.service.remove(alice, serviceId);
    expect(methods()).toEqual([]);
    await bench.service.remove(alice, serviceId);
  });

  it.each([
    ['an answer that was lost', 'lost answer'],
    ['an answer that no one can read', 'no json'],
  ] as const)('is found again after %s, and registers nothing twice', async (_what, how) => {
    const { begun, response } = await bench.register();
    bench.graph.fail({ call: 'create', how });
    const accepted = await bench.service.finish(alice, begun, response, NAME);
    expect(accepted).toMatchObject({ serviceId: methods()[0]?.id, attested: true });
    expect(await bench.service.finish(alice, begun, response, NAME)).toEqual(accepted);
    expect(methods()).toHaveLength(1);
  });

  it('is found by the next call if the list was out of reach too', async () => {
    const { begun, response } = await bench.register();
    bench.graph.fail({ call: 'create', how: 'lost answer' });
    bench.graph.fail({ call: 'list', how: { status: 500 } });
    await expect(bench.service.finish(alice, begun, response, NAME)).rejects.toMatchObject(unavailable);
    expect(await bench.service.finish(alice, begun, response, NAME)).toMatchObject({ serviceId: methods()[0]?.id });
    // Even if its time is over by then.
    const late = { ...begun, expires: new Date(Date.now() - 1000) };
    expect(await bench.service.finish(alice, late, response, NAME)).toMatchObject({ serviceId: methods()[0]?.id });
    expect(methods()).toHaveLength(1);
  });

  it('is too late once its challenge has expired, by either clock', async () => {
    bench.graph.tenant.challengeLifetime = 50;
    const { begun, response } = await bench.register();
    await until(() => Date.now() > begun.expires.getTime(), { what: 'the end of the challenge' });
    await expect(bench.service.finish(alice, begun, response, NAME)).rejects.toMatchObject({ code: 'PASSKEY_EXPIRED' });
    expect(bench.graph.count('create')).toBe(0);
    const slow = { ...begun, expires: new Date(Date.now() + 60_000) };
    await expect(bench.service.finish(alice, slow, response, NAME)).rejects.toMatchObject({ code: 'PASSKEY_EXPIRED' });
    expect(methods()).toEqual([]);
  });

  it.each([
    ['another origin', { origin: 'https://login.microsoft.com.example' }],
    ['another relying party', { rpId: 'example.com' }],
    ['another challenge', { challenge: 'AAAA' }],
    ['no user verification', { userVerified: false }],
    ['a forged signature', { isForged: true }],
  ])('is refused by the service for %s', async (_what, faults) => {
    const begun = await bench.service.begin(alice);
    const { response } = new SoftwareAuthenticator({ attestation: bench.manufacturer }).register(
      begun.options,
      ORIGIN,
      faults,
    );
    await expect(bench.service.finish(alice, begun, response, NAME)).rejects.toMatchObject({
      code: 'PASSKEY_REFUSED',
      data: { reason: 'service' },
    });
    expect(methods()).toEqual([]);
  });

  it('is refused for a person whom Entra ID does not know, or who has no name there', async () => {
    await expect(bench.service.begin(personOf('bob@example.com'))).rejects.toMatchObject(refusedWith(404));
    await expect(bench.service.begin(personOf(null))).rejects.toMatchObject(refusedWith(null));
  });
});

describe('a service in trouble', () => {
  it('is called again after its own delay', async () => {
    bench.graph.fail({ call: 'options', how: { status: 429, retryAfter: '1' } });
    bench.graph.fail({ call: 'options', how: { status: 503, retryAfter: new Date(Date.now() + DAY).toUTCString() } });
    const wait = jest.spyOn(Deadline.prototype, 'wait').mockResolvedValue(true);
    await bench.service.begin(alice);
    const [first = 0, second = 0] = wait.mock.calls.flat();
    wait.mockRestore();
    expect(first).toBe(1000);
    expect(Math.round(second / DAY)).toBe(1);
    expect(bench.graph.seen.filter(({ call }) => call === 'options').map(({ status }) => status)).toEqual([
      429, 503, 200,
    ]);
  });

  it.each([
    ['wants more patience than there is', { status: 429, retryAfter: '120' }],
    ['throttles without an end', { status: 429 }],
    ['fails', { status: 500 }],
    ['is behind a gateway that fails', { status: 502 }],
    ['does not answer', 'hang'],
    ['answers something else', 'no json'],
  ] as const)('is unavailable if it %s', async (_what, how) => {
    const limits = jest.spyOn(AbortSignal, 'timeout');
    const service = bench.newService(1);
    bench.graph.fail({ call: 'options', how, times: 10 });
    await expect(service.begin(alice)).rejects.toMatchObject(unavailable);
    // The second of its settings ends it.
    expect(limits.mock.calls).toContainEqual([1000]);
    limits.mockRestore();
    bench.graph.recover();
    await bench.service.begin(alice);
  });

  it.each(['begin', 'remove'] as const)('shows by its status that it does not serve the portal: %s', async (what) => {
    const call: GraphCall = what === 'begin' ? 'options' : 'delete';
    bench.graph.fail({ call, how: { status: 403 } });
    await expect(
      what === 'begin' ? bench.service.begin(alice) : bench.service.remove(alice, 'x'),
    ).rejects.toMatchObject(refusedWith(403));
    expect(bench.lines).toEqual([
      expect.stringMatching(
        /^passkey service entra: .* answered 403, request-id [\w-]{36}, 403: refused by the stand-in$/,
      ),
    ]);
  });

  it('gets a new token if the old one is rejected, once', async () => {
    await bench.service.begin(alice);
    bench.graph.tokens.revokeAll();
    await bench.service.begin(alice);
    expect(bench.graph.tokens.issued).toBe(2);
    bench.graph.fail({ call: 'options', how: { status: 401 }, times: 10 });
    await expect(bench.service.begin(alice)).rejects.toMatchObject(refusedWith(401));
    expect(bench.graph.tokens.issued).toBe(3);
  });

  it('uses a token until shortly before its end, and one for concurrent calls', async () => {
    bench.graph.tokens.lifetime = LIFETIME;
    await Promise.all([bench.service.begin(alice), bench.service.begin(alice), bench.service.begin(alice)]);
    expect(bench.graph.tokens.issued).toBe(1);
    // Its tokens are used until a minute before their end.
    const now = Date.now;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + (LIFETIME - 60) * 1000);
    await bench.service.begin(alice);
    clock.mockRestore();
    expect(bench.graph.tokens.issued).toBe(2);
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
      await bench.restart({ certificate: pem });
      await bench.newService(undefined, {}, { credential }).begin(alice);
      await expect(bench.newService().begin(alice)).rejects.toMatchObject(refusedWith(401));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuses a wrong secret, and is unavailable without its token endpoint', async () => {
    const stranger = bench.newService(undefined, { [SECRET]: 'another' });
    await expect(stranger.begin(alice)).rejects.toMatchObject(refusedWith(401));
    expect(bench.lines).toEqual(['passkey service entra: request for a token answered 401, invalid_client']);
    bench.graph.fail({ call: 'discovery', how: { status: 500 } });
    await expect(bench.service.begin(alice)).rejects.toMatchObject(unavailable);
    bench.graph.fail({ call: 'token', how: 'hang' });
    const waiting = bench.newService(1);
    await expect(waiting.begin(alice)).rejects.toMatchObject(unavailable);
    await bench.service.begin(alice);
  });
});
