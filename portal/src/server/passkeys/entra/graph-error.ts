import * as v from 'valibot';

const graphError = v.object({
  error: v.object({ code: v.nullish(v.string(), ''), message: v.nullish(v.string(), '') }),
});

/** Maximum number of characters of a code or a message in the log. */
const LONGEST_WORDS = 300;

/** Graph's words for a refusal. Graph may change these words at any time. */
export interface GraphWords {
  readonly code: string;
  readonly message: string;
}

/** Reads Graph's words from the parsed body of an answer. Code and message are empty if the body contains no error of Graph. */
export function readGraphError(body: unknown): GraphWords {
  const parsed = v.safeParse(graphError, body);
  return parsed.success ? parsed.output.error : { code: '', message: '' };
}

/** Returns Graph's words in one line for the log. Returns an empty text if code and message are empty. User principal names are left out. */
export const inOneLine = ({ code, message }: GraphWords): string =>
  [code, message]
    .map((text) => text.replaceAll(/\S+@\S+/g, '…').replaceAll(/[^\p{L}\p{N}\p{P}\p{S}]+/gu, ' '))
    .map((text) => text.trim().slice(0, LONGEST_WORDS))
    .filter((text) => text !== '')
    .join(': ');
