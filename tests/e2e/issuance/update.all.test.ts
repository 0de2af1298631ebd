import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { IndependentTools, PortalUser, type InsertedCard, type Stage } from '@cardwright/stage';
import { sql } from 'drizzle-orm';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { certificatesOf, reasonsOnCrl, SLOTS } from '../../support/card-judgement.js';
import { grantSite } from '../../support/granted-site.js';
import { hostsEnd } from '../../support/native-hosts.js';
import { ALICE } from '../../support/portal-options.js';
import { joinSharedComputer } from '../../support/workplace/shared-computer.js';

const PIN = '739154';
const LONGER_PIN = '86271359';

let stage: Stage;
let database: string;
let card: InsertedCard;

beforeAll(async () => {
  ({ stage, database } = await joinSharedComputer({ algorithm: 'P-256' }));
  await grantSite(stage.browser.browser, new URL(stage.portal.url).origin, ['read', 'use', 'manage']);
  card = await stage.insert({ profile: 'yubikey' });
});
afterAll(async () => {
  await card.pull();
  await stage.close();
});

/** Changes the policy of YubiKeys: another algorithm in 9A, no 9C, and longer PINs. */
async function changePolicy(): Promise<void> {
  const store = await openPortalDatabase({ url: database });
  const changes = { slots: { '9A': 'P-384', '9D': 'P-256', '9E': 'P-256' } };
  await store.db.execute(sql`UPDATE device_policies
    SET policy = jsonb_set(policy || ${JSON.stringify(changes)}::jsonb, '{pinRules,minLength}', '8')
    WHERE model = 'yubikey'`);
  await store.close();
}

it('brings a card in the field to a changed policy, by one click and one window for its PINs', async () => {
  const alice = await PortalUser.login(stage, ALICE);
  await alice.addDevice();
  await alice.choosePin(PIN);
  await alice.wizard.closes();
  const former = await certificatesOf(stage, card);
  await changePolicy();

  await alice.reload();
  await alice.click('[data-operation="update"]');
  await alice.typePins(PIN, LONGER_PIN);
  await alice.wizard.pane('ready');
  await alice.wizard.closes();
  await alice.page.waitForSelector('>>> [data-operation="update"]', { hidden: true });
  await alice.page.close();

  await hostsEnd(stage);
  const tools = new IndependentTools(stage.env, card.reader.name);
  const updated = new X509Certificate(await tools.openscCertificate('9A'));
  expect(updated.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'secp384r1' });
  await expect(tools.openscCertificate('9C')).rejects.toThrow('no certificate in 9C');
  await expect(tools.openscLogin(PIN)).resolves.toHaveProperty('succeeded', false);
  await expect(tools.signAndVerify('9E', LONGER_PIN, 'EC')).resolves.toEqual({
    succeeded: true,
    text: 'Verified OK\n',
  });
  const reasons = Object.fromEntries(
    (await reasonsOnCrl(stage, former)).map((reason, index) => [SLOTS[index] ?? '', reason]),
  );
  expect(reasons).toEqual({ '9A': 'Superseded', '9C': 'Cessation Of Operation' });
});
