// Alone proves: a renewal works as a person does it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { certificatesOf, expectIssued, reasonsOnCrl, SLOTS } from '../../support/card-judgement.js';
import { ALICE, BOB } from '../../support/portal-options.js';
import { Workplace } from '../../support/workplace/workplace.js';
import { everyOrNamed, everyOrSome } from '../../support/thorough.js';

const PIN = '739154';
const OWNED = [
  { profile: 'yubikey', account: ALICE, isFirst: true },
  { profile: 'piv', account: BOB, isFirst: false },
] as const;
/** Days for which a certificate is valid here. They are within the days in which a new portal lets owners renew certificates. */
const CERTIFICATE_DAYS = 10;

describe.each(everyOrNamed(['chromium', 'firefox'] as const, 'chromium'))(
  'in %s, a device that expires soon',
  (kind) => {
    let place: Workplace;

    beforeAll(async () => {
      const own = kind === 'firefox' ? { kind, own: 'its browser is Firefox' } : {};
      place = await Workplace.open({ ...own, certificateDays: CERTIFICATE_DAYS, photographs: `renew-${kind}` });
    });
    afterEach(() => place.tidyUp());
    afterAll(() => place.close());

    it.each(everyOrSome(OWNED, ({ isFirst }) => isFirst))(
      'is renewed by one click and one entry of the PIN, with its keys, if it is a $profile',
      async ({ profile, account, isFirst }) => {
        const card = await place.insert(profile);
        const owner = await place.employee(account);
        await owner.addDevice();
        if (isFirst) await owner.allowSite();
        await owner.choosePin(PIN);
        await owner.wizard.closes();
        await owner.reads('Expires in ');
        const former = await certificatesOf(place.stage, card.inserted);
        expect(await reasonsOnCrl(place.stage, former)).toEqual(SLOTS.map(() => undefined));

        await owner.click('[data-operation="renew"]');
        await owner.enterPin(PIN);
        await owner.wizard.pane('ready');
        await owner.wizard.closes();

        const renewed = await certificatesOf(place.stage, card.inserted);
        for (const [index, certificate] of renewed.entries()) {
          const before = former[index];
          expect(before?.publicKey.equals(certificate.publicKey)).toBe(true);
          expect(certificate.serialNumber).not.toBe(before?.serialNumber);
        }
        await expectIssued(place.stage, card.inserted, PIN, 'EC');
        expect(await reasonsOnCrl(place.stage, former)).toEqual(SLOTS.map(() => 'Superseded'));
      },
    );
  },
);
