import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';

/**
 * The numbers of APDUs, as docs/reliability.md counted them, in the documents that explain them. `simulation/apdus` and `simulation/apdus-of-renewal` hold
 * what a card receives to the explanations.
 */

const read = (...path: string[]): string => readFileSync(inRepository('docs', ...path), 'utf8');
/** Reads a document as one line of text. */
const prose = (...path: string[]): string => read(...path).replaceAll(/\s+/g, ' ');

const reliability = read('reliability.md');
const cellsOf = (line: string): string[] => line.split('|').map((cell) => cell.trim());

/** Returns the rows of the tables under an operation's heading, each as its cells. */
function rowsOf(operation: string): string[][] {
  const [, section = ''] = reliability.split(`## \`${operation}\`: `);
  const [ofOperation = ''] = section.split('\n## ');
  return ofOperation.split('\n').map(cellsOf);
}

/** Returns the number of APDUs of an operation on a profile. */
function counted(operation: string, profile: string): number {
  const row = rowsOf(operation).find(([, name]) => name === `\`${profile}\``);
  const apdus = Number(row?.at(-2));
  if (!(apdus > 0)) throw new Error(`docs/reliability.md counts no APDUs of ${operation} on ${profile}`);
  return apdus;
}

describe('what docs/reliability.md counted', () => {
  it.each([
    ['yubikey', 1],
    ['piv', 2],
  ] as const)('is the number of APDUs that docs/apdus.md lists for the issuance of a %s', (profile, column) => {
    const numbers = read('apdus.md')
      .split('\n')
      .map((line) => Number(cellsOf(line)[column]))
      .filter((number) => number > 0);
    expect(numbers).toEqual(Array.from({ length: counted('issue', profile) }, (_, index) => index + 1));
  });

  it('is what docs/apdus.md says of an issuance and of a renewal', () => {
    const [keys, inPlace, plain] = ['yubikey', 'yubikey-5.4', 'piv'].map((profile) => counted('renew-keys', profile));
    const text = prose('apdus.md');
    expect(text).toContain(
      `: ${counted('issue', 'yubikey')} on a YubiKey, ${counted('issue', 'piv')} on a plain card.`,
    );
    expect(text).toContain(
      `takes ${keys} APDUs on a YubiKey that moves keys (5.7), ${inPlace} on one that does not, and ${plain} on a plain card`,
    );
  });

  it('is what decision 0038 says', () => {
    const more = (profile: string, than: string): number => counted('issue', profile) - counted('issue', than);
    const text = prose('decisions', '0038-piv-apdus-of-an-issuance.md');
    expect(text).toContain(
      `takes ${counted('issue', 'yubikey')} APDUs on a YubiKey and ${counted('issue', 'piv')} on a plain card`,
    );
    expect(text).toContain(`(98 APDUs before, ${counted('renew-keys', 'yubikey')} now)`);
    expect(text).toContain(
      `needs ${more('piv-strict', 'piv')} or ${more('yubikey-no-extended', 'yubikey-5.4')} APDUs more, and ${more('piv-t0', 'piv')} more with T=0`,
    );
  });

  it('is no card lost by one that lies, on which decision 0038 relies', () => {
    const lies = reliability.split('\n').filter((line) => line.startsWith('| answers 9000 '));
    expect(lies.length).toBeGreaterThan(20);
    expect(lies.filter((line) => cellsOf(line).at(-2) !== '0')).toEqual([]);
  });
});
