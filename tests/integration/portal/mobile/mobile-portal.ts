import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { openMobile } from '../../../../portal/src/server/open-mobile.js';
import { readMobileSettings } from '../../../../portal/src/server/mobile/read-settings.js';
import { writtenMobileSettings } from '../../../../portal/src/server/mobile/settings.js';
import { openKeptAppleAuthority } from '../../../support/iphone/dealt-to-phones.js';
import { startTestPortal, type TestPortal } from '../support/test-portal.js';

/** A portal for the simulated iPhone, with an adjustable clock for its enrolments. */
export interface PhonePortal extends TestPortal {
  /** Its authority, PEM. */
  readonly authority: string;
  clock: { forward(minutes: number): void; reset(): void };
}

export async function startPhonePortal(settings: object = {}): Promise<PhonePortal> {
  let ahead = 0;
  const folder = mkdtempSync(join(tmpdir(), 'cardwright-phone-portal-'));
  const root = join(folder, 'root.pem');
  writeFileSync(root, (await openKeptAppleAuthority()).rootPem);
  const written = v.parse(writtenMobileSettings, {
    organization: 'Example Ltd',
    deviceAuthorities: [root],
    ...settings,
  });
  const mobile = readMobileSettings(written);
  rmSync(folder, { recursive: true });
  const portal = await startTestPortal({}, { mobile }, (parts) =>
    openMobile({ ...parts, now: () => new Date(Date.now() + ahead) }),
  );
  const authority = await (await fetch(`${portal.origin}/ca/ca.pem`)).text();
  return {
    ...portal,
    authority,
    clock: {
      forward: (minutes) => {
        ahead += minutes * 60_000;
      },
      reset: () => {
        ahead = 0;
      },
    },
  };
}
