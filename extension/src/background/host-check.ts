import { CardwrightError, asCardwrightError } from '@cardwright/protocol';
import { deviceListing } from '@cardwright/protocol/devices';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import type { HostReport } from '../own-answer.js';
import { readHostAnswer } from './host-answer.js';
import { logDefect } from './log.js';
import { readPolicy } from '../policy/read-policy.js';
import { withMomentaryHost } from './momentary-host.js';
import { requireVersions } from './session-terms.js';

const TIMEOUT_MS = 8_000;

/** Starts a host briefly for the extension's own menu, and reports how far it gets. No site is involved. */
export async function checkHost(): Promise<HostReport> {
  let version: string | null = null;
  try {
    return await withMomentaryHost(TIMEOUT_MS, async (host): Promise<HostReport> => {
      ({ version } = host);
      const { minimumExtensionVersion, minimumHostVersion } = (await readPolicy()).policy;
      requireVersions({ extension: minimumExtensionVersion, host: minimumHostVersion }, version, PROTOCOL_RANGE);
      const { readers } = readHostAnswer(deviceListing, await host.request('device.list'), 'device.list');
      return { problem: readers.length === 0 ? new CardwrightError('NO_READER').toWire() : null, version, readers };
    });
  } catch (thrown) {
    return { problem: asCardwrightError(thrown, logDefect).toWire(), version, readers: [] };
  }
}
