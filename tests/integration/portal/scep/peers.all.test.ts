import { randomUUID, type KeyObject } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import { ScepServer } from '../../../../portal/src/server/mobile/scep/scep-server.js';
import type { Algorithms } from '../../../../portal/src/server/mobile/scep/algorithms.js';
import { isFor, verdictOn } from '../../../support/scep/judgement.js';
import { MemoryRegistrar } from '../../../support/scep/memory-registrar.js';
import { enrolWithScepclient, enrolWithStrongSwan, FOR_SCEPCLIENT, type Outcome } from '../../../support/scep/peers.js';
import { ScepSite } from '../../../support/scep/scep-site.js';
import { openTestAuthority, rsaKey, type TestAuthority } from '../../../support/scep/test-authority.js';
import { thoroughIt } from '../../../support/thorough.js';

let authority: TestAuthority;
let key: KeyObject;
let newKey: KeyObject;
beforeAll(async () => {
  authority = await openTestAuthority();
  key = rsaKey();
  newKey = rsaKey();
});

const sites: ScepSite[] = [];
afterEach(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
});

/** Opens a SCEP server with one enrolment, and the client's needs. */
async function open({ confirmed = true, algorithms = undefined as Algorithms | undefined } = {}) {
  const challenge = randomUUID();
  const registrar = new MemoryRegistrar(authority, challenge, { confirmed });
  const server = new ScepServer({
    authority: () => Promise.resolve(authority.scep),
    registrar,
    ...(algorithms ? { algorithms } : {}),
  });
  const site = await ScepSite.open(server);
  sites.push(site);
  return { registrar, request: { url: site.url('enrolment-1'), authority: authority.scep, key, challenge } };
}

/** Returns the client's certificate, after openssl has verified it. */
function verified({ certificate, words }: Outcome, of: KeyObject): Uint8Array {
  if (!certificate) throw new Error(`It got no certificate, but said:\n${words}`);
  expect(verdictOn(certificate, authority.scep.authority)).toBe('OK');
  expect(isFor(certificate, of)).toBe(true);
  return certificate;
}

/** Confirms as soon as the client was asked to wait. */
async function confirmLate(registrar: MemoryRegistrar, told: () => boolean): Promise<void> {
  await until(told, { what: 'the answer that the client has to wait' });
  registrar.confirm();
}

describe("strongSwan's pki --scep", () => {
  it('enrols', async () => {
    const { registrar, request } = await open();
    verified(await enrolWithStrongSwan(request), key);
    expect(registrar.heard.map(({ what }) => what)).toEqual(['capabilities', 'enrol', 'sent']);
  });

  it('enrols with SHA-512', async () => {
    const { request } = await open();
    verified(await enrolWithStrongSwan(request, { digest: 'sha512' }), key);
  });

  it('polls until the enrolment is confirmed', async () => {
    const { registrar, request } = await open({ confirmed: false });
    const [outcome] = await Promise.all([
      enrolWithStrongSwan(request),
      confirmLate(registrar, () => registrar.count('poll') > 0),
    ]);
    verified(outcome, key);
    expect(outcome.words).toContain('SCEP request pending');
    expect(registrar.heard.map(({ what }) => what)).toEqual(['capabilities', 'enrol', 'poll', 'poll', 'sent']);
  });

  it('renews with a new key', async () => {
    const { registrar, request } = await open();
    const certificate = verified(await enrolWithStrongSwan(request), key);
    const { url } = request;
    const renewal = { url, authority: authority.scep, key: newKey, former: { certificate, key } };
    verified(await enrolWithStrongSwan(renewal), newKey);
    expect(registrar.count('renew')).toBe(1);
  });

  it.each([
    ['a wrong challenge', () => randomUUID()],
    ['none', () => undefined],
  ])('reports badRequest for %s', async (_, choose) => {
    const { request } = await open();
    const outcome = await enrolWithStrongSwan({ ...request, challenge: choose() });
    expect(outcome.certificate).toBeNull();
    expect(outcome.words).toContain('failInfo:     badRequest');
  });

  it('reports badRequest for a challenge that another phone has used', async () => {
    const { request } = await open();
    verified(await enrolWithStrongSwan(request), key);
    const outcome = await enrolWithStrongSwan({ ...request, key: newKey });
    expect(outcome.certificate).toBeNull();
    expect(outcome.words).toContain('failInfo:     badRequest');
  });

  it.each([
    ['SHA-1', { digest: 'sha1' }, 'digest algorithm not supported by CA'],
    ['triple DES', { cipher: 'des3' }, 'encryption algorithm not supported by CA'],
    ['PSS', { 'rsa-padding': 'pss' }, 'failInfo:     badAlg'],
  ])('fails with %s', async (_, further, words) => {
    const { registrar, request } = await open();
    const outcome = await enrolWithStrongSwan(request, further);
    expect(outcome.certificate).toBeNull();
    expect(outcome.words).toContain(words);
    expect(registrar.count('enrol')).toBe(0);
  });
});

describe("micromdm's scepclient", () => {
  const lenient = { algorithms: FOR_SCEPCLIENT };

  it('is refused for its DES and SHA-1', async () => {
    const { registrar, request } = await open();
    const outcome = await enrolWithScepclient(request);
    expect(outcome.certificate).toBeNull();
    expect(outcome.words).toContain('failInfo: badAlg');
    expect(registrar.count('enrol')).toBe(0);
  });

  it('enrols if these are accepted, and renews', async () => {
    const { registrar, request } = await open(lenient);
    const certificate = verified(await enrolWithScepclient(request), key);
    const { url } = request;
    const renewal = { url, authority: authority.scep, key, former: { certificate, key } };
    verified(await enrolWithScepclient(renewal), key);
    expect(registrar.heard.map(({ what }) => what)).toEqual([
      ...['certificates', 'capabilities', 'enrol', 'sent'],
      ...['certificates', 'capabilities', 'renew', 'sent'],
    ]);
  });

  it('reports badRequest for a wrong challenge', async () => {
    const { request } = await open(lenient);
    const outcome = await enrolWithScepclient({ ...request, challenge: randomUUID() });
    expect(outcome.certificate).toBeNull();
    expect(outcome.words).toContain('failInfo: badRequest');
  });

  thoroughIt('sends its request again until the enrolment is confirmed', async () => {
    const { registrar, request } = await open({ ...lenient, confirmed: false });
    const [outcome] = await Promise.all([
      enrolWithScepclient(request),
      confirmLate(registrar, () => registrar.count('enrol') > 0),
    ]);
    verified(outcome, key);
    expect(registrar.heard.map(({ what }) => what)).toEqual(['certificates', 'capabilities', 'enrol', 'enrol', 'sent']);
  });
});
