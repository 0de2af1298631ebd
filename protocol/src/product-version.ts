/** A product's version: up to four numbers, such as 1.2.0. */
const VERSION = /^\d{1,6}(\.\d{1,6}){0,3}$/;

export const isProductVersion = (text: string): boolean => VERSION.test(text);

/**
 * Whether a product is new enough. A version that cannot be read, on either side, never is.
 *
 * @param installed what the product says of itself
 * @param minimum what is asked for; numbers that it leaves out count as 0
 */
export function isAtLeast(installed: string, minimum: string): boolean {
  if (!isProductVersion(installed) || !isProductVersion(minimum)) return false;
  const [ours, asked] = [numbersOf(installed), numbersOf(minimum)];
  const at = asked.findIndex((number, index) => number !== (ours[index] ?? 0));
  return at === -1 || (ours[at] ?? 0) > (asked[at] ?? 0);
}

const numbersOf = (version: string): number[] => version.split('.').map(Number);
