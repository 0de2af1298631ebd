import { commands, decodeBytes, describeError, isErrorCode, isMethod, isUserMethod } from '@cardwright/protocol';
import { userRequests } from '@cardwright/protocol/command-definitions';
import { progressParams, sessionEnded } from '@cardwright/protocol/messages';
import { stepPayload } from '@cardwright/protocol/steps';
import type { TracedMessage } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { certificateWords } from '../model/certificate-words.js';
import { shapeAt, shapeOf, typeWords, type Shape } from '../model/schema-shape.js';
import { element } from '../../element.js';
import { t } from '../../text.js';
import { describeCertificate } from './detail-apdu.js';
import { code, section } from './parts.js';

/**
 * Maximum depth of the members that are shown, and maximum number of members shown in one object or list. The JSON below in the pane
 * contains all members.
 */
const MAX_DEPTH = 8;
const MAX_MEMBERS = 200;

/** Describes the content of a message: its members with their types, its certificates in words, and its JSON. */
export function describeContent(message: TracedMessage): HTMLElement[] {
  const { content } = message;
  const isEmpty = typeof content === 'object' && content !== null && Object.keys(content).length === 0;
  const table = element('ul', { class: 'members' }, ...membersOf(content, shapeOfContent(message), 0));
  return [
    section(
      t(`inspector_content_${message.type}`),
      'open',
      isEmpty ? element('p', { class: 'quiet' }, t('inspector_content_empty')) : table,
      ...certificatesOf(content).map(describeCertificate),
    ),
    section(t('inspector_json'), 'folded', code(JSON.stringify(content, null, 2))),
  ];
}

/** Returns the shape that the protocol defines for the content of a message; `any` if the protocol defines no shape. */
function shapeOfContent({ method, type, content }: TracedMessage): Shape {
  if (type === 'error') return errorShape(content);
  const side = type === 'result' ? 'result' : 'params';
  // In place of the signed step (JWS), the trace contains its payload.
  if (method === 'step.run' && side === 'params') return membersShape({ jws: shapeOf(stepPayload) });
  if (isMethod(method)) return shapeOf(commands[method][side]);
  if (isUserMethod(method)) return shapeOf(userRequests[method][side]);
  if (method === '$/progress') return shapeOf(progressParams);
  if (method === 'session.ended') return shapeOf(sessionEnded);
  return { kind: 'any' };
}

/** Returns the shape of an error. The error catalogue defines the shape of `data.details`. */
function errorShape(content: unknown): Shape {
  const any: Shape = { kind: 'any' };
  const parsed = v.safeParse(v.object({ data: v.object({ name: v.string() }) }), content);
  const name = parsed.success ? parsed.output.data.name : '';
  const schema = isErrorCode(name) ? describeError(name).data : undefined;
  const text: Shape = { kind: 'text', maxLength: null, isBytes: false, isSecret: false };
  const details = schema === undefined ? any : shapeOf(schema);
  return membersShape({
    code: { kind: 'number', isInteger: true, min: null, max: null },
    message: text,
    data: membersShape({ name: text, details }),
  });
}

const membersShape = (members: Readonly<Record<string, Shape>>): Shape => ({
  kind: 'members',
  members: Object.entries(members).map(([name, shape]) => ({ name, shape, isOptional: true })),
});

function membersOf(value: unknown, shape: Shape, depth: number): HTMLElement[] {
  if (typeof value !== 'object' || value === null) return [member('', value, shape, depth)];
  return Object.entries(value)
    .slice(0, MAX_MEMBERS)
    .map(([name, held]) => member(name, held, shapeAt(shape, name, value), depth));
}

function member(name: string, value: unknown, shape: Shape, depth: number): HTMLElement {
  const type = typeWords(shape);
  const line = element(
    'div',
    { class: 'member' },
    element('span', { class: 'name' }, name),
    element('span', { class: 'value', 'data-type': value === null ? 'null' : typeof value }, valueWords(value)),
    ...(type === 'any' ? [] : [element('span', { class: 'type', lang: 'en' }, type)]),
  );
  const isNested = typeof value === 'object' && value !== null && Object.keys(value).length > 0 && depth < MAX_DEPTH;
  return isNested
    ? element('li', {}, line, element('ul', {}, ...membersOf(value, shape, depth + 1)))
    : element('li', {}, line);
}

function valueWords(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? '{}' : '';
  return typeof value === 'string' ? value : String(value);
}

/** Pattern of a base64url text that may be a certificate. In base64url, a DER SEQUENCE with a content of 256 to 16,383 bytes begins with `MII`. */
const DER_IN_BASE64URL = /^MII[\w-]{100,}$/;

function certificatesOf(content: unknown) {
  return textsIn(content, 0)
    .filter((text) => DER_IN_BASE64URL.test(text) && text.length % 4 !== 1)
    .map((text) => certificateWords(decodeBytes(text)))
    .filter((words) => words !== null);
}

function textsIn(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return [];
  return Object.values(value).flatMap((held: unknown) => textsIn(held, depth + 1));
}
