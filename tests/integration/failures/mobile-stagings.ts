import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { enrolmentStatus } from '@cardwright/protocol/mobile';
import type { CodesOf } from '../../support/failures/staged.js';
import { enrolWithStrongSwan } from '../../support/scep/peers.js';
import { TestPhone } from '../portal/mobile/support/test-phone.js';
import { PhoneAtPortal } from './phone-at-portal.js';
import type { PortalScene } from './portal-scene.js';
import type { PortalStaging } from './portal-staging.js';

type MobileCode = Extract<
  CodesOf<'portal'>,
  `MOBILE_${string}` | `ENROLMENT_${string}` | `LINK_${string}` | `PHONE_${string}` | 'CARD_PROOF_NEEDED'
>;

/** Minutes: longer than any state of an enrolment lasts. */
const LONG = 31;

/** An enrolment whose time runs out after its phone has come so far. */
const overdue = (goThere: (phone: PhoneAtPortal) => Promise<unknown>) => async (scene: PortalScene) => {
  const phone = await PhoneAtPortal.start(scene.portal, scene.alice);
  await goThere(phone);
  scene.mobile.pass(LONG);
  return phone.follow();
};

/** Every code that the enrolment of mobile devices gives. */
export const mobileStagings: { readonly [C in MobileCode]: PortalStaging<C> } = {
  MOBILE_FORBIDDEN: {
    when: 'someone adds a phone who may not',
    act: ({ olga }) => olga.post('mobile/enrolments', {}),
  },
  ENROLMENT_NOT_FOUND: {
    when: 'a page names an enrolment that there is not',
    act: ({ alice }) => alice.cms.request(`mobile/enrolments/${randomUUID()}`, enrolmentStatus),
  },
  LINK_EXPIRED: {
    when: 'nobody opens the link',
    act: overdue(() => Promise.resolve()),
  },
  PHONE_UNSUPPORTED: {
    when: 'the phone has iOS 17',
    act: async ({ portal, alice }) => {
      const facts = { product: 'iPhone14,2', version: '21A329' };
      return (await (await PhoneAtPortal.start(portal, alice, facts)).identify()).follow();
    },
    data: { product: 'iPhone14,2', version: '21A329' },
  },
  PHONE_OF_ANOTHER: {
    when: 'the phone is being enrolled by someone else',
    act: async ({ portal, alice, bob }) => {
      const phone = await TestPhone.make();
      await (await (await PhoneAtPortal.start(portal, bob, phone)).identify()).confirm();
      return (await (await PhoneAtPortal.start(portal, alice, phone)).identify()).follow();
    },
  },
  PHONE_SILENT: {
    when: 'the phone asks for nothing after it was confirmed',
    act: overdue(async (phone) => (await phone.identify()).confirm()),
  },
  PHONE_NOT_CONFIRMED: {
    when: 'nobody confirms the phone',
    act: overdue((phone) => phone.identify()),
  },
  PHONE_REFUSED: {
    when: 'the phone makes a shorter key than it was told to',
    act: async ({ portal, alice, mobile }) => {
      mobile.change({ keySize: 3072 });
      const phone = await (await PhoneAtPortal.start(portal, alice)).identify();
      await phone.confirm();
      const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const { scepUrl: url, challenge } = phone;
      await enrolWithStrongSwan({ url, authority: await mobile.scepAuthority, key, challenge });
      return phone.follow();
    },
    data: { reason: 'The key has 2048 bits.' },
  },
  CARD_PROOF_NEEDED: {
    when: 'the page names an operation in which no card proved anything',
    act: ({ alice, mobile }) => {
      mobile.change({ proof: 'card' });
      return alice.post('mobile/enrolments', { operation: randomUUID() });
    },
  },
};
