import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { certificateOf } from './support/enrolling.js';
import { MobileStage, ORIGIN, VISITOR } from './support/mobile-stage.js';
import { newPhoneKey } from './support/test-phone.js';

let stage: MobileStage;
beforeAll(async () => {
  stage = await MobileStage.start();
});
afterAll(() => stage.close());

it('makes an active device of a confirmed phone, whose certificates are on hold until it has the last of them', async () => {
  const enrolling = await stage.enrol();
  const { mobile, user, token, phone } = enrolling;
  expect(await enrolling.status).toMatchObject({
    state: 'waiting',
    phone: null,
    certificates: { ordered: 3, issued: 0 },
  });
  expect(await mobile.openLink(token, VISITOR)).toEqual({ kind: 'download', language: 'en' });
  expect(await enrolling.status).toMatchObject({ state: 'opened', lastRequest: { what: 'opened-link' } });
  await enrolling.identify();
  const { serial, version } = phone.facts;
  expect(await enrolling.status).toMatchObject({
    state: 'to-confirm',
    phone: { model: 'iPhone 16 Pro', serial, version },
  });

  const key = await newPhoneKey();
  expect(await enrolling.ask(key)).toEqual({ kind: 'pending' });
  expect(await mobile.registrar.poll(enrolling.id, key)).toEqual({ kind: 'pending' });
  expect(await stage.device(user)).toBeUndefined();
  expect(await enrolling.confirm()).toMatchObject({ state: 'enrolling' });
  const identity = certificateOf(await mobile.registrar.poll(enrolling.id, key));
  expect(await stage.device(user)).toMatchObject({ state: 'producing', model: 'ios', serial, proof: 'not-proved' });
  expect(await stage.listedFor(identity)).toBe('certificateHold');
  // Asked again, it is the same.
  expect(certificateOf(await enrolling.ask(key))).toEqual(identity);
  await mobile.registrar.sent(enrolling.id, key.transactionId);
  expect(await enrolling.status).toMatchObject({ certificates: { ordered: 3, issued: 1 } });

  await enrolling.post(await phone.ask(identity, key));
  expect(await enrolling.status).toMatchObject({ state: 'issued', lastRequest: { what: 'asked-for-configuration' } });
  expect(enrolling.challenges).toHaveLength(2);
  const certificates = [];
  for (const challenge of enrolling.challenges) {
    const one = await newPhoneKey();
    const certificate = certificateOf(await enrolling.ask(one, challenge));
    expect(await stage.listedFor(certificate)).toBe('certificateHold');
    expect(await stage.device(user)).toMatchObject({ state: 'producing' });
    await mobile.registrar.sent(enrolling.id, one.transactionId);
    certificates.push(certificate);
  }
  expect(await enrolling.status).toMatchObject({ state: 'installed', expiresAt: null, certificates: { issued: 3 } });
  expect(await stage.device(user)).toMatchObject({ state: 'active', activatedAt: expect.any(Date) });
  for (const certificate of [identity, ...certificates]) expect(await stage.listedFor(certificate)).toBeUndefined();
  // What they say is from the account.
  const [authentication] = certificates.map((der) => new X509Certificate(der));
  expect(authentication?.subjectAltName).toContain(`${user.username}@corp.example`);
  expect(authentication?.verify(new X509Certificate(stage.authority.certificate).publicKey)).toBe(true);
  const log = await stage.log(enrolling.id);
  expect(log.map(({ event }) => event)).toEqual([
    'mobile.enrolment-started',
    'mobile.link-opened',
    'mobile.profile-downloaded',
    'mobile.phone-identified',
    'mobile.phone-confirmed',
    'certificate.issued',
    'mobile.configuration-sent',
    'certificate.issued',
    'certificate.issued',
    'mobile.installed',
  ]);
});

it('keeps no secret but its hash, and logs none', async () => {
  const enrolling = await stage.enrol();
  const secrets = [enrolling.token];
  await enrolling.identify();
  secrets.push(enrolling.browser, enrolling.challenge);
  const { db } = stage.store;
  const kept = JSON.stringify([await db.query.mobileEnrolments.findMany(), await db.query.scepRequests.findMany()]);
  const log = await stage.wholeLog();
  for (const secret of secrets) {
    expect(secret).toMatch(/^[\w-]{32}$/);
    expect(kept).not.toContain(secret);
    expect(log).not.toContain(secret);
  }
});

it('starts with a link to the portal', async () => {
  const user = await stage.newUser();
  const { link } = await stage.mobile.start(user, {}, { address: '192.0.2.1', language: 'de' });
  expect(link).toMatch(new RegExp(`^${ORIGIN}/mobile/enrol/[\\w-]{32}$`));
});
