// Alone proves: a session that lacks its second factor reaches none of the portal's routes, and forged, used and foreign answers give it none.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import { ROUTES } from '../../../../portal/src/features/list.js';
import { isOpen, type Route } from '../../../../portal/src/server/routes/table/route.js';
import { devices, loginChallenges } from '../../../../portal/src/server/store/schema.js';
import type { CeremonyFaults } from '../../../support/passkeys/software-authenticator.js';
import { issueKeyTo } from '../support/issued-key.js';
import {
  FRESH_WANTED,
  NOBODY,
  passkeysOf,
  REFUSED,
  SecondFactorPortal,
  stateOf,
  tokenOf,
} from '../support/second-factor-portal.js';
import {
  beginRegistration,
  beginSecondStep,
  giveFactor,
  makeKey,
  registerKey,
  sendKey,
} from '../support/sign-in-key.js';
import { Browser } from '../support/test-portal.js';
import { everyOrOneIn } from '../../../support/thorough.js';

/** The second factor: what a sign-in without it opens, and ways round it. */

const ROWS: readonly (readonly [string, Route])[] = Object.entries(ROUTES);

const own = SecondFactorPortal.forTests();

/** Leaves the user out of an answer, as an authenticator may whose passkeys the options name. */
const withoutUser = (
  response: Readonly<Record<'clientDataJSON' | 'authenticatorData' | 'signature', string>>,
): object => {
  const { clientDataJSON, authenticatorData, signature } = response;
  return { clientDataJSON, authenticatorData, signature };
};

describe('a sign-in that lacks its second factor', () => {
  let half: Browser;
  beforeEach(async () => {
    half = await own.signIn();
  });

  it.each(ROWS.filter(([, { who, isSecondStep }]) => !isOpen(who) && isSecondStep !== true))(
    'opens %s to nobody, as if there were none',
    async (address) => {
      const [method = '', path = ''] = address.split(' ');
      const filled = path.replace('{action}', 'suspend').replaceAll(/\{\w+\}/g, '5d1c4f44-7f0b-4b85-8a0e-0c9a6a4c7a01');
      const answer = await half.send(method, filled, method === 'GET' ? undefined : {});
      expect(answer).toMatchObject({ ...NOBODY, body: { error: { data: { details: { fresh: false } } } } });
    },
  );

  it('opens no more to whoever has a passkey', async () => {
    await registerKey(half);
    half = await own.signIn();
    expect(await stateOf(half)).toBe('needed');
    for (const path of ['/api/operator/devices', '/api/devices', '/api/account/access', '/api/account/passkeys'])
      expect(await half.get(path)).toMatchObject(NOBODY);
  });

  it('tells the page what is missing, and offers nothing', async () => {
    expect((await half.get('/api/session')).body).toMatchObject({
      user: { username: 'olga', rights: ['own-account'] },
      secondFactor: 'to-register',
    });
  });

  it('changes neither the password nor the other sessions of its owner', async () => {
    const password = { password: 'olga-password', newPassword: 'another horse battery' };
    expect(await half.send('PUT', '/api/session/password', password)).toMatchObject(NOBODY);
    expect(await half.post('/api/account/sessions/end', { which: 'others' })).toMatchObject(NOBODY);
  });
});

describe('the first passkey', () => {
  it('is registered with the password alone, and opens the rest in a session with another token', async () => {
    const olga = await own.signIn();
    const before = tokenOf(olga);
    expect(await stateOf(olga)).toBe('to-register');
    const { credential } = await makeKey(olga);
    expect(await sendKey(olga, credential)).toMatchObject({
      status: 200,
      body: { secondFactor: 'given', refusal: null },
    });
    expect(tokenOf(olga)).not.toBe(before);
    expect(await own.withToken(before).get('/api/session')).toMatchObject({ body: { user: null } });
    expect((await olga.get('/api/operator/devices')).status).toBe(200);
    const log = await own.log(2);
    expect(log.map(({ event, outcome, personId }) => [event, outcome, personId])).toEqual([
      ['login.second-factor', 'ok', await own.idOf('olga')],
      ['sign-in-passkey.added', 'ok', await own.idOf('olga')],
    ]);
  });

  it('needs a proof of the last ten minutes', async () => {
    const olga = await own.signIn();
    const { credential } = await makeKey(olga);
    await own.age(11);
    expect(await olga.post('/api/account/passkeys/options', {})).toMatchObject(FRESH_WANTED);
    expect(await sendKey(olga, credential)).toMatchObject(FRESH_WANTED);
    expect(await own.keysOf('olga')).toEqual([]);
  });

  const FORGED: readonly (readonly [string, CeremonyFaults])[] = [
    ['at another origin', { origin: 'http://localhost.evil.example' }],
    ['in a frame of another site', { crossOrigin: true }],
    ['for another relying party', { rpId: 'example.com' }],
    ['by another ceremony', { type: 'webauthn.get' }],
    ['without a verified user', { userVerified: false }],
    ['without a present user', { userPresent: false }],
    ['with a challenge of its own', { challenge: 'A'.repeat(43) }],
    ['with a challenge that is none', { challenge: '\0' }],
  ];

  it.each(everyOrOneIn(4, FORGED))('is refused if it was made %s', async (_what, faults) => {
    const olga = await own.signIn();
    const { credential } = await makeKey(olga, faults);
    expect((await sendKey(olga, credential)).code).toBe('PASSKEY_REFUSED');
    expect(await own.keysOf('olga')).toEqual([]);
    expect(await stateOf(olga)).toBe('to-register');
    const [entry] = await own.log(1);
    expect(entry).toMatchObject({ actor: 'olga', event: 'sign-in-passkey.added', outcome: 'failed' });
  });

  it('is refused for the challenge of another session, and a second time', async () => {
    const [olga, elsewhere, oscar] = [await own.signIn(), await own.signIn(), await own.signIn('oscar')];
    const { credential } = await makeKey(olga);
    for (const other of [elsewhere, oscar]) expect((await sendKey(other, credential)).code).toBe('PASSKEY_REFUSED');
    expect((await sendKey(olga, credential)).status).toBe(200);
    expect((await sendKey(olga, credential)).code).toBe('PASSKEY_REFUSED');
    expect(await own.keysOf('olga')).toHaveLength(1);
    expect(await own.keysOf('oscar')).toEqual([]);
  });

  it("is refused for the challenge of a second step, and a second step for a registration's", async () => {
    const { browser: olga, key } = await own.withKey();
    const { challenge } = await beginSecondStep(olga);
    const { credential } = await makeKey(olga, { challenge });
    expect((await sendKey(olga, credential)).code).toBe('PASSKEY_REFUSED');
    const ofRegistration = (await beginRegistration(olga)).challenge;
    expect(await giveFactor(olga, key, { challenge: ofRegistration })).toMatchObject(REFUSED);
  });

  it('is never the passkey of another person, whose public part someone has copied', async () => {
    const olga = await own.signIn();
    const { credential: copied } = await makeKey(olga);
    await sendKey(olga, copied);
    const oscar = await own.signIn('oscar');
    const { challenge } = await beginRegistration(oscar);
    const clientData = { type: 'webauthn.create', challenge, origin: own.portal.origin, crossOrigin: false };
    const clientDataJSON = Buffer.from(JSON.stringify(clientData)).toString('base64url');
    const forged = { ...copied, response: { ...copied.response, clientDataJSON } };
    expect(await sendKey(oscar, forged)).toMatchObject({
      status: 200,
      body: { refusal: 'known', secondFactor: 'to-register', passkeys: [] },
    });
    expect(await own.keysOf('oscar')).toEqual([]);
    expect((await oscar.get('/api/operator/devices')).code).toBe('LOGIN_REQUIRED');
  });
});

describe('the second step', () => {
  it('opens the rest, and its token of before opens nothing', async () => {
    const { key } = await own.withKey();
    const olga = await own.signIn();
    const before = tokenOf(olga);
    expect(await stateOf(olga)).toBe('needed');
    expect(await giveFactor(olga, key)).toMatchObject({ status: 200, body: { secondFactor: 'given' } });
    expect(tokenOf(olga)).not.toBe(before);
    expect((await olga.get('/api/operator/devices')).status).toBe(200);
    const planted = own.withToken(before);
    expect(await planted.get('/api/account/sessions')).toMatchObject(NOBODY);
    expect(await planted.post('/api/session/second-factor/options', {})).toMatchObject(NOBODY);
  });

  it('counts in its session alone', async () => {
    const { key } = await own.withKey();
    const [olga, elsewhere] = [await own.signIn(), await own.signIn()];
    await giveFactor(olga, key);
    expect(await stateOf(elsewhere)).toBe('needed');
    expect(await elsewhere.get('/api/operator/devices')).toMatchObject(NOBODY);
  });

  const FORGED: readonly (readonly [string, CeremonyFaults])[] = [
    ['at another origin', { origin: 'http://localhost.evil.example' }],
    ['in a frame of another site', { crossOrigin: true }],
    ['for another relying party', { rpId: 'example.com' }],
    ['by another ceremony', { type: 'webauthn.create' }],
    ['without a verified user', { userVerified: false }],
    ['with a forged signature', { isForged: true }],
    ['with a challenge of its own', { challenge: 'A'.repeat(43) }],
    ['with a challenge that is none', { challenge: '\0' }],
    ['for another user', { userHandle: 'AAAAAAAAQACAAAAAAAAAAA' }],
    ['for no user', { userHandle: '' }],
  ];

  it.each(everyOrOneIn(3, FORGED))('is refused for an assertion that was made %s', async (_what, faults) => {
    const { key } = await own.withKey();
    const olga = await own.signIn();
    expect(await giveFactor(olga, key, faults)).toMatchObject(REFUSED);
    expect(await stateOf(olga)).toBe('needed');
    const [entry] = await own.log(1);
    expect(entry).toMatchObject({ actor: 'olga', event: 'login.second-factor', outcome: 'failed', way: 'passkey' });
    expect(await giveFactor(olga, key)).toMatchObject({ status: 200 });
  });

  it('takes an answer without the user, whose passkeys the options have named', async () => {
    const { key } = await own.withKey();
    const olga = await own.signIn();
    const { challenge, allowCredentials } = await beginSecondStep(olga);
    expect(allowCredentials.map(({ id }) => id)).toEqual([key.passkey.id]);
    const { response, ...others } = key.authenticator.assert(key.passkey, challenge, own.portal.origin);
    const { userHandle, ...unnamed } = response;
    expect(userHandle).toBe(key.passkey.userHandle);
    const credential = { ...others, response: unnamed };
    expect(await olga.post('/api/session/second-factor', { credential })).toMatchObject({ status: 200 });
    // A sign-in that has named nobody's passkeys does not.
    const stranger = new Browser(own.portal);
    const { body } = await stranger.post('/api/session/passkey/options', {});
    const free = v.parse(v.object({ options: v.looseObject({ challenge: v.string() }) }), body).options.challenge;
    const again = key.authenticator.assert(key.passkey, free, own.portal.origin);
    const nameless = { ...again, response: withoutUser(again.response) };
    expect(await stranger.post('/api/session/passkey', { credential: nameless })).toMatchObject(REFUSED);
  });

  it('is refused for the passkey of another person, with and without that person’s name', async () => {
    const { key } = await own.withKey('oscar');
    await own.withKey('olga');
    const olga = await own.signIn();
    expect(await giveFactor(olga, key)).toMatchObject(REFUSED);
    const { challenge } = await beginSecondStep(olga);
    const assertion = key.authenticator.assert(key.passkey, challenge, own.portal.origin);
    const credential = { ...assertion, response: withoutUser(assertion.response) };
    expect(await olga.post('/api/session/second-factor', { credential })).toMatchObject(REFUSED);
    expect(await stateOf(olga)).toBe('needed');
  });

  it('is refused for a used assertion, for the challenge of another session, and for an expired one', async () => {
    const { key } = await own.withKey();
    const [olga, elsewhere] = [await own.signIn(), await own.signIn()];
    const { challenge } = await beginSecondStep(olga);
    const credential = key.authenticator.assert(key.passkey, challenge, own.portal.origin);
    expect(await elsewhere.post('/api/session/second-factor', { credential })).toMatchObject(REFUSED);
    expect(await olga.post('/api/session/second-factor', { credential })).toMatchObject({ status: 200 });
    expect(await olga.post('/api/session/second-factor', { credential })).toMatchObject(REFUSED);
    const late = await beginSecondStep(elsewhere);
    await own.store.db.update(loginChallenges).set({ expiresAt: new Date(Date.now() - 1000) });
    const expired = key.authenticator.assert(key.passkey, late.challenge, own.portal.origin);
    expect(await elsewhere.post('/api/session/second-factor', { credential: expired })).toMatchObject(REFUSED);
  });

  it('is refused for a copy, whose counter does not advance', async () => {
    const { key } = await own.withKey();
    key.authenticator.counter = 10;
    expect(await giveFactor(await own.signIn(), key)).toMatchObject({ status: 200 });
    const olga = await own.signIn();
    expect(await giveFactor(olga, key, { counter: 11 })).toMatchObject(REFUSED);
    expect(await giveFactor(olga, key, { counter: 12 })).toMatchObject({ status: 200 });
  });

  it('is refused for a minute after five failures', async () => {
    const { key } = await own.withKey();
    const olga = await own.signIn();
    const codes: (string | undefined)[] = [];
    for (let turn = 0; turn < 7; turn += 1) codes.push((await giveFactor(olga, key, { isForged: true })).code);
    expect(codes.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => 'PASSKEY_LOGIN_REFUSED'));
    expect(codes.slice(5)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  });

  it('tells nothing of anybody’s passkeys to whoever has not proved to be that person', async () => {
    await own.withKey();
    const stranger = new Browser(own.portal);
    expect(await stranger.post('/api/session/second-factor/options', {})).toMatchObject(NOBODY);
    const { body } = await stranger.post('/api/session/passkey/options', {});
    expect(JSON.stringify(body)).not.toContain('allowCredentials');
    const oscar = await own.signIn('oscar');
    expect((await beginSecondStep(oscar)).allowCredentials).toEqual([]);
  });
});

describe('another passkey', () => {
  it('is not registered in a session that lacks the second factor', async () => {
    await own.withKey();
    const thief = await own.signIn();
    expect(await thief.post('/api/account/passkeys/options', {})).toMatchObject(FRESH_WANTED);
    expect(await own.keysOf('olga')).toHaveLength(1);
  });

  it('is not registered with a challenge from before the first one', async () => {
    const [olga, thief] = [await own.signIn(), await own.signIn()];
    const { credential } = await makeKey(thief);
    await registerKey(olga);
    expect(await sendKey(thief, credential)).toMatchObject(FRESH_WANTED);
    expect(await own.keysOf('olga')).toHaveLength(1);
  });

  it('is registered after the second factor, up to ten', async () => {
    const { browser: olga } = await own.withKey();
    for (let turn = 1; turn < 10; turn += 1) await registerKey(olga);
    const { credential } = await makeKey(olga);
    expect((await sendKey(olga, credential)).body).toMatchObject({ refusal: 'too-many' });
    expect(await passkeysOf(olga)).toHaveLength(10);
  });

  it('needs a proof of the last ten minutes too', async () => {
    const { browser: olga } = await own.withKey();
    await own.age(11);
    expect(await olga.post('/api/account/passkeys/options', {})).toMatchObject(FRESH_WANTED);
  });

  it('is not registered either if the one before is on a device, even a suspended one', async () => {
    const { authenticator, passkey, deviceId } = await issueKeyTo(own.store, own.portal.origin, 'olga');
    const olga = await own.signIn();
    expect(await stateOf(olga)).toBe('needed');
    await own.store.db.update(devices).set({ state: 'suspended' }).where(eq(devices.id, deviceId));
    expect(await stateOf(olga)).toBe('needed');
    expect((await beginSecondStep(olga)).allowCredentials).toEqual([]);
    expect(await giveFactor(olga, { authenticator, passkey })).toMatchObject(REFUSED);
    expect(await olga.post('/api/account/passkeys/options', {})).toMatchObject(FRESH_WANTED);
    await own.store.db.update(devices).set({ state: 'active' }).where(eq(devices.id, deviceId));
    expect(await giveFactor(olga, { authenticator, passkey })).toMatchObject({ status: 200 });
    const [entry] = await own.log(1);
    expect(entry).toMatchObject({ event: 'login.second-factor', outcome: 'ok', deviceId });
  });
});
