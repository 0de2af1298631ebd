import { rm } from 'node:fs/promises';
import { startPortal } from '@cardwright/portal';
import type { CrlTimes } from '../../../../portal/src/server/ca/published-crl.js';
import type { TestPortal } from './test-portal.js';

/** Stops a portal, and starts it again over the same database. It then makes a new CRL for its first reader. */
export async function startedAgain(before: TestPortal, crl: Partial<CrlTimes> = {}): Promise<TestPortal> {
  await before.close();
  const { configuration, folder } = before;
  const { authority } = configuration;
  const changed = { ...configuration, authority: { ...authority, crl: { ...authority.crl, ...crl } } };
  const portal = await startPortal(changed);
  const remove = () => portal.close().then(() => rm(folder, { recursive: true, force: true }));
  return { ...portal, configuration: changed, folder, remove };
}
