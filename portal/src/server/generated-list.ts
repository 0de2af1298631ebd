/**
 * A document with a generated list in its place.
 *
 * @param title names the list in its marks
 * @throws Error where the document has no place for it
 */
export function withList(document: string, title: string, list: string): string {
  const begin = `<!-- ${title}: written by \`npm run build\` -->`;
  const end = `<!-- End of the ${title.toLowerCase()} -->`;
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`The list of ${title.toLowerCase()} has no place: ${begin} … ${end}`);
  return `${document.slice(0, from + begin.length)}\n\n${list}\n\n${document.slice(to)}`;
}

/** A table in Markdown, with columns of one width, as Prettier has them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
