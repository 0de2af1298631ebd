import {
  CardwrightError,
  capabilitiesOf,
  isCardwrightError,
  validate,
  type Params,
  type Result,
} from '@cardwright/protocol';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { HOST_INITIALIZE_TIMEOUT } from '@cardwright/protocol/limits';
import {
  PROTOCOL_RANGE,
  agreeOnVersion,
  hostInitialized,
  initializeAtHost,
  protocolVersion,
  type ProtocolRange,
  type ProtocolVersion,
} from '@cardwright/protocol/messages';
import type { HostPolicy } from '@cardwright/protocol/policy';
import type { PublicJwkSet } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import type { GrantClass } from '../grant-class.js';
import { readCmsKeys } from './cms-keys.js';
import type { HostPort, HostRequestOptions } from './host-port.js';
import { logDefect } from './log.js';
import {
  initializeUnder,
  mayTellVersions,
  readTerms,
  requireObedience,
  requireVersions,
  type SessionTerms,
} from './session-terms.js';
import { WindowKey } from './window-key.js';

export type HostFacts = v.InferOutput<typeof hostInitialized>;

/** An initialised host, with the keys of its site, read once for the session. */
export interface InitializedHost {
  readonly facts: HostFacts;
  /** Null if the site has none. */
  readonly cms: PublicJwkSet | null;
  /** Key to which the host seals secrets that a window of the extension shows. */
  readonly windowKey: WindowKey;
  /** The policy that the host received. */
  readonly terms: SessionTerms;
}

/**
 * Checks that the extension speaks a protocol version of the page's sdk, before the host is started.
 *
 * @throws CardwrightError `VERSION_MISMATCH` naming the sdk or the extension
 */
export function commonRange(page: ProtocolRange): ProtocolRange {
  const agreement = agreeOnVersion(PROTOCOL_RANGE, page);
  if (!('version' in agreement)) {
    throw agreement.older === 'ours' ? ownMismatch(page) : new CardwrightError('VERSION_MISMATCH', { update: 'sdk' });
  }
  return { min: later(PROTOCOL_RANGE.min, page.min), max: agreement.version };
}

/**
 * Initialises the host with the page's origin and the CMS's keys. The page can choose neither.
 *
 * @throws CardwrightError `VERSION_MISMATCH`, `CMS_KEYS_UNAVAILABLE`, `CMS_UNREACHABLE`, `TIMEOUT`, `HOST_ANSWER_INVALID`, or an error
 *   of `hostError` if the host is missing
 */
export async function initializeHost(
  host: HostPort,
  { protocol, sdk }: Params<'initialize'>,
  origin: string,
  options: HostRequestOptions,
): Promise<InitializedHost> {
  const range = commonRange(protocol);
  const timeout = AbortSignal.timeout(HOST_INITIALIZE_TIMEOUT);
  const overtime = new Promise<never>((_, reject) => {
    timeout.addEventListener('abort', () => reject(new CardwrightError('TIMEOUT')), { once: true });
  });
  const read = Promise.all([readCmsKeys(origin), WindowKey.create(), readTerms(origin)]);
  const agreed = read.then(async ([cms, windowKey, { terms, minimum }]) => {
    const initialize = (members: { policy?: HostPolicy }): Promise<unknown> => {
      const params = validate(initializeAtHost, {
        protocol: range,
        sdk,
        extension: PRODUCT_VERSION,
        origin,
        cms,
        relyingParties: [...terms.relyingParties],
        windowKey: windowKey.publicKey,
        ...members,
      });
      return host.request('initialize', params, options);
    };
    return { cms, windowKey, terms, minimum, answer: await initializeUnder(terms.host, initialize) };
  });
  const { minimum, answer, ...opened } = await Promise.race([agreed, overtime]).catch((error: unknown) => {
    throw isCardwrightError(error, 'VERSION_MISMATCH') ? nameTheOlder(error, protocol) : error;
  });
  const facts = readFacts(answer, range, protocol);
  requireObedience(opened.terms.host, facts.capabilities);
  requireVersions(minimum, facts.host, protocol);
  return { facts, ...opened };
}

/** Reads the version first. The rest of an answer in another major version cannot be validated. */
function readFacts(answer: unknown, range: ProtocolRange, page: ProtocolRange): HostFacts {
  const host = v.fallback(v.optional(hostInitialized.entries.host), undefined);
  const spoken = v.safeParse(v.object({ protocol: protocolVersion, host }), answer);
  if (!spoken.success) throw unreadable('names no version');
  const { protocol, host: installed } = spoken.output;
  if (!('version' in agreeOnVersion(range, { min: protocol, max: protocol }))) {
    const mayTell = installed !== undefined && mayTellVersions(page);
    throw new CardwrightError('VERSION_MISMATCH', { update: 'host', ...(mayTell && { installed }) });
  }
  const facts = v.safeParse(hostInitialized, answer);
  if (!facts.success) throw unreadable(`is not what the table says: ${v.getDotPath(facts.issues[0]) ?? ''}`);
  return facts.output;
}

/** Blames the host for an answer that does not follow the command table. The page did nothing wrong. */
function unreadable(problem: string): CardwrightError {
  const error = new CardwrightError('HOST_ANSWER_INVALID');
  logDefect(`the host's answer to initialize ${problem}`, error);
  return error;
}

/** Composes the answer for the page. */
export const composeAnswer = (
  { sdk }: Params<'initialize'>,
  { protocol, host, capabilities, session }: HostFacts,
  granted: readonly GrantClass[],
): Result<'initialize'> => ({
  protocol,
  versions: { sdk, extension: PRODUCT_VERSION, host },
  capabilities: [...new Set([...capabilitiesOf('extension'), ...capabilities])],
  session,
  granted: [...granted],
});

/** Corrects the blamed side. The host cannot distinguish sdk and extension when it blames the other side. */
function nameTheOlder(error: CardwrightError<'VERSION_MISMATCH'>, page: ProtocolRange): CardwrightError {
  const weLimit = later(PROTOCOL_RANGE.max, page.max) !== PROTOCOL_RANGE.max;
  return error.data.update === 'sdk' && weLimit ? ownMismatch(page) : error;
}

/** Names the extension's own version, to a page that can read it. */
const ownMismatch = (page: ProtocolRange): CardwrightError =>
  new CardwrightError('VERSION_MISMATCH', {
    update: 'extension',
    ...(mayTellVersions(page) && { installed: PRODUCT_VERSION }),
  });

/** Returns the later of two versions, or the first if they are equal. */
const later = (a: ProtocolVersion, b: ProtocolVersion): ProtocolVersion =>
  b.major > a.major || (b.major === a.major && b.minor > a.minor) ? b : a;
