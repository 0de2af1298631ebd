/** An object of the state file whose fields are not validated yet. */
export type Fields = Readonly<Record<string, unknown>>;

const HEXADECIMAL = /^(?:[0-9a-f]{2})*$/i;

/**
 * Returns the fields of a JSON object, or the items of an array by their index.
 *
 * @throws when the value is neither an object nor an array
 */
export function fieldsOf(json: unknown): Fields {
  if (typeof json !== 'object' || json === null) throw new Error('object expected');
  return Object.fromEntries(Object.entries(json));
}

/**
 * Decodes bytes from hexadecimal text.
 *
 * @throws when the value is not a text, or the text is not whole bytes in hexadecimal
 */
export function decodeBytes(json: unknown): Buffer {
  // The digits are checked, because Buffer.from would silently drop the text from the first wrong digit on.
  if (typeof json !== 'string' || !HEXADECIMAL.test(json)) throw new Error('bytes in hexadecimal expected');
  return Buffer.from(json, 'hex');
}

export function numberIn(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number') throw new Error(`${name} is not a number`);
  return value;
}

export function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new Error(`${name} is not a text`);
  return value;
}

export function listIn(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new Error(`${name} is not a list`);
  return value;
}
