/** Replaces one part of a compact JWS or JWE. */
export const withPart = (compact: string, index: number, replace: (part: string) => string): string =>
  compact
    .split('.')
    .map((part, position) => (position === index ? replace(part) : part))
    .join('.');

/** Changes the first character of a base64url text, so that the bytes differ and the length stays. */
export const flipped = (base64url: string): string => base64url.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
