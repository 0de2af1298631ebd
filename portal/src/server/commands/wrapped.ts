/**
 * Breaks a text into lines at its spaces. A word that is longer than a line is broken where the line ends.
 *
 * @param width greatest number of characters of a line
 */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((one) => pieces(one, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Cuts a word into pieces that fit into a line. An empty word is one piece. */
const pieces = (word: string, width: number): readonly string[] =>
  word.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [''];
