/** Width of a line in characters, as in the whole repository. */
const WIDTH = 120;

/** Writes JSON as people do, with a list on one line if it takes less than half of the line. */
export const jsonText = (value: unknown): string => `${write(value, '')}\n`;

/** Writes JSON on one line, with spaces as people put them. */
export function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${oneLine(member)}`);
  return `{ ${members.join(', ')} }`;
}

function write(value: unknown, margin: string): string {
  const inner = `${margin}  `;
  if (Array.isArray(value)) {
    const short = oneLine(value);
    if (inner.length + short.length < WIDTH / 2) return short;
    return `[\n${value.map((item) => `${inner}${write(item, inner)}`).join(',\n')}\n${margin}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${inner}${JSON.stringify(name)}: ${write(member, inner)}`,
  );
  return `{\n${members.join(',\n')}\n${margin}}`;
}
