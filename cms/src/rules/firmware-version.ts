/** Reads a firmware version, or its beginning, as numbers: `5.7` as 5 and 7. */
export const versionOf = (text: string): number[] => text.split('.').map(Number);

/** True if a firmware version is lower than another one. Numbers that are left out count as 0. */
export function isBefore(a: readonly number[], b: readonly number[]): boolean {
  const different = [0, 1, 2].find((index) => (a[index] ?? 0) !== (b[index] ?? 0));
  return different !== undefined && (a[different] ?? 0) < (b[different] ?? 0);
}
