/**
 * Returns a document in which a generated list replaces the text between two marks.
 *
 * @param title title of the list, which both marks contain
 * @throws Error if a mark is missing, or the mark of the end stands before the mark of the beginning
 */
export function withList(document: string, title: string, list: string): string {
  const begin = `<!-- ${title}: written by \`npm run build\` -->`;
  const end = `<!-- End of the ${title.toLowerCase()} -->`;
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`The list of ${title.toLowerCase()} has no place: ${begin} … ${end}`);
  return `${document.slice(0, from + begin.length)}\n\n${list}\n\n${document.slice(to)}`;
}

/** Returns a Markdown table with padded columns, as oxfmt formats them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
