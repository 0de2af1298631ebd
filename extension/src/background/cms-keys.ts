import { CardwrightError, publicJwkSet, type PublicJwkSet } from '@cardwright/protocol';
import * as v from 'valibot';
import { policyFor } from './policy.js';

const WELL_KNOWN_PATH = '/.well-known/cardwright';
const TIMEOUT_MS = 3_000;
const MAX_BYTES = 64 * 1024;
const NOT_FOUND = 404;

/**
 * The keys by which a CMS is known: from policy, else from the site's well-known document, read without cookies and
 * without redirects. Null when the site has no such document: then it can run no step.
 *
 * @throws CardwrightError `CMS_KEYS_UNAVAILABLE`
 */
export async function readCmsKeys(origin: string): Promise<PublicJwkSet | null> {
  const { keys } = await policyFor(origin);
  if (keys === 'invalid') throw new CardwrightError('CMS_KEYS_UNAVAILABLE');
  if (keys !== null) return keys;
  try {
    const response = await fetch(origin + WELL_KNOWN_PATH, {
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === NOT_FOUND) return null;
    if (!response.ok) throw new Error(`status ${response.status}`);
    return v.parse(publicJwkSet, JSON.parse(await readBounded(response)));
  } catch (cause) {
    throw new CardwrightError('CMS_KEYS_UNAVAILABLE', {}, { cause });
  }
}

async function readBounded(response: Response): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > MAX_BYTES) {
      await reader.cancel();
      throw new Error(`more than ${MAX_BYTES} bytes`);
    }
    text += decoder.decode(part.value, { stream: true });
  }
  return text + decoder.decode();
}
