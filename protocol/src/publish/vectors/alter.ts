/** Replaces one part of a compact JWS or JWE. `index` counts the parts from 0. */
export const withPart = (compact: string, index: number, replace: (part: string) => string): string =>
  compact
    .split('.')
    .map((part, position) => (position === index ? replace(part) : part))
    .join('.');

/** Changes the first character of a base64url text, so that it encodes other bytes of the same length. */
export const flipped = (base64url: string): string => base64url.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
