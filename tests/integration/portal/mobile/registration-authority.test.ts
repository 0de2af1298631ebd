import { generateKeyPairSync, randomUUID, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newAuthority, openDevelopmentCa } from '../../../../portal/src/server/ca/development-ca.js';
import type { RegistrationIdentity } from '../../../../portal/src/server/mobile/enrolments/registration-authority.js';
import { mobileEnrolments } from '../../../../portal/src/server/store/schema.js';
import { MobileStage } from './support/mobile-stage.js';

const DAY = 24 * 60;

let stage: MobileStage;
beforeAll(async () => {
  stage = await MobileStage.start();
});
beforeEach(() => stage.forgetRegistrationAuthority());
afterAll(() => stage.close());

const registration = async (mobile = stage.mobile) => (await mobile.scepAuthority()).registration;
const hex = ({ certificate }: RegistrationIdentity): string => Buffer.from(certificate).toString('hex');
const row = async () => (await stage.store.db.query.registrationAuthorities.findMany())[0];

it('is made once, for the first request, and has its key sealed', async () => {
  const other = await stage.open();
  const all = await Promise.all([registration(), registration(other), registration()]);
  const [first] = all;
  expect(stage.orders.map(({ slot }) => slot)).toEqual(['registration-authority']);
  for (const one of all) expect(hex(one)).toBe(hex(first));
  const certificate = new X509Certificate(first.certificate);
  expect(certificate.subject).toBe('CN=Example SCEP');
  expect(certificate.checkPrivateKey(first.key)).toBe(true);
  expect(certificate.verify(new X509Certificate(stage.authority.certificate).publicKey)).toBe(true);
  const kept = await row();
  // Compact JWE.
  expect(kept?.sealedKey.split('.')).toHaveLength(5);
  expect(kept?.sealedKey).not.toContain('PRIVATE');
});

it('is replaced in its last month, but not while a phone enrols, and in any case on its last day', async () => {
  const first = await registration();
  stage.pass(699 * DAY);
  expect(hex(await registration())).toBe(hex(first));
  stage.pass(2 * DAY);
  await stage.store.db.insert(mobileEnrolments).values({
    id: '6f1c0f0e-3d7a-4f55-9a3f-6f6f6f6f6f6f',
    userId: (await stage.newUser()).id,
    state: 'enrolling',
    linkHash: 'hash',
    language: 'en',
    expiresAt: new Date(stage.now.getTime() + 1000 * DAY * 60_000),
  });
  expect(hex(await registration())).toBe(hex(first));
  stage.pass(28.5 * DAY);
  expect(hex(await registration())).not.toBe(hex(first));
  expect(stage.orders).toHaveLength(2);
  stage.pass(-729.5 * DAY);
  await stage.store.db.delete(mobileEnrolments);
});

it('is replaced in its last month if no phone enrols', async () => {
  const first = await registration();
  stage.pass(701 * DAY);
  const second = await registration();
  expect(hex(second)).not.toBe(hex(first));
  // The authority's clock was not moved.
  stage.pass(-701 * DAY);
  expect(hex(await registration(await stage.open()))).toBe(hex(second));
  expect(stage.orders).toHaveLength(2);
});

it('is replaced if another authority issues the certificates now', async () => {
  const first = await registration();
  const before = { ...stage.authority };
  Object.assign(stage.authority, await openDevelopmentCa(await newAuthority(), () => 'https://cms.example.com/ca'));
  expect(hex(await registration())).not.toBe(hex(first));
  Object.assign(stage.authority, before);
});

it('is kept while a phone enrols, if a former key of the authority certified it', async () => {
  const first = await registration();
  const before = { ...stage.authority };
  const next = await openDevelopmentCa(await newAuthority(), () => 'https://cms.example.com/ca');
  Object.assign(stage.authority, next, { formerCertificates: [before.certificate] });
  const enrolling = {
    id: randomUUID(),
    userId: (await stage.newUser()).id,
    linkHash: 'other',
    language: 'en',
  } as const;
  const expiresAt = new Date(stage.now.getTime() + DAY * 60_000);
  await stage.store.db.insert(mobileEnrolments).values({ ...enrolling, state: 'enrolling', expiresAt });
  expect(hex(await registration())).toBe(hex(first));
  // The phone gets the chain of what it encrypts to.
  expect(await stage.mobile.scepAuthority()).toMatchObject({ formerAuthorities: [before.certificate] });
  await stage.store.db.delete(mobileEnrolments);
  const second = await registration();
  expect(new X509Certificate(second.certificate).verify(new X509Certificate(next.certificate).publicKey)).toBe(true);
  Object.assign(stage.authority, before, { formerCertificates: [] });
});

it('is the configured one, for which the authority is not called', async () => {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const configured = { certificate: Uint8Array.of(1), key };
  expect(await registration(await stage.open({ registrationAuthority: configured }))).toBe(configured);
  expect(stage.orders).toEqual([]);
  expect(await row()).toBeUndefined();
});

it('reports that the authority is away, and is made when that is back', async () => {
  stage.mood = 'unavailable';
  await expect(registration()).rejects.toMatchObject({ code: 'CA_UNAVAILABLE' });
  stage.mood = 'answers';
  await registration();
});
