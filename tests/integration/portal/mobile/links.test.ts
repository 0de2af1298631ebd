import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LinkVisitor } from '../../../../portal/src/server/mobile/mobile-devices.js';
import type { Enrolling } from './support/enrolling.js';
import { MobileStage } from './support/mobile-stage.js';
import { VISITOR } from './support/visitor.js';
import { TestPhone } from './support/test-phone.js';

let stage: MobileStage;
let phone: TestPhone;
let enrolling: Enrolling;
beforeAll(async () => {
  stage = await MobileStage.start();
  phone = await TestPhone.make();
});
beforeEach(async () => {
  enrolling = await stage.enrol(undefined, phone);
});
afterAll(() => stage.close());

const OTHER_BROWSER = { ...VISITOR, browser: 'another-browser' };
const SAFARI = /(?<=^.*\(KHTML, like Gecko\) ).*/;

/** Fetches the profile without the cookie of the browser that claimed the link. */
const fetchElsewhere = (handover = enrolling.handover, visitor: LinkVisitor = VISITOR) =>
  stage.mobile.download(enrolling.token, handover, visitor);

describe('a link', () => {
  it('is valid for the first browser that asks for the profile, and for that one again', async () => {
    const { mobile, token } = enrolling;
    for (const visitor of [VISITOR, OTHER_BROWSER])
      expect(await mobile.openLink(token, visitor)).toEqual({ kind: 'download', language: 'en' });
    // An attacker who chose a cookie for the browser would know it.
    const first = await mobile.claim(token, OTHER_BROWSER);
    expect(first?.browser).not.toBe(OTHER_BROWSER.browser);
    for (const visitor of [VISITOR, OTHER_BROWSER]) {
      expect(await mobile.claim(token, visitor)).toBeUndefined();
      expect(await mobile.openLink(token, visitor)).toEqual({ kind: 'dead', language: 'en' });
    }
    const own = { ...VISITOR, browser: first?.browser ?? '' };
    expect(await mobile.openLink(token, own)).toEqual({ kind: 'download', language: 'en' });
    expect(await mobile.claim(token, own)).toMatchObject({ browser: first?.browser });
    expect(await enrolling.status).toMatchObject({ state: 'downloaded' });
  });

  it('is valid for one of two browsers that ask at the same moment', async () => {
    const { mobile, token } = enrolling;
    const claims = await Promise.all([mobile.claim(token, VISITOR), mobile.claim(token, OTHER_BROWSER)]);
    expect(claims.filter((one) => one !== undefined)).toHaveLength(1);
  });

  it('explains the requirements if anything else opens it, and is not used up', async () => {
    const desktop = {
      ...VISITOR,
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
    };
    expect(await stage.mobile.openLink(enrolling.token, desktop)).toEqual({ kind: 'unsupported', language: 'en' });
    expect(await enrolling.status).toMatchObject({ state: 'waiting' });
  });

  it('leads to Safari if another browser of the phone opens it, and is not used up', async () => {
    const chrome = {
      ...VISITOR,
      userAgent: VISITOR.userAgent.replace(SAFARI, 'CriOS/141.0 Mobile/15E148 Safari/604.1'),
    };
    expect(await stage.mobile.openLink(enrolling.token, chrome)).toEqual({ kind: 'not-safari', language: 'en' });
    expect(await enrolling.status).toMatchObject({ state: 'waiting', lastRequest: null });
  });

  it('is dead if nobody made it', async () => {
    const none = 'A'.repeat(32);
    expect(await stage.mobile.openLink(none, VISITOR)).toEqual({ kind: 'dead', language: null });
    expect(await stage.mobile.claim(none, VISITOR)).toBeUndefined();
    expect(await stage.mobile.download(none, none, VISITOR)).toBeUndefined();
  });
});

describe('the address of the profile', () => {
  it('is good once for a system that has none of the cookies of the browser', async () => {
    await enrolling.download();
    const [stale] = enrolling.challenges;
    const profile = await fetchElsewhere();
    expect(await fetchElsewhere()).toBeUndefined();
    // The profile that the browser threw away is good for nothing.
    await expect(enrolling.post(phone.answer(stale ?? ''))).rejects.toMatchObject({ code: 'PHONE_NOT_GENUINE' });
    enrolling.read(profile ?? new Uint8Array());
    await enrolling.post(phone.answer(enrolling.challenge));
    expect(await enrolling.status).toMatchObject({ state: 'to-confirm' });
    expect((await stage.log(enrolling.id)).filter(({ event }) => event === 'mobile.profile-downloaded')).toMatchObject([
      { detail: { enrolment: enrolling.id } },
      { detail: { enrolment: enrolling.id, handedOver: true } },
    ]);
  });

  it('is good for whatever cookie that system has of an earlier link', async () => {
    await enrolling.claim();
    expect(await fetchElsewhere(enrolling.handover, OTHER_BROWSER)).toBeDefined();
  });

  it('is good for nobody before anyone has claimed the link', async () => {
    expect(await fetchElsewhere('')).toBeUndefined();
    expect(await fetchElsewhere('A'.repeat(32))).toBeUndefined();
    expect(await enrolling.status).toMatchObject({ state: 'waiting' });
  });

  it('is not used up by a wrong guess', async () => {
    await enrolling.claim();
    for (const guess of ['', enrolling.token, enrolling.browser, `${enrolling.handover}A`])
      expect(await fetchElsewhere(guess)).toBeUndefined();
    expect(await fetchElsewhere()).toBeDefined();
  });

  it('is another one each time that the browser asks', async () => {
    const { handover } = await enrolling.claim();
    await enrolling.claim();
    expect(await fetchElsewhere(handover)).toBeUndefined();
    expect(await fetchElsewhere()).toBeDefined();
  });

  it('is good for two minutes, and then only for the browser', async () => {
    await enrolling.claim();
    stage.pass(2.01);
    expect(await fetchElsewhere()).toBeUndefined();
    const own = { ...VISITOR, browser: enrolling.browser };
    expect(await stage.mobile.download(enrolling.token, enrolling.handover, own)).toBeDefined();
  });

  it('is good for nobody once the phone has answered', async () => {
    await enrolling.identify();
    const own = { ...VISITOR, browser: enrolling.browser };
    for (const visitor of [VISITOR, own]) expect(await fetchElsewhere(enrolling.handover, visitor)).toBeUndefined();
    expect(await stage.mobile.claim(enrolling.token, own)).toBeUndefined();
  });

  it('gives a second phone no certificate before the user has said that it is theirs', async () => {
    await enrolling.claim();
    const thief = await TestPhone.make();
    enrolling.read((await fetchElsewhere()) ?? new Uint8Array());
    await enrolling.post(thief.answer(enrolling.challenge));
    expect(await enrolling.status).toMatchObject({ state: 'to-confirm', phone: { serial: thief.facts.serial } });
    await expect(enrolling.confirm(phone.facts.serial)).rejects.toMatchObject({ code: 'ENROLMENT_NOT_FOUND' });
  });
});
