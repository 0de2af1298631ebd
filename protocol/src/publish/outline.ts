import { BASE64URL, COMPACT_JWE, COMPACT_JWS } from '../schema.js';

/** The keywords of JSON Schema that the protocol's schemas use. */
interface Shape {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly items?: Shape;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: boolean | Shape;
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly sensitive?: boolean;
}

/**
 * Maximum length of a line with a comment, in characters. The comment stands above its member if the member has several lines, or if both do not fit
 * in one line of this length.
 */
const WIDTH = 110;

/** Writes a JSON Schema as a type that a person can read, in the notation that the reference explains. */
export function outline(schema: object, indent = ''): string {
  const shape: Shape = schema;
  if (shape.$ref !== undefined) return nameOf(shape.$ref);
  const alternatives = shape.anyOf ?? shape.oneOf;
  if (alternatives) return alternatives.map((option) => outline(option, indent)).join(' | ');
  if (shape.enum) return shape.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.properties) return outlineMembers(shape, shape.properties, indent);
  switch (shape.type) {
    case 'array':
      return outlineArray(shape, indent);
    case 'string':
      return outlineString(shape);
    case 'integer':
    case 'number':
      return shape.type + range(shape.minimum, shape.maximum);
    case 'object':
      return 'object';
    default:
      return shape.type ?? 'unknown';
  }
}

/** Returns the meaning of a member: its description, and a note if it is sensitive. */
export const meaningOf = (schema: object): string => {
  const { description, sensitive }: Shape = schema;
  return [description, sensitive === true ? 'Never logged.' : undefined].filter((part) => part !== undefined).join(' ');
};

/** Lists the members of an object's schema in order, each with a flag that is true if the member is required. */
export function membersOf(schema: object): [name: string, member: object, isRequired: boolean][] {
  const { properties = {}, required = [] }: Shape = schema;
  return Object.entries(properties).map(([name, member]) => [name, member, required.includes(name)]);
}

function outlineMembers(shape: Shape, properties: Readonly<Record<string, Shape>>, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).flatMap(([name, member]) => {
    const mark = shape.required?.includes(name) === true ? '' : '?';
    const line = `${inner}${name}${mark}: ${outline(member, inner)};`;
    const meaning = meaningOf(member);
    if (meaning === '') return [line];
    const beside = `${line} // ${meaning}`;
    return line.includes('\n') || beside.length > WIDTH ? [...comment(meaning, inner), line] : [beside];
  });
  if (shape.additionalProperties !== false) lines.push(`${inner}[more: string]: ignored;`);
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}// ${word}`);
  }
  return lines;
}

function outlineArray({ items = {}, minItems, maxItems }: Shape, indent: string): string {
  const item = outline(items, indent);
  const isSeveral = items.anyOf !== undefined || items.oneOf !== undefined || (items.enum?.length ?? 0) > 1;
  const length = minItems === undefined && maxItems === undefined ? '' : `${minItems ?? 0}..${maxItems ?? ''}`;
  return `${isSeveral ? `(${item})` : item}[${length}]`;
}

function outlineString({ pattern, minLength, maxLength }: Shape): string {
  switch (pattern) {
    case undefined:
      return maxLength === undefined ? 'string' : `text(${bounds(minLength, maxLength)})`;
    case BASE64URL.source:
      return `bytes(${bounds(minLength && decodedLength(minLength), maxLength && decodedLength(maxLength))})`;
    case COMPACT_JWE.source:
      return `jwe(${bounds(minLength, maxLength)})`;
    case COMPACT_JWS.source:
      return `jws(${bounds(minLength, maxLength)})`;
    default:
      return maxLength === undefined ? `/${pattern}/` : `text(${bounds(minLength, maxLength)}, /${pattern}/)`;
  }
}

const nameOf = (reference: string): string => reference.replace(/^.*\//, '');

/** Returns the number of bytes that a text of base64url encodes, by its length in characters. */
const decodedLength = (characters: number): number => Math.floor((characters * 3) / 4);

const bounds = (least: number | undefined, most: number | undefined): string =>
  least === undefined && most === undefined ? '' : `${least ?? ''}${least === undefined ? '' : '..'}${most ?? ''}`;

const range = (least: number | undefined, most: number | undefined): string =>
  least === undefined && most === undefined ? '' : `(${least ?? ''}..${most ?? ''})`;
