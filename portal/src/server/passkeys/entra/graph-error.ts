import * as v from 'valibot';

const graphError = v.object({
  error: v.object({ code: v.nullish(v.string(), ''), message: v.nullish(v.string(), '') }),
});

/** Maximum number of characters of a code or a message in the log. */
const LONGEST_WORDS = 300;

/** Graph's words for a refusal, which it may change at any time. */
export interface GraphWords {
  readonly code: string;
  readonly message: string;
}

/** Reads Graph's words from the body of its answer, as JSON; both are empty if the body has none. */
export function readGraphError(body: unknown): GraphWords {
  const parsed = v.safeParse(graphError, body);
  return parsed.success ? parsed.output.error : { code: '', message: '' };
}

/** Returns Graph's words in one line for the log; empty if there are none. User principal names are left out. */
export const inOneLine = ({ code, message }: GraphWords): string =>
  [code, message]
    .map((text) => text.replaceAll(/\S+@\S+/g, '…').replaceAll(/[^\p{L}\p{N}\p{P}\p{S}]+/gu, ' '))
    .map((text) => text.trim().slice(0, LONGEST_WORDS))
    .filter((text) => text !== '')
    .join(': ');
