// Alone proves: a link that another browser opens, or that is loaded before, uses nothing up.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { internet, until, type Iphone, type IphoneOptions, type Network } from '@cardwright/stage';
import { EnrollingUser, type Enrolment } from './enrolling-user.js';
import { startPhonePortal, type PhonePortal } from './mobile-portal.js';
import { makeQuickIphone } from '../../../support/iphone/dealt-to-phones.js';
import { drawnTests, thoroughIt } from '../../../support/thorough.js';

const drawnIt = drawnTests(2);

/** Phones whose default browser is not Safari, and those who have seen the code too. */

let portal: PhonePortal;
let alice: EnrollingUser;
let enrolment: Enrolment;
/** The addresses that the phone has asked for, in order. */
let asked: string[];

beforeAll(async () => {
  portal = await startPhonePortal();
  alice = await EnrollingUser.login(portal, 'alice');
});
beforeEach(async () => {
  enrolment = await alice.add();
  asked = [];
});
afterEach(async () => {
  portal.clock.reset();
  await enrolment.cancel();
  for (const { id } of await alice.devices()) await alice.delete(id);
});
afterAll(() => portal.remove());

/** Makes a phone whose requests are noted in `asked`. */
const makeWatched = (options: IphoneOptions): Promise<Iphone> => {
  const network: Network = (url, request) => {
    asked.push(url.href);
    return internet(url, request);
  };
  return makeQuickIphone({ ...options, network });
};

const stateOf = async (): Promise<string> => (await enrolment.status()).state;

/** Installs the downloaded profile, with the user's confirmation. */
async function installs(phone: Iphone): Promise<void> {
  await enrolment.installOn(phone);
  await phone.finishSetup();
  await until(async () => (await stateOf()) === 'installed', { what: 'the phone on My Devices' });
}

/** Shows that the downloaded profile is as good as ever: the phone names itself, and `npm run test:all` installs everything. */
async function continues(phone: Iphone): Promise<void> {
  if (globalThis.runsEverything) return installs(phone);
  await phone.beginInstallation().identify();
  expect(await stateOf()).toBe('to-confirm');
}

/** Returns the statuses of requests without a cookie for the link, for its profile, and for the address at which the profile has arrived. */
const statusesOfOthers = (arrived: string): Promise<number[]> =>
  Promise.all(
    [enrolment.link, `${enrolment.link}/profile`, arrived].map(
      async (address) => (await fetch(address, { redirect: 'manual' })).status,
    ),
  );
const DEAD = [404, 404, 404];

describe('a default browser that is not Safari', () => {
  drawnIt('is told to open the link in Safari, uses nothing up, and Safari then installs the profile', async () => {
    const phone = await makeQuickIphone({ browser: 'chrome-18' });
    const page = await phone.openLink(enrolment.link);
    expect(page).toMatchObject({ status: 200, profileLink: null });
    expect(page.html).toContain('Safari');
    expect(await stateOf()).toBe('waiting');
    expect((await phone.openInSafari()).profileLink).not.toBeNull();
    await phone.downloadProfile();
    await installs(phone);
  });

  drawnIt('shows the secret of the link nowhere on that page', async () => {
    const phone = await makeQuickIphone({ browser: 'chrome-18' });
    const { html } = await phone.openLink(enrolment.link);
    expect(html).not.toContain(new URL(enrolment.link).pathname.split('/').at(-1));
  });

  thoroughIt(
    'may hand the profile over to the system if it cannot be told from Safari, and may do so again',
    async () => {
      const phone = await makeQuickIphone({ browser: 'unnamed-18' });
      await phone.openLink(enrolment.link);
      await phone.downloadProfile();
      await phone.downloadProfile();
      await installs(phone);
    },
  );
});

describe('a phone that loads pages before they are opened', () => {
  drawnIt('uses nothing up', async () => {
    const phone = await makeQuickIphone({ prefetches: true });
    expect((await phone.openLink(enrolment.link)).profileLink).not.toBeNull();
    expect(await stateOf()).toBe('opened');
    await phone.downloadProfile();
    await continues(phone);
  });

  thoroughIt('uses nothing up if its browser is not Safari', async () => {
    const phone = await makeQuickIphone({ prefetches: true, browser: 'unnamed-18' });
    await phone.openLink(enrolment.link);
    expect(await stateOf()).toBe('opened');
    await phone.downloadProfile();
    await continues(phone);
  });
});

describe('someone who has seen the code', () => {
  it.each(['iphone-18', 'unnamed-18'] as const)('gets nothing once %s has the profile', async (browser) => {
    const [phone, second] = [await makeWatched({ browser }), await makeQuickIphone({ browser })];
    expect((await second.openLink(enrolment.link)).profileLink).not.toBeNull();
    await phone.openLink(enrolment.link);
    await phone.downloadProfile();
    await expect(second.downloadProfile()).rejects.toThrow('Cannot Download Profile');
    expect(await second.openLink(enrolment.link)).toMatchObject({ status: 404, profileLink: null });
    await continues(phone);
    expect(await statusesOfOthers(asked.at(2) ?? '')).toEqual(DEAD);
  });

  drawnIt(
    'gets nothing from the address at which the profile arrived, once the system has fetched it there',
    async () => {
      const phone = await makeWatched({ browser: 'unnamed-18' });
      await phone.openLink(enrolment.link);
      await phone.downloadProfile();
      expect(await statusesOfOthers(asked.at(-1) ?? '')).toEqual(DEAD);
      await continues(phone);
    },
  );

  thoroughIt('gets nothing from that address after two minutes, even if nothing has fetched it', async () => {
    const phone = await makeWatched({ browser: 'iphone-18' });
    await phone.openLink(enrolment.link);
    await phone.downloadProfile();
    portal.clock.forward(2.1);
    expect(await statusesOfOthers(asked.at(-1) ?? '')).toEqual(DEAD);
    await continues(phone);
  });

  drawnIt('cannot guess that address, and takes nothing away by trying', async () => {
    const phone = await makeWatched({ browser: 'unnamed-18' });
    await phone.openLink(enrolment.link);
    const { headers } = await fetch(`${enrolment.link}/profile`, { redirect: 'manual' });
    const arrived = new URL(headers.get('location') ?? '', enrolment.link).href;
    for (const guess of ['A'.repeat(32), '', '%00', arrived.slice(-32).toLowerCase()])
      expect((await fetch(`${enrolment.link}/profile/${guess}`)).status).toBe(404);
    expect((await fetch(arrived)).status).toBe(200);
    expect((await fetch(arrived)).status).toBe(404);
  });
});
