import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Iphone, MobileDialog, pressButton, type PortalUser } from '@cardwright/stage';
import { closing } from '../../support/workplace/closing.js';
import { Workplace } from '../../support/workplace/workplace.js';

const PIN = '739154';

let place: Workplace;
let alice: PortalUser;

beforeAll(async () => {
  place = await Workplace.open({
    own: 'its portal takes mobile devices',
    photographs: 'mobile',
    mobile: { organization: 'Example Ltd', proof: 'card' },
  });
  alice = await place.trustedEmployee();
});
afterAll(() => place.close());

it('shows a code once an active card has signed to prove its owner', async () => {
  await place.insert('yubikey');
  await alice.addDevice();
  await alice.choosePin(PIN);
  await alice.wizard.closes();
  await alice.devices(1);

  const dialog = new MobileDialog(alice);
  await dialog.open();
  await dialog.pane('prove-pin');
  const window = await alice.window('secret');
  await window.waitForSelector('#pin');
  await alice.lookAt(window, 'prove-pin');
  await window.type('#pin', PIN);
  const closed = closing(window);
  await pressButton(window, '#next');
  await closed;

  const phone = await Iphone.make({ delayFactor: 0.1 });
  await phone.openLink(await dialog.link());
  await phone.downloadProfile();
  const installation = phone.beginInstallation();
  await installation.identify();
  expect(await dialog.shownPhone()).toMatchObject({ serial: phone.serial });
  await dialog.confirm();
  await phone.finish(installation);
  await dialog.pane('sent');
  await phone.finishSetup();
  await dialog.finish();
  expect(await alice.devices(2)).toMatchObject([{ state: 'Active' }, { name: 'iPhone 16 Pro', state: 'Active' }]);
  await place.tidyUp();
});
