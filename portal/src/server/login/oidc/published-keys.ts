import { isForeignJwk } from '@cardwright/cms/keys';

/** Maximum length of a provider's keys in bytes. Entra ID publishes some 20 KB. */
const LONGEST = 512 * 1024;

/**
 * Fetches the public keys of a provider (RFC 7517, 5). Keys whose bytes make no sense are left out before anyone reads them.
 *
 * @throws TypeError as `fetch` does, also for an answer of too many bytes
 */
export async function fetchKeys(
  url: string,
  {
    headers,
    redirect,
    signal,
  }: Required<Pick<RequestInit, 'headers' | 'redirect'>> & { readonly signal?: AbortSignal | undefined },
): Promise<Response> {
  const response = await fetch(url, { headers, redirect, signal: signal ?? null });
  const { status, headers: answered } = response;
  if (status !== 200) return response;
  return new Response(readableKeys(await textOf(response)), { status, headers: { 'content-type': typeOf(answered) } });
}

const typeOf = (headers: Headers): string => headers.get('content-type') ?? 'application/json';

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > LONGEST) throw new TypeError('keys of too many bytes');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Returns the text without the keys that must not be read. Anything that is no set of keys is returned as it is, for its reader to refuse. */
function readableKeys(text: string): string {
  const set = parse(text);
  if (typeof set !== 'object' || set === null || !('keys' in set) || !Array.isArray(set.keys)) return text;
  return JSON.stringify({ ...set, keys: set.keys.filter(isForeignJwk) });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
