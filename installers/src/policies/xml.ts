/** An element of an XML document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The child elements, or the text. */
  readonly content: readonly Element[] | string;
}

export const element = (
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  content: readonly Element[] | string = [],
): Element => ({ name, attributes, content });

/** Writes the document in UTF-8, with an optional document type after its first line. */
export const xmlDocument = (root: Element, documentType = ''): string =>
  `<?xml version="1.0" encoding="utf-8"?>\n${documentType}${write(root, '')}`;

function write({ name, attributes, content }: Element, margin: string): string {
  const inside = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(value)}"`);
  const start = `${margin}<${name}${inside.join('')}`;
  if (content.length === 0) return `${start}/>\n`;
  if (typeof content === 'string') return `${start}>${escape(content)}</${name}>\n`;
  return `${start}>\n${content.map((one) => write(one, `${margin}  `)).join('')}${margin}</${name}>\n`;
}

/** Escapes text (XML 1.0, 2.4). */
const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
