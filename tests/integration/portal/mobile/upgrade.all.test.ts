import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { readConfiguration, startPortal } from '@cardwright/portal';
import { openAppleAuthority } from '@cardwright/stage';
import { PageAtPortal } from '../../failures/page-at-portal.js';
import { PhoneAtPortal } from '../../failures/phone-at-portal.js';
import { leaveHalfIssued } from '../support/before-an-upgrade.js';
import { BEFORE_MOBILE } from '../support/old-database.js';
import { startEmbeddedPortal } from '../support/test-portal.js';

it('continues the running issuance of a portal without mobile devices, and can add one beside it', async () => {
  const first = await startEmbeddedPortal();
  const left = await leaveHalfIssued(first, ['7700004', '7700005'], BEFORE_MOBILE);
  const authorities = join(first.folder, 'apple.pem');
  writeFileSync(authorities, (await openAppleAuthority()).rootPem);
  const { mobile } = readConfiguration({
    CARDWRIGHT_MOBILE: JSON.stringify({ organization: 'Example', deviceAuthorities: [authorities] }),
  });
  const second = await startPortal({
    ...first.configuration,
    database: { folder: left.folder },
    origin: first.origin,
    mobile,
  });
  try {
    const later = await left.logInAgain(second);
    const page = await PageAtPortal.login(second, 'alice');
    const phone = await (await PhoneAtPortal.start(second, page)).identify();
    expect(await phone.follow()).toMatchObject({ state: 'to-confirm' });
    await left.continueIssuance(later);
    await phone.confirm();
    expect(await phone.follow()).toMatchObject({ state: 'enrolling' });
  } finally {
    await second.close();
    await first.remove();
  }
});
