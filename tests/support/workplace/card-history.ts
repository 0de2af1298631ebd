/** One APDU of the card's trace, without its data. */
export interface SeenApdu {
  /** INS, P1 and P2 in hexadecimal. */
  readonly header: string;
  /** Four hexadecimal digits; null if the card gave no answer. */
  readonly statusWord: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** GET DATA and PUT DATA (SP 800-73-4 Part 2, 3.1.2 and 3.3.1). */
const READ = 'CB3FFF';
const WRITE = 'DB3FFF';

/** A card's APDUs over all its insertions, oldest first, and the fewest tries that its PIN and PUK ever had. */
export class CardHistory {
  readonly apdus: SeenApdu[] = [];
  #fewestTries = Infinity;

  /**
   * @param line number, header, and status word or `no answer`
   * @param tries of PIN and PUK in the card's memory after the APDU
   */
  note(line: string, tries: readonly number[]): void {
    const [, header = '', status = ''] = line.split(' ');
    const statusWord = /^[0-9A-F]{4}$/.test(status) ? status : null;
    this.apdus.push({ header, statusWord, at: Date.now() });
    this.noteTries([...tries, ...triesOf(statusWord)]);
  }

  noteTries(tries: readonly number[]): void {
    this.#fewestTries = Math.min(this.#fewestTries, ...tries);
  }

  /** The fewest tries that PIN or PUK ever had left, from the card's memory after each APDU and from its answers. */
  get fewestTries(): number {
    return this.#fewestTries;
  }

  /** Counts the successive reads of objects after the last write, up to a time. */
  readBacksUntil(time: number): number {
    const before = this.apdus.filter(({ at }) => at <= time);
    const afterWriting = before.slice(before.findLastIndex(({ header }) => header === WRITE) + 1);
    return afterWriting.filter(({ header, statusWord }) => header === READ && isData(statusWord)).length;
  }

  /** Counts the objects written after a time. */
  writesAfter(time: number): number {
    return this.apdus.filter(({ at, header }) => at > time && header === WRITE).length;
  }
}

/** Reads the tries left from a refusal (ISO 7816-4, 5.6: 63CX, 6983 blocked). */
function triesOf(statusWord: string | null): number[] {
  if (statusWord === '6983') return [0];
  const [, left] = /^63C([0-9A-F])$/.exec(statusWord ?? '') ?? [];
  return left === undefined ? [] : [Number.parseInt(left, 16)];
}

/** Returns whether data comes with the status word; 61XX announces more of the answer (ISO 7816-4, 5.6). */
const isData = (statusWord: string | null): boolean => statusWord === '9000' || statusWord?.startsWith('61') === true;
