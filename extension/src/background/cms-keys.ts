import { CardwrightError } from '@cardwright/protocol';
import { CMS_AWAY_STATUSES } from '@cardwright/protocol/cms';
import { MAX_WELL_KNOWN_BYTES, WELL_KNOWN_PATH, WELL_KNOWN_TIMEOUT } from '@cardwright/protocol/limits';
import { publicJwkSet, type PublicJwkSet } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import { policyFor } from '../policy/policy-in-force.js';

const NOT_FOUND = 404;

/**
 * Reads the public keys that identify a site's CMS: from policy, or else from the site's well-known document, which is fetched without
 * cookies or redirects. Returns null if the site answers 404; such a site cannot run a step.
 *
 * @throws CardwrightError `CMS_UNREACHABLE` if the site cannot be reached or read, does not answer within `WELL_KNOWN_TIMEOUT`, or answers
 * with a status that means that the CMS is away (`CMS_AWAY_STATUSES`); `CMS_KEYS_UNAVAILABLE` if the keys in policy are invalid, or if the
 * site's answer contains no valid keys
 */
export async function readCmsKeys(origin: string): Promise<PublicJwkSet | null> {
  const { keys } = await policyFor(origin);
  if (keys === 'invalid') throw new CardwrightError('CMS_KEYS_UNAVAILABLE');
  return keys ?? readWellKnown(origin + WELL_KNOWN_PATH, AbortSignal.timeout(WELL_KNOWN_TIMEOUT));
}

async function readWellKnown(address: string, signal: AbortSignal): Promise<PublicJwkSet | null> {
  const response = await ask(address, signal).catch((cause: unknown) => {
    // The browser does not tell the reason: either there was no answer, or CORS keeps the extension from reading the answer.
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

/** Fetches a document. If the server redirects, this returns an opaque response with status 0 and without a body. */
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
