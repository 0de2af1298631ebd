import { readdirSync, readFileSync } from 'node:fs';

/** Finds the processes whose command line contains all of these words. */
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
    // The process has ended meanwhile.
    return '';
  }
}
