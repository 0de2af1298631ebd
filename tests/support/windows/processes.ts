import { readdirSync, readFileSync } from 'node:fs';

/** The processes of this computer whose command line has all of these words. */
export function processesWith(...words: readonly string[]): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const line = commandLineOf(name);
      return words.every((word) => line.includes(word));
    })
    .map(Number);
}

function commandLineOf(process: string): string {
  try {
    return readFileSync(`/proc/${process}/cmdline`, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}
