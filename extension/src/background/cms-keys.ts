import {
  CMS_AWAY_STATUSES,
  CardwrightError,
  MAX_WELL_KNOWN_BYTES,
  WELL_KNOWN_PATH,
  WELL_KNOWN_TIMEOUT,
  publicJwkSet,
  type PublicJwkSet,
} from '@cardwright/protocol';
import * as v from 'valibot';
import { policyFor } from './policy.js';

const NOT_FOUND = 404;

/**
 * The keys by which a CMS is known: from policy, else from the site's well-known document, read without cookies and
 * without redirects. Null when the site has no such document: then it can run no step.
 *
 * @throws CardwrightError `CMS_UNREACHABLE` when the site does not answer, `CMS_KEYS_UNAVAILABLE` when it answers
 * something else
 */
export async function readCmsKeys(origin: string): Promise<PublicJwkSet | null> {
  const { keys } = await policyFor(origin);
  if (keys === 'invalid') throw new CardwrightError('CMS_KEYS_UNAVAILABLE');
  return keys ?? readWellKnown(origin + WELL_KNOWN_PATH, AbortSignal.timeout(WELL_KNOWN_TIMEOUT));
}

async function readWellKnown(address: string, signal: AbortSignal): Promise<PublicJwkSet | null> {
  const response = await ask(address, signal).catch((cause: unknown) => {
    // The browser tells no more: there is no answer or, where CORS applies to extensions, the answer may not be read.
    throw new CardwrightError('CMS_UNREACHABLE', {}, { cause });
  });
  if (response.status === NOT_FOUND) return null;
  if (CMS_AWAY_STATUSES.includes(response.status)) throw new CardwrightError('CMS_UNREACHABLE');
  try {
    if (!response.ok) throw new Error(`status ${response.status}, ${response.type}`);
    return v.parse(publicJwkSet, JSON.parse(await readBounded(response)));
  } catch (cause) {
    throw new CardwrightError(signal.aborted ? 'CMS_UNREACHABLE' : 'CMS_KEYS_UNAVAILABLE', {}, { cause });
  }
}

/** A redirect appears as such, with no status and nothing to read. */
const ask = (address: string, signal: AbortSignal): Promise<Response> =>
  fetch(address, {
    credentials: 'omit',
    redirect: 'manual',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    signal,
  });

async function readBounded(response: Response): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > MAX_WELL_KNOWN_BYTES) {
      await reader.cancel();
      throw new Error(`more than ${MAX_WELL_KNOWN_BYTES} bytes`);
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}
