import { CardwrightError, asCardwrightError, commands } from '@cardwright/protocol';
import { deviceListing } from '@cardwright/protocol/devices';
import { PROTOCOL_RANGE, type WireError } from '@cardwright/protocol/messages';
import type { HostDiagnosis, HostReport } from '../own-answer.js';
import { readPolicy } from '../policy/read-policy.js';
import { readHostAnswer } from './host-answer.js';
import { logDefect } from './log.js';
import { withMomentaryHost, type MomentaryHost } from './momentary-host.js';
import { requireVersions } from './session-terms.js';

const TIMEOUT_MS = 8_000;
/**
 * Milliseconds that a host may take for all its checks. A single hanging reader takes three seconds. The command table allows 15 s for the
 * same checks (`diagnostics.run`).
 */
const DIAGNOSIS_MS = 15_000;

/**
 * Starts a host for the extension's own menu, checks the host's version, lists the card readers, and ends the host. If this fails, the
 * report contains the error. No site is involved.
 */
export const checkHost = (): Promise<HostReport> =>
  reportOn(TIMEOUT_MS, { readers: [] }, async (host) => {
    const { minimumExtensionVersion, minimumHostVersion } = (await readPolicy()).policy;
    requireVersions({ extension: minimumExtensionVersion, host: minimumHostVersion }, host.version, PROTOCOL_RANGE);
    const { readers } = readHostAnswer(deviceListing, await host.request('device.list'), 'device.list');
    if (readers.length === 0) throw new CardwrightError('NO_READER');
    return { readers };
  });

/** Starts a host for a support file, runs all the host's checks, and ends the host. No site is involved. */
export const diagnoseHost = (): Promise<HostDiagnosis> =>
  reportOn(DIAGNOSIS_MS, { checks: [] }, async (host) => {
    const method = 'diagnostics.run';
    return readHostAnswer(commands[method].result, await host.request(method), method);
  });

/**
 * Starts a host and runs `find` on it. The requests of `find` may take `limit` milliseconds together. If anything fails, returns the error
 * and `nothing`, the empty findings.
 */
async function reportOn<F extends object>(
  limit: number,
  nothing: F,
  find: (host: MomentaryHost) => Promise<F>,
): Promise<F & { readonly problem: WireError | null; readonly version: string | null }> {
  let version: string | null = null;
  try {
    return await withMomentaryHost(limit, async (host) => {
      ({ version } = host);
      return { problem: null, version, ...(await find(host)) };
    });
  } catch (thrown) {
    return { problem: asCardwrightError(thrown, logDefect).toWire(), version, ...nothing };
  }
}
