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
import type { GrantClass } from '@cardwright/protocol/settings';
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

/** A host that has answered `initialize`, with the facts that are read once for the session. */
export interface InitializedHost {
  readonly facts: HostFacts;
  /** Keys of the site's CMS; null if the site has no keys. */
  readonly cms: PublicJwkSet | null;
  /** Key of the extension, to which the host seals a temporary PIN that a window of the extension then shows. */
  readonly windowKey: WindowKey;
  /** The administrator's policy under which the host was initialised. */
  readonly terms: SessionTerms;
}

/**
 * Returns the protocol versions that the extension and the page's sdk both speak. This needs no host, so a mismatch is found before a host
 * is started.
 *
 * @throws CardwrightError `VERSION_MISMATCH` with the part to update: the sdk or the extension
 */
export function commonRange(page: ProtocolRange): ProtocolRange {
  const agreement = agreeOnVersion(PROTOCOL_RANGE, page);
  if (!('version' in agreement)) {
    throw agreement.older === 'ours' ? ownMismatch(page) : new CardwrightError('VERSION_MISMATCH', { update: 'sdk' });
  }
  return { min: later(PROTOCOL_RANGE.min, page.min), max: agreement.version };
}

/**
 * Sends `initialize` to the host, with the page's origin and the CMS's keys. The page can choose neither.
 *
 * @throws CardwrightError `VERSION_MISMATCH`, `CMS_KEYS_UNAVAILABLE`, `CMS_UNREACHABLE`, `TIMEOUT`, `HOST_ANSWER_INVALID`, the host's
 *   own error, or an error of `hostError` if the host is missing or has ended
 */
export async function initializeHost(
  host: HostPort,
  { protocol, sdk }: Params<'initialize'>,
  origin: string,
  options: HostRequestOptions,
): Promise<InitializedHost> {
  const range = commonRange(protocol);
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
  const { minimum, answer, ...opened } = await whileStarting(agreed).catch((error: unknown) => {
    throw isCardwrightError(error, 'VERSION_MISMATCH') ? nameTheOlder(error, protocol) : error;
  });
  const facts = readFacts(answer, range, protocol);
  requireObedience(opened.terms.host, facts.capabilities);
  requireVersions(minimum, facts.host, protocol);
  return { facts, ...opened };
}

/**
 * Waits for a host that is being started.
 *
 * @throws CardwrightError `TIMEOUT` after `HOST_INITIALIZE_TIMEOUT`, or the error of `agreed`, for example because the host's process
 *   has ended
 */
async function whileStarting<T>(agreed: Promise<T>): Promise<T> {
  let timeout: ReturnType<typeof setTimeout> | undefined;
  const overtime = new Promise<never>((_, reject) => {
    timeout = setTimeout(() => reject(new CardwrightError('TIMEOUT')), HOST_INITIALIZE_TIMEOUT);
  });
  try {
    return await Promise.race([agreed, overtime]);
  } finally {
    clearTimeout(timeout);
  }
}

/**
 * Reads the host's answer, its protocol version first: the rest of an answer in another version cannot be validated.
 *
 * @throws CardwrightError `VERSION_MISMATCH` if the version is outside the range, `HOST_ANSWER_INVALID` if the answer is unreadable
 */
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

/** Logs an answer of the host that does not follow the command table, and returns the error for it. The page is not at fault. */
function unreadable(problem: string): CardwrightError {
  const error = new CardwrightError('HOST_ANSWER_INVALID');
  logDefect(`the host's answer to initialize ${problem}`, error);
  return error;
}

/** Returns the answer to the page's `initialize`. */
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

/**
 * Returns the host's error, corrected so that it names the part to update. A host that finds the other side too old names the sdk, because
 * the host cannot know that the extension is the older part.
 */
function nameTheOlder(error: CardwrightError<'VERSION_MISMATCH'>, page: ProtocolRange): CardwrightError {
  const weLimit = later(PROTOCOL_RANGE.max, page.max) !== PROTOCOL_RANGE.max;
  return error.data.update === 'sdk' && weLimit ? ownMismatch(page) : error;
}

/**
 * Returns the error that the extension has to be updated. The error contains the extension's version if the page's sdk can read versions in
 * an error.
 */
const ownMismatch = (page: ProtocolRange): CardwrightError =>
  new CardwrightError('VERSION_MISMATCH', {
    update: 'extension',
    ...(mayTellVersions(page) && { installed: PRODUCT_VERSION }),
  });

/** Returns the later of two versions, or the first if they are equal. */
const later = (a: ProtocolVersion, b: ProtocolVersion): ProtocolVersion =>
  b.major > a.major || (b.major === a.major && b.minor > a.minor) ? b : a;
