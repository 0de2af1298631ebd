import { randomInt } from 'node:crypto';

/** Returns a random PIN that satisfies the rules of the demo: six digits, no two neighbours equal or in sequence. */
export function somePin(): string {
  const digits = [randomInt(10)];
  while (digits.length < 6) digits.push(((digits.at(-1) ?? 0) + 2 + randomInt(7)) % 10);
  return digits.join('');
}
