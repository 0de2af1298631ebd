import {
  CardwrightError,
  PRODUCT_VERSION,
  PROTOCOL_RANGE,
  hostInitialized,
  initializeAtHost,
  validate,
} from '@cardwright/protocol';
import { browser } from '../browser.js';
import { readHostAnswer } from './host-answer.js';
import { HostPort } from './host-port.js';
import { initializeUnder, requireObedience } from './session-terms.js';
import { readPolicy } from '../policy/read-policy.js';
import { hostPolicyOf } from './policy.js';

/** A host that was started for a moment. */
export interface MomentaryHost {
  /** Its product version. */
  readonly version: string;
  /** @returns the result as it came, still to be validated */
  request(method: string): Promise<unknown>;
}

/**
 * Starts a host for the extension's own pages, and ends it after the work. No site is involved.
 *
 * @param limit milliseconds for all of it
 * @throws CardwrightError why the host is not there, `TIMEOUT`, or what the work throws
 */
export async function withMomentaryHost<T>(limit: number, work: (host: MomentaryHost) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(limit);
  const host = HostPort.open({
    answer: () => Promise.reject(new CardwrightError('METHOD_NOT_FOUND')),
  });
  const overtime = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new CardwrightError('TIMEOUT')), { once: true });
  });
  const request = (method: string, params: object = {}): Promise<unknown> =>
    Promise.race([host.request(method, params, { signal }), overtime]);
  try {
    const policy = hostPolicyOf((await readPolicy()).policy);
    const answer = await initializeUnder(policy, (members) =>
      request('initialize', validate(initializeAtHost, { ...aboutNobody(), ...members })),
    );
    const { host: version, capabilities } = readHostAnswer(hostInitialized, answer, 'initialize');
    requireObedience(policy, capabilities);
    return await work({ version, request: (method) => request(method) });
  } finally {
    host.close();
  }
}

/** What the host is told where no page asks. */
const aboutNobody = () => ({
  protocol: PROTOCOL_RANGE,
  sdk: PRODUCT_VERSION,
  extension: PRODUCT_VERSION,
  // The host asks for an origin; this one can belong to nobody (RFC 2606).
  origin: `https://${browser.runtime.id}.invalid`,
  cms: null,
  relyingParties: [],
  windowKey: null,
});
