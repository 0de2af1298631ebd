import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { IndependentTools, OperatorPage } from '@cardwright/stage';
import { certificatesOf, expectIssued, reasonsOnCrl, SLOTS } from '../../support/card-judgement.js';
import { OSCAR } from '../../support/portal-options.js';
import { Workplace } from '../../support/workplace/workplace.js';

const PIN = '739154';

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.open({ newKeys: SLOTS, photographs: 'asked' });
});
afterAll(() => place.close());

it('gets new keys by one click and one entry of the PIN, because an operator asked for it long before it expires', async () => {
  const card = await place.insert('yubikey');
  let alice = await place.trustedEmployee();
  await alice.addDevice();
  await alice.choosePin(PIN);
  await alice.wizard.closes();
  const former = await certificatesOf(place.stage, card.inserted);
  await expect(alice.devices(1)).resolves.toMatchObject([{ text: expect.not.stringContaining('Renew') }]);

  const oscar = await place.employee(OSCAR);
  await new OperatorPage(oscar).act('ask-renew', 'The algorithms changed.');
  await oscar.reads('Renewal asked for');
  await oscar.page.close();

  await alice.page.close();
  alice = await place.employee();
  await alice.reads('The algorithms changed.');
  await alice.click('.work [data-operation="renew"]');
  await alice.enterPin(PIN);
  await alice.wizard.pane('ready');
  await alice.wizard.closes();
  await alice.page.waitForSelector('>>> .work', { hidden: true });

  const renewed = await certificatesOf(place.stage, card.inserted);
  for (const [index, certificate] of renewed.entries())
    expect(former[index]?.publicKey.equals(certificate.publicKey)).toBe(false);
  await expectIssued(place.stage, card.inserted, PIN, 'EC');
  expect(await reasonsOnCrl(place.stage, former)).toEqual(SLOTS.map(() => 'Superseded'));
  // ykman names the retired slot that has the old key of 9D.
  const { text } = await new IndependentTools(place.stage.env, card.readerName).ykmanInfo();
  expect(text).toMatch(/Slot 82/);
});
