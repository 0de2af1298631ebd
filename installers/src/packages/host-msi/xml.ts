/** Writes an element of XML with its attributes. Attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  content: readonly string[] = [],
): string {
  const written = Object.entries(attributes)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([key, value]) => ` ${key}="${escaped(value)}"`)
    .join('');
  return content.length === 0 ? `<${name}${written}/>` : `<${name}${written}>\n${content.join('\n')}\n</${name}>`;
}

/** Writes an element that contains text. */
export const textElement = (name: string, attributes: Readonly<Record<string, string>>, text: string): string =>
  element(name, attributes).replace(/\/>$/, () => `>${escaped(text)}</${name}>`);

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
