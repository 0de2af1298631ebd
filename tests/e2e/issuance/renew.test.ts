import { X509Certificate } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { askProgram, IndependentTools } from '@cardwright/stage';
import { expectIssued, readCa } from '../../support/card-judgement.js';
import { ALICE, BOB } from '../../support/portal-options.js';
import type { StagedCard } from '../../support/workplace/staged-card.js';
import { Workplace } from '../../support/workplace/workplace.js';
import { everyOrNamed } from '../../support/thorough.js';

const PIN = '739154';
const SLOTS = ['9A', '9C', '9D', '9E'] as const;
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

    /** Reads the certificates of a card through OpenSC. */
    async function certificatesOf(card: StagedCard): Promise<X509Certificate[]> {
      await place.hostsEnd();
      const tools = new IndependentTools(place.stage.env, card.readerName);
      const certificates: X509Certificate[] = [];
      for (const slot of SLOTS) certificates.push(new X509Certificate(await tools.openscCertificate(slot)));
      return certificates;
    }

    /** Returns the reasons for which certificates are on the portal's CRL, as openssl reads it. */
    async function reasonsOnCrl(certificates: readonly X509Certificate[]): Promise<(string | undefined)[]> {
      const { crl } = await readCa(place.stage);
      const { text } = await askProgram('openssl', ['crl', '-noout', '-text'], { input: crl });
      const entries = text.split('Serial Number: ').slice(1);
      return certificates.map(({ serialNumber }) =>
        entries
          .find((entry) => entry.startsWith(serialNumber))
          ?.match(/CRL Reason Code:\s*(.*)/)?.[1]
          ?.trim(),
      );
    }

    it.each([
      { profile: 'yubikey', account: ALICE, isFirst: true },
      { profile: 'piv', account: BOB, isFirst: false },
    ] as const)(
      'is renewed by one click and one entry of the PIN, with its keys, if it is a $profile',
      async ({ profile, account, isFirst }) => {
        const card = await place.insert(profile);
        const owner = await place.employee(account);
        await owner.addDevice();
        if (isFirst) await owner.allowSite();
        await owner.choosePin(PIN);
        await owner.wizard.closes();
        await owner.reads('Expires in ');
        const former = await certificatesOf(card);
        expect(await reasonsOnCrl(former)).toEqual(SLOTS.map(() => undefined));

        await owner.click('[data-operation="renew"]');
        await owner.enterPin(PIN);
        await owner.wizard.pane('ready');
        await owner.wizard.closes();

        const renewed = await certificatesOf(card);
        for (const [index, certificate] of renewed.entries()) {
          const before = former[index];
          expect(before?.publicKey.equals(certificate.publicKey)).toBe(true);
          expect(certificate.serialNumber).not.toBe(before?.serialNumber);
        }
        await expectIssued(place.stage, card.inserted, PIN, 'EC');
        expect(await reasonsOnCrl(former)).toEqual(SLOTS.map(() => 'Superseded'));
      },
    );
  },
);
