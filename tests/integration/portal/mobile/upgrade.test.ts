import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { readConfiguration, startPortal } from '@cardwright/portal';
import { openAppleAuthority } from '@cardwright/stage';
import { PageAtPortal } from '../../failures/page-at-portal.js';
import { PhoneAtPortal } from '../../failures/phone-at-portal.js';
import { FakeCard } from '../support/fake-card.js';
import { BEFORE_MOBILE, makeOldDatabase } from '../support/old-database.js';
import { Browser, listDevices, startTestPortal, TEST_VENDOR } from '../support/test-portal.js';

/** Three embedded databases, and two starts of a portal. */
const LONG_MS = 120_000;

it(
  'continues the running issuance of a portal that knew no mobile devices, and can add one beside it',
  async () => {
    const first = await startTestPortal();
    const browser = await Browser.login(first, 'alice');
    const [half, done] = [
      new FakeCard('yubikey', '7700004', TEST_VENDOR),
      new FakeCard('yubikey', '7700005', TEST_VENDOR),
    ];
    expect(await browser.relay(await browser.openHost(done))).toMatchObject({ deviceState: 'active' });
    const host = await browser.openHost(half);
    const { operation } = await browser.relay(host, ({ phase }) => phase.name === 'certificates');
    const { devices: before } = await listDevices(browser);
    await first.close();
    const folder = join(first.folder, 'old-database');
    await makeOldDatabase(join(first.folder, 'database'), folder, BEFORE_MOBILE, '');

    const authorities = join(first.folder, 'apple.pem');
    writeFileSync(authorities, (await openAppleAuthority()).rootPem);
    const { mobile } = readConfiguration({
      CARDWRIGHT_MOBILE: JSON.stringify({ organization: 'Example', deviceAuthorities: [authorities] }),
    });
    const second = await startPortal({ ...first.configuration, store: { folder }, origin: first.origin, mobile });
    try {
      const later = await Browser.login(second, 'alice');
      expect((await listDevices(later)).devices).toEqual(before);
      const page = await PageAtPortal.login(second, 'alice');
      const phone = await (await PhoneAtPortal.start(second, page)).identify();
      expect(await phone.follow()).toMatchObject({ state: 'to-confirm' });
      expect(await later.relay(await later.openHost(half))).toMatchObject({
        operation,
        state: 'done',
        deviceState: 'active',
      });
      await phone.confirm();
      expect(await phone.follow()).toMatchObject({ state: 'enrolling' });
    } finally {
      await second.close();
      await first.remove();
    }
  },
  LONG_MS,
);
