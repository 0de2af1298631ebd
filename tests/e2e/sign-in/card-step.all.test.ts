import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { PortalUser, type InsertedCard, type Stage } from '@cardwright/stage';
import { openOwnStage } from '../../support/own-stage.js';
import { addAuthenticator } from '../../support/passkeys.js';
import { portalOf } from '../../support/portal-options.js';
import { click, fill, waitFor } from '../../support/wait-for.js';

/** A card as the second factor, from the password to the operators' pages, with the real extension, host and reader. */

const OLGA = {
  username: 'olga',
  password: 'late shifts need strong tea',
  displayName: 'Olga',
  role: 'operator',
} as const;
const PIN = '739154';

let stage: Stage;
let card: InsertedCard;

/** A portal of its own, because staff need a second factor at this one. */
beforeAll(async () => {
  const portal = portalOf({ algorithm: 'P-256' });
  stage = await openOwnStage({
    readers: 1,
    portal: {
      ...portal,
      env: {
        ...portal.env,
        CARDWRIGHT_DEMO_ACCOUNTS: JSON.stringify([OLGA]),
        CARDWRIGHT_SECOND_FACTOR: 'staff',
      },
    },
  });
  card = await stage.insert({ profile: 'piv' });
});
afterAll(() => stage.close());

/** Gives the password, as the first step. */
async function signIn(page: Awaited<ReturnType<Stage['page']>>): Promise<void> {
  await fill(page, '>>> #username', OLGA.username);
  await fill(page, '>>> #password', OLGA.password);
  await click(page, '>>> #login');
  await waitFor(page, '>>> #second-step');
}

it('opens the operators’ pages to whoever has the card and its PIN, and to nobody with another PIN', async () => {
  const first = await stage.page('/login');
  await addAuthenticator(first);
  await signIn(first);
  await click(first, '>>> #second-step');
  await first.waitForFunction(() => location.pathname === '/operator');
  await first.close();

  const olga = await PortalUser.signedIn(stage, OLGA);
  const { page, wizard } = olga;
  await olga.addDevice();
  await olga.allowSite();
  await olga.choosePin(PIN);
  await wizard.closes();
  await olga.click('#logout');

  await signIn(page);
  await click(page, '>>> #card-step');
  await olga.enterPin('000000');
  await wizard.pane('error');
  await olga.click('#retry');
  await olga.enterPin(PIN);
  await page.waitForFunction(() => location.pathname === '/operator');
  const session = await page.evaluate(async () => (await fetch('/api/session')).json() as Promise<unknown>);
  expect(session).toMatchObject({ user: { username: 'olga' }, secondFactor: 'given' });
  await page.close();
  await card.pull();
});
