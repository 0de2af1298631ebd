import { CardwrightError, validate } from '@cardwright/protocol';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { HOST_INITIALIZE_TIMEOUT } from '@cardwright/protocol/limits';
import { PROTOCOL_RANGE, hostInitialized, initializeAtHost } from '@cardwright/protocol/messages';
import { readPolicy } from '../policy/read-policy.js';
import { hostPolicyOf } from '../policy/policy-in-force.js';
import { readHostAnswer } from './host-answer.js';
import { HostPort } from './host-port.js';
import { initializeUnder, requireObedience } from './session-terms.js';

/** A host that runs only for one piece of work. */
export interface MomentaryHost {
  /** Product version of the host. */
  readonly version: string;
  /**
   * Sends a request to the host.
   *
   * @returns the result, not yet validated
   */
  request(method: string): Promise<unknown>;
}

/**
 * Starts a host for the extension's own pages, runs the work on the host, and ends the host. No site is involved.
 *
 * @param limit milliseconds for the requests of the work together, once the host has started
 * @throws CardwrightError the reason why the host is missing, `VERSION_MISMATCH`, `HOST_ANSWER_INVALID`, `TIMEOUT`, the host's own
 *   error, or any error of the work
 */
export async function withMomentaryHost<T>(limit: number, work: (host: MomentaryHost) => Promise<T>): Promise<T> {
  const host = HostPort.open({
    answer: () => Promise.reject(new CardwrightError('METHOD_NOT_FOUND')),
  });
  /** Returns a function that sends requests. The requests of this function share a time limit, which begins now. */
  const within = (milliseconds: number) => {
    const signal = AbortSignal.timeout(milliseconds);
    const overtime = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new CardwrightError('TIMEOUT')), { once: true });
    });
    // Nobody waits for `overtime` once the work is done, so its rejection must not count as unhandled.
    overtime.catch(() => undefined);
    return (method: string, params: object = {}): Promise<unknown> =>
      Promise.race([host.request(method, params, { signal }), overtime]);
  };
  try {
    const policy = hostPolicyOf((await readPolicy()).policy);
    const start = within(HOST_INITIALIZE_TIMEOUT);
    const answer = await initializeUnder(policy, (members) =>
      start('initialize', validate(initializeAtHost, { ...aboutNobody(), ...members })),
    );
    const { host: version, capabilities } = readHostAnswer(hostInitialized, answer, 'initialize');
    requireObedience(policy, capabilities);
    const request = within(limit);
    return await work({ version, request: (method) => request(method) });
  } finally {
    host.close();
  }
}

/** Returns the parameters of an `initialize` for which no page asks. */
const aboutNobody = () => ({
  protocol: PROTOCOL_RANGE,
  sdk: PRODUCT_VERSION,
  extension: PRODUCT_VERSION,
  // The host requires an origin. Nobody can own an origin below `.invalid` (RFC 2606).
  origin: 'https://extension.invalid',
  cms: null,
  relyingParties: [],
  windowKey: null,
});
