import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

/** The input and the output of a person's terminal. */
export interface Terminal {
  readonly input: Readable & { setRawMode(isRaw: boolean): unknown };
  readonly output: { write(text: string): unknown };
}

/** Returns what the terminal shows for a character that is typed after the given line. */
export type Shown = (line: string, character: string) => string;

/** Asks a question, and returns the typed line. Throws an Error if the person cancels, or if the terminal is gone. */
export type Ask = (question: string, shown: Shown) => Promise<string>;

/** Shows nothing. */
export const hidden: Shown = () => '';
/** Shows the character itself, unless it would control the terminal. */
export const visible: Shown = (_, character) => (/\p{Cc}/u.test(character) ? '' : character);

/** Characters that a terminal in raw mode sends: Enter; Ctrl-C and Ctrl-D; Backspace and Delete; Ctrl-U, which erases the line. */
const ENTER = ['\r', '\n'];
const CANCEL = ['\u0003', '\u0004'];
const ERASE = ['\b', '\u007f'];
const ERASE_LINE = '\u0015';
/** Events of an input from which nothing comes any more. */
const GONE = ['end', 'close', 'error'];
/** Erases the character before the cursor. */
const RUB_OUT = '\b \b';

/**
 * Asks questions on a terminal. The terminal is in raw mode, without echo, from before the first question until after the last answer, so secrets that are
 * typed early or pasted stay hidden.
 *
 * @param work receives the function that asks
 * @returns the result of `work`
 */
export async function atTerminal<T>({ input, output }: Terminal, work: (ask: Ask) => Promise<T>): Promise<T> {
  input.setRawMode(true);
  try {
    return await work(async (question, shown) => {
      output.write(question);
      try {
        return await readLine(input, (line, character) => output.write(shownFor(line, character, shown)));
      } finally {
        output.write('\r\n');
      }
    });
  } finally {
    input.setRawMode(false);
  }
}

/** Returns what the terminal shows for a key that is pressed after the given line. */
function shownFor(line: readonly string[], character: string, shown: Shown): string {
  const before = line.join('');
  if (character === ERASE_LINE) return line.map((_, at) => rubOut(line.slice(0, at + 1), shown)).join('');
  return ERASE.includes(character) ? rubOut(line, shown) : shown(before, character);
}

/** Returns what erases the last character of a line, if it is shown. */
function rubOut(line: readonly string[], shown: Shown): string {
  const last = line.at(-1);
  return last === undefined || shown(line.slice(0, -1).join(''), last) === '' ? '' : RUB_OUT;
}

function readLine(input: Readable, echo: (line: readonly string[], character: string) => void): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let line: string[] = [];
  return new Promise((resolve, reject) => {
    const end = (rest: readonly string[]): void => {
      input.off('data', take);
      for (const event of GONE) input.off(event, lose);
      input.pause();
      // Input that was pasted beyond this line belongs to the next question.
      if (rest.length > 0) input.unshift(Buffer.from(rest.join('')));
    };
    const lose = (): void => {
      end([]);
      reject(new Error('the terminal is gone. Nothing was changed'));
    };
    const take = (chunk: Buffer): void => {
      // Arrow keys and their like send sequences that no answer contains.
      const typed = Array.from(stripVTControlCharacters(decoder.write(chunk)));
      for (const [index, character] of typed.entries()) {
        if (ENTER.includes(character)) {
          end(typed.slice(index + 1));
          resolve(line.join(''));
          return;
        }
        if (CANCEL.includes(character)) {
          end([]);
          reject(new Error('cancelled. Nothing was changed'));
          return;
        }
        echo(line, character);
        line = typedOnto(line, character);
      }
    };
    input.on('data', take);
    for (const event of GONE) input.once(event, lose);
    if (input.readableEnded || input.destroyed) lose();
    else input.resume();
  });
}

function typedOnto(line: string[], character: string): string[] {
  if (ERASE.includes(character)) return line.slice(0, -1);
  return character === ERASE_LINE ? [] : [...line, character];
}
