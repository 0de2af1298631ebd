import { randomInt } from 'node:crypto';

/** Makes a PIN that satisfies the demo's rules: six digits, no two neighbours equal or in sequence. */
export function somePin(): string {
  const digits = [randomInt(10)];
  while (digits.length < 6) digits.push(((digits.at(-1) ?? 0) + 2 + randomInt(7)) % 10);
  return digits.join('');
}
