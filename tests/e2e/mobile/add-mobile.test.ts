// Alone proves: a phone is added by a QR code on the page.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MobileDialog, type PortalUser } from '@cardwright/stage';
import { makeQuickIphone } from '../../support/iphone/dealt-to-phones.js';
import { Workplace } from '../../support/workplace/workplace.js';
import { readQrCode } from './read-qr-code.js';

/** A tenth: confirming takes a moment, but nobody waits ten seconds for the next request. */
const DELAY_FACTOR = 0.1;

let place: Workplace;
let alice: PortalUser;
let dialog: MobileDialog;

beforeAll(async () => {
  place = await Workplace.open({
    own: 'its portal takes mobile devices',
    photographs: 'mobile',
    mobile: { organization: 'Example Ltd', proof: 'password', slots: { signature: true, encryption: true } },
  });
  alice = await place.employee();
  dialog = new MobileDialog(alice);
});
afterEach(() => place.tidyUp({ keep: alice }));
afterAll(() => place.close());

describe('Add Mobile', () => {
  it('shows a code, follows the phone by itself, also after a reload, asks for its owner, and lists it until it is deleted', async () => {
    const phone = await makeQuickIphone({ delayFactor: DELAY_FACTOR });
    await alice.devices(0);
    await dialog.open();
    await dialog.enterPassword();
    const link = await dialog.link();
    expect(await readQrCode(alice.page)).toBe(link);

    await phone.openLink(link);
    await alice.reads('The link has been opened.');
    expect((await phone.downloadProfile()).trust).toBe('Unverified');
    await dialog.pane('install');
    const installation = phone.beginInstallation();
    await installation.identify();
    expect(await dialog.shownPhone()).toEqual({ model: 'iPhone 16 Pro', serial: phone.serial });
    const installed = phone.finish(installation);
    // The phone waits, and the page is reloaded: the dialog opens again for the same phone.
    alice.page.once('dialog', (question) => void question.accept());
    await alice.page.reload();
    expect(await dialog.shownPhone()).toEqual({ model: 'iPhone 16 Pro', serial: phone.serial });
    await dialog.confirm();
    const { identities, identifier } = await installed;
    await dialog.pane('sent');
    await phone.finishSetup();
    await dialog.finish();

    const [row] = await alice.devices(1);
    expect(row).toMatchObject({ name: 'iPhone 16 Pro', state: 'Active' });
    expect(identities.size).toBe(3);
    for (const { certificate } of identities.values())
      expect(row?.text.toUpperCase()).toContain(certificate.serialNumber);

    await alice.click('[data-action="delete-mobile"]');
    await alice.click('dialog[open] #confirm');
    await alice.devices(0);
    expect((await phone.openLink(link)).profileLink).toBeNull();
    phone.remove(identifier);
  });
});
