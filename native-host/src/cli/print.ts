/** Prints one line for the user. */
export type Print = (line: string) => void;

/**
 * Ranges of characters that control a terminal: control characters, and characters that start a line or change the direction of writing
 * (Unicode, Cc and Bidi_Control).
 */
const HOSTILE: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x061c, 0x061c],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2066, 0x2069],
];

/**
 * Escapes text for a terminal, because a reader's name, a bundle and a log can contain any characters. Each character of `HOSTILE` is written by its
 * number, such as `\u{1b}`.
 */
export const printable = (text: string): string => escapeHostile(text, (code) => `\\u{${code.toString(16)}}`);

function escapeHostile(text: string, escape: (code: number) => string): string {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const isHostile = HOSTILE.some(([first, last]) => code >= first && code <= last);
    return isHostile ? escape(code) : character;
  }).join('');
}

export const printLine: Print = (line) => {
  process.stdout.write(`${printable(line)}\n`);
};

export const printProblem: Print = (line) => {
  process.stderr.write(`${printable(line)}\n`);
};

/** Prints a value as JSON that a program can read. What `printable` would escape is escaped as JSON does it, such as `\u009b`. */
export function printJson(value: unknown, print: Print): void {
  for (const line of JSON.stringify(value, null, 2).split('\n'))
    print(escapeHostile(line, (code) => `\\u${code.toString(16).padStart(4, '0')}`));
}

/** Prints each line of a text. The text must be our own, because its line breaks are not escaped. */
export function printLines(text: string, print: Print): void {
  for (const line of text.split('\n')) print(line);
}
