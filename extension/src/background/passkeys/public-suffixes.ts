import * as v from 'valibot';
import { readPackaged } from '../../packaged.js';

/** Schema of the file with the rules of the public suffix list, which `extension/public-suffix-rules.mjs` writes for the extension's package. */
const file = v.pipe(v.array(v.string()), v.minLength(1));

/** The rules; null until they are read. */
let known: ReadonlySet<string> | null = null;

/**
 * True if anyone can register a domain directly below this domain (https://publicsuffix.org/list, "Algorithm"). A name of one label is always
 * a public suffix. If the list cannot be read, every domain counts as a public suffix, so that no passkey is registered for a parent domain
 * of a site.
 *
 * @param domain the domain name, in A-labels and lower case
 */
export async function isPublicSuffix(domain: string): Promise<boolean> {
  try {
    known ??= new Set(v.parse(file, await readPackaged('public-suffixes.json')));
  } catch (error) {
    console.error('Cardwright: the public suffix list could not be read', error);
    return true;
  }
  if (known.has(`!${domain}`)) return false;
  const [, parent] = /^[^.]*\.(.*)$/.exec(domain) ?? [];
  return parent === undefined || known.has(domain) || known.has(`*.${parent}`);
}
