import type { CommandDefinition, RequestDefinition } from '../command.js';
import { commands } from '../commands.js';
import { userRequests } from '../commands/user.js';
import { errorCatalogue, type ErrorCode } from '../errors.js';
import { PROTOCOL_RANGE } from '../version.js';
import { jsonSchemaOf } from './json-schema.js';

/** The reference `docs/protocol.md`, written from the command table and the error catalogue. */
export function writeReference(): string {
  const { major, minor } = PROTOCOL_RANGE.max;
  return [
    '<!-- Generated from protocol/src by `npm run build`. Do not edit. -->',
    `# Cardwright protocol ${major}.${minor}`,
    'JSON-RPC 2.0 over one port for each page session. Bytes are base64url without padding. The design and its ' +
      'security rules stand in [architecture.md](architecture.md); the same shapes for machines in ' +
      '[protocol.schema.json](protocol.schema.json).',
    '## Commands',
    'A command comes from the page on its own, or in a step that the CMS signed. One that uses the open card waits for those ' +
      'before it; the others run beside them.',
    ...Object.entries(commands).map(([method, command]) =>
      describe(method, command, [whence(command), order(command)]),
    ),
    '## Requests of the host to the extension',
    ...Object.entries(userRequests).map(([method, request]) => describe(method, request)),
    '## Errors',
    "The catalogue is append only. On the wire an error is JSON-RPC's `error`, with the name in `data.name` and typed " +
      'details in `data.details`.',
    ...Object.keys(errorCatalogue).map((code) => describeCode(code as ErrorCode)),
    '',
  ].join('\n\n');
}

const whence = ({ reach }: CommandDefinition): string =>
  reach.map((from) => (from === 'page' ? 'from the page' : 'in a step')).join(' and ');

const order = ({ concurrent }: CommandDefinition): string => (concurrent ? 'beside others' : 'in turn');

function describe(method: string, definition: RequestDefinition, more: readonly string[] = []): string {
  const { summary, permission, handledBy, capability, timeout, errors } = definition;
  return [
    `### \`${method}\``,
    summary,
    [
      `Class \`${permission}\``,
      `answered by the ${handledBy}`,
      ...more,
      `capability \`${capability}\``,
      `${timeout / 1000} s`,
    ].join(' · '),
    fence('Parameters', definition.params),
    fence('Result', definition.result),
    errors.length > 0 ? `Errors: ${errors.map((code) => `[\`${code}\`](#${code.toLowerCase()})`).join(', ')}` : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function fence(title: string, schema: RequestDefinition['params']): string {
  const shape = outline(jsonSchemaOf(schema));
  return shape === '{}' ? `${title}: none` : `${title}:\n\n\`\`\`ts\n${shape}\n\`\`\``;
}

interface Shape {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly maxLength?: number;
  readonly sensitive?: boolean;
}

/** A JSON Schema as a type a person can read. */
function outline(schema: object, indent = ''): string {
  const shape: Shape = schema;
  const alternatives = shape.anyOf ?? shape.oneOf;
  if (alternatives) return alternatives.map((option) => outline(option, indent)).join(' | ');
  if (shape.enum) return shape.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.type === 'array') return `(${outline(shape.items ?? {}, indent)})[]`;
  if (shape.properties) {
    const inner = `${indent}  `;
    const members = Object.entries(shape.properties).map(([name, value]) => {
      const mark = shape.required?.includes(name) === true ? '' : '?';
      return `${inner}${name}${mark}: ${outline(value, inner)};`;
    });
    return members.length === 0 ? '{}' : `{\n${members.join('\n')}\n${indent}}`;
  }
  if (shape.type === 'object') return 'object';
  return shape.type ?? 'unknown';
}

function describeCode(code: ErrorCode): string {
  const { number, layer, message, cause, user, administrator, retriable } = errorCatalogue[code];
  return [
    `### ${code}`,
    `${String(number)} · ${layer}${retriable ? ' · can be tried again' : ''}. ${message}`,
    `Cause: ${cause}\n\nUser: ${user}\n\nAdministrator: ${administrator}`,
  ].join('\n\n');
}
