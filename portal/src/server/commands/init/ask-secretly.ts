import { StringDecoder } from 'node:string_decoder';
import type { ReadStream, WriteStream } from 'node:tty';

/** The input and the output of a person's terminal. */
export interface Terminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
}

/** Characters that a terminal in raw mode sends: Enter; Ctrl-C and Ctrl-D; Backspace and Delete; Ctrl-U, which erases the line. */
const ENTER = ['\r', '\n'];
const CANCEL = ['\u0003', '\u0004'];
const ERASE = ['\b', '\u007f'];
const ERASE_LINE = '\u0015';

/**
 * Asks questions whose answers the terminal does not show. The terminal is in raw mode, without echo, from before the first question until after
 * the last answer, so input that is typed early or pasted stays hidden too.
 *
 * @param ask receives a function that asks one question and returns the typed line; this function throws if the person cancels with Ctrl-C or
 *   Ctrl-D
 * @returns the result of `ask`
 */
export async function askSecretly<T>(
  { input, output }: Terminal,
  ask: (question: (text: string) => Promise<string>) => Promise<T>,
): Promise<T> {
  input.setRawMode(true);
  try {
    return await ask(async (text) => {
      output.write(text);
      try {
        return await readLine(input);
      } finally {
        output.write('\r\n');
      }
    });
  } finally {
    input.setRawMode(false);
  }
}

function readLine(input: ReadStream): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let line: string[] = [];
  return new Promise((resolve, reject) => {
    const end = (rest: readonly string[]): void => {
      input.off('data', take);
      input.pause();
      // Input that was pasted beyond this line belongs to the next question.
      if (rest.length > 0) input.unshift(Buffer.from(rest.join('')));
    };
    const take = (chunk: Buffer): void => {
      const typed = Array.from(decoder.write(chunk));
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
        line = typedOnto(line, character);
      }
    };
    input.on('data', take);
    input.resume();
  });
}

function typedOnto(line: string[], character: string): string[] {
  if (ERASE.includes(character)) return line.slice(0, -1);
  return character === ERASE_LINE ? [] : [...line, character];
}
