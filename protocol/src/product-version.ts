/** A product version: one to four numbers of up to six digits, for example 1.2.0. */
const VERSION = /^\d{1,6}(\.\d{1,6}){0,3}$/;

/**
 * True if a text is a product version: one to four numbers of up to six digits.
 *
 * @example
 * isProductVersion('1.2.0'); // true
 */
export const isProductVersion = (text: string): boolean => VERSION.test(text);

/**
 * True if a product is at least as new as the required version; false if either version cannot be read.
 *
 * @param installed the product's own version; missing numbers count as 0
 * @param minimum the version required; missing numbers count as 0
 * @example
 * isAtLeast('1.10.0', '1.9'); // true
 */
export function isAtLeast(installed: string, minimum: string): boolean {
  if (!isProductVersion(installed) || !isProductVersion(minimum)) return false;
  const [ours, asked] = [numbersOf(installed), numbersOf(minimum)];
  const at = asked.findIndex((number, index) => number !== (ours[index] ?? 0));
  return at === -1 || (ours[at] ?? 0) > (asked[at] ?? 0);
}

const numbersOf = (version: string): number[] => version.split('.').map(Number);
