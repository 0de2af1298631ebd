/** A compact serialisation with one of its parts replaced. */
export const withPart = (compact: string, index: number, replace: (part: string) => string): string =>
  compact
    .split('.')
    .map((part, position) => (position === index ? replace(part) : part))
    .join('.');

/** Other bytes of the same length. */
export const flipped = (base64url: string): string => base64url.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
