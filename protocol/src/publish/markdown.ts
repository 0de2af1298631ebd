import type * as v from 'valibot';
import type { ErrorCode } from '../errors.js';
import { jsonSchemaOf, jsonSchemasOfSharedShapes } from './json-schema.js';
import { meaningOf, membersOf, outline } from './outline.js';

/** A chapter of the reference: a heading of the second level, and blocks of Markdown below it. */
export interface Chapter {
  /** The heading. Links contain the anchor that is made from it, so the title must not change. */
  readonly title: string;
  readonly blocks: readonly string[];
}

/** Returns the anchor that GitHub gives a heading, if no earlier heading has the same text. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

export const linkTo = (heading: string, text = heading): string => `[${text}](#${anchorOf(heading)})`;

export const errorLink = (code: ErrorCode): string => linkTo(code, `\`${code}\``);

export const bullets = (...lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

export const numbered = (...lines: readonly string[]): string =>
  lines.map((line, index) => `${index + 1}. ${line}`).join('\n');

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Returns a title with the outline of a wire shape, or with a link if it is a shared shape. */
export function fence(title: string, schema: v.GenericSchema): string {
  const json = jsonSchemaOf(schema);
  const shape = outline(json);
  if (shape === '{}') return `${title}: \`{}\``;
  return '$ref' in json ? `${title}: ${linkTo(shape, `\`${shape}\``)}` : `${title}:\n\n\`\`\`ts\n${shape}\n\`\`\``;
}

/** Returns a table of the members of an object, with the meanings from their schemas. */
export const memberTable = (schema: v.GenericSchema): string =>
  table(
    ['member', 'type', 'meaning'],
    membersOf(shapeOf(schema)).map(([name, member, isRequired]) => [
      `\`${name}\`${isRequired ? '' : ' (optional)'}`,
      typeCell(member),
      meaningOf(member),
    ]),
  );

/** Returns the JSON Schema of a shape. For a shared shape too, this is the schema itself, and not a reference to it. */
function shapeOf(schema: v.GenericSchema): object {
  const json = jsonSchemaOf(schema);
  return '$ref' in json ? (jsonSchemasOfSharedShapes[outline(json)] ?? json) : json;
}

function typeCell(member: object): string {
  const type = outline(member).replace(/\s+/g, ' ');
  return '$ref' in member ? linkTo(type, `\`${type}\``) : `\`${type}\``;
}

/** Writes milliseconds as seconds, for example `4 s`. */
export const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`;

const escapeCell = (cell: string): string => cell.replaceAll('|', '\\|');
