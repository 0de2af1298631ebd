import * as v from 'valibot';
import { BASE_POINT } from '../public-key.js';

/** The parts of a schema that lead to its members. */
export interface Shape {
  readonly type: string;
  readonly entries?: Readonly<Record<string, v.GenericSchema>>;
  readonly options?: readonly unknown[];
  readonly wrapped?: v.GenericSchema;
  readonly item?: v.GenericSchema;
}

/** Texts of every form that the protocol has. */
const TEXTS: readonly string[] = [
  'x',
  '',
  'AAAA',
  'issue',
  'aaaaaaaa',
  'https://cms.example',
  '739164',
  '12345678',
  'a.b.c',
  'a.b.c.d.e',
  'a..c.d.e',
  'A'.repeat(22),
  'A'.repeat(43),
  'A'.repeat(32),
  '00112233-4455-6677-8899-aabbccddeeff',
  '2026-01-01T00:00:00.000Z',
];
const NUMBERS: readonly number[] = [1, 6, 8, 32, -7];

/** Lists values of every form that the protocol has, of which the schema of a member without members accepts some. */
export const leavesFor = (schema: v.GenericSchema): unknown[] =>
  [...TEXTS, ...NUMBERS, true, {}, null].filter((one) => v.is(schema, one));

/** Makes a value that a schema accepts, with every member that it may have. */
export function specimenOf(schema: v.GenericSchema): unknown {
  const made = build(schema);
  if (!v.is(schema, made)) throw new Error(`no value of ${schema.type} was made: ${JSON.stringify(made)}`);
  return made;
}

function build(schema: v.GenericSchema): unknown {
  const { type, entries, options = [], wrapped, item }: Shape = schema;
  if (entries) {
    // The coordinates of a key fit only together.
    if (v.is(schema, BASE_POINT)) return { ...BASE_POINT };
    return Object.fromEntries(Object.entries(entries).map(([name, member]) => [name, build(member)]));
  }
  if (wrapped) return build(wrapped);
  if (item) return [[], [build(item)]].find((one) => one.length > 0 && v.is(schema, one)) ?? [];
  const [option] = options;
  if (isSchema(option)) return build(option);
  const candidates: readonly unknown[] = [option, ...TEXTS, ...NUMBERS, true, {}, null];
  return type === 'literal' && 'literal' in schema
    ? schema.literal
    : candidates.find((one) => one !== undefined && v.is(schema, one));
}

export const isSchema = (value: unknown): value is v.GenericSchema =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema';
