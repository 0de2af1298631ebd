import type * as v from 'valibot';

/** The structure of a schema of the command table, reduced to what is needed to show types and to make forms. */
export type Shape =
  | { readonly kind: 'text'; readonly maxLength: number | null; readonly isBytes: boolean; readonly isSecret: boolean }
  | { readonly kind: 'number'; readonly isInteger: boolean; readonly min: number | null; readonly max: number | null }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly options: readonly Constant[] }
  | { readonly kind: 'members'; readonly members: readonly ShapeMember[] }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'nullable'; readonly inner: Shape }
  | { readonly kind: 'either'; readonly options: readonly Shape[] }
  | { readonly kind: 'map'; readonly value: Shape }
  | { readonly kind: 'any' };

export type Constant = string | number | boolean;

export interface ShapeMember {
  readonly name: string;
  readonly shape: Shape;
  readonly isOptional: boolean;
}

/** Returns the shape of a schema. An unsupported schema becomes `any`: the form then asks for JSON, and the schema validates it. */
export function shapeOf(schema: v.GenericSchema): Shape {
  return read(schema);
}

function read(schema: unknown): Shape {
  switch (member(schema, 'type')) {
    case 'string':
      return {
        kind: 'text',
        maxLength: numberIn(schema, 'max_length'),
        isBytes: BASE64URL.test(String(actionOf(schema, 'regex'))),
        isSecret: member(actionOf(schema, 'metadata', 'metadata'), 'sensitive') === true,
      };
    case 'number':
      return {
        kind: 'number',
        isInteger: hasAction(schema, 'integer'),
        min: numberIn(schema, 'min_value'),
        max: numberIn(schema, 'max_value'),
      };
    case 'boolean':
      return { kind: 'boolean' };
    case 'picklist':
      return { kind: 'choice', options: listIn(schema, 'options').filter(isConstant) };
    case 'literal':
      return { kind: 'choice', options: [member(schema, 'literal')].filter(isConstant) };
    case 'object':
    case 'strict_object':
    case 'loose_object':
      return { kind: 'members', members: membersOf(member(schema, 'entries')) };
    case 'array':
      return { kind: 'list', item: read(member(schema, 'item')) };
    case 'nullable':
    case 'nullish':
      return { kind: 'nullable', inner: read(member(schema, 'wrapped')) };
    case 'optional':
    case 'exact_optional':
      return read(member(schema, 'wrapped'));
    case 'union':
    case 'variant':
      return { kind: 'either', options: listIn(schema, 'options').map(read) };
    case 'record':
      return { kind: 'map', value: read(member(schema, 'value')) };
    default:
      return { kind: 'any' };
  }
}

/** Matches the source text of `BASE64URL` in protocol/src/schema.ts, the pattern for bytes. */
const BASE64URL = /^\/\^\(\?:\[\\w-\]\{4\}\|\[\\w-\]\{2,3\}\$\)\*\$\/$/;

const membersOf = (entries: unknown): ShapeMember[] =>
  typeof entries === 'object' && entries !== null
    ? Object.entries(entries).map(([name, schema]) => ({
        name,
        shape: read(schema),
        isOptional: ['optional', 'exact_optional'].includes(String(member(schema, 'type'))),
      }))
    : [];

/** Returns the actions in a schema's pipe. A pipe may contain another pipe, for example because a description was added. */
const actionsIn = (schema: unknown): unknown[] => listIn(schema, 'pipe').flatMap((item) => [item, ...actionsIn(item)]);

/** Returns the member `of` (by default the requirement) of the first action with this type in a schema's pipe. */
const actionOf = (schema: unknown, type: string, of = 'requirement'): unknown =>
  member(
    actionsIn(schema).find((action) => member(action, 'type') === type),
    of,
  );

const hasAction = (schema: unknown, type: string): boolean =>
  actionsIn(schema).some((action) => member(action, 'type') === type);

function numberIn(schema: unknown, type: string): number | null {
  const requirement = actionOf(schema, type);
  return typeof requirement === 'number' ? requirement : null;
}

function listIn(of: unknown, name: string): unknown[] {
  const list = member(of, name);
  return Array.isArray(list) ? list : [];
}

const member = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null ? (of as Record<string, unknown>)[name] : undefined;

const isConstant = (value: unknown): value is Constant => ['string', 'number', 'boolean'].includes(typeof value);

/** Number of options of a choice that are all named, and number of those that are named of a longer one. */
const [MOST_NAMED, FIRST_NAMED] = [12, 4];

/** Describes a type in a few words, like the protocol's reference. The words are English, because the names of members are English, too. */
export function typeWords(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      if (shape.isSecret) return 'secret';
      if (shape.isBytes)
        return shape.maxLength === null ? 'bytes' : `bytes, at most ${Math.floor((shape.maxLength * 3) / 4)}`;
      return shape.maxLength === null ? 'text' : `text, at most ${shape.maxLength}`;
    case 'number': {
      const bounds = [shape.min === null ? '' : `from ${shape.min}`, shape.max === null ? '' : `to ${shape.max}`];
      return [shape.isInteger ? 'integer' : 'number', ...bounds].filter((part) => part !== '').join(' ');
    }
    case 'boolean':
      return 'boolean';
    case 'choice':
      return choiceWords(shape.options);
    case 'members':
      return 'object';
    case 'list':
      return `list of ${typeWords(shape.item)}`;
    case 'nullable':
      return `${typeWords(shape.inner)} | null`;
    case 'either':
      return [...new Set(shape.options.map(typeWords))].join(' | ');
    case 'map':
      return `map of ${typeWords(shape.value)}`;
    case 'any':
      return 'any';
  }
}

/** Lists the options of a choice; of a long one the first, and how many others there are. */
function choiceWords(options: readonly Constant[]): string {
  const named = options.length > MOST_NAMED ? options.slice(0, FIRST_NAMED) : options;
  const others = options.length - named.length;
  const words = named.map((option) => JSON.stringify(option));
  return [...words, ...(others === 0 ? [] : [`${others} others`])].join(' | ');
}

/** Returns the shape of a named member of a value; `any` if the shape does not define the member. */
export function shapeAt(shape: Shape, name: string, value: unknown): Shape {
  switch (shape.kind) {
    case 'members':
      return shape.members.find((one) => one.name === name)?.shape ?? { kind: 'any' };
    case 'list':
      return shape.item;
    case 'map':
      return shape.value;
    case 'nullable':
      return shapeAt(shape.inner, name, value);
    case 'either': {
      const option = shape.options.find((one) => hasMembers(one, value));
      return option === undefined ? { kind: 'any' } : shapeAt(option, name, value);
    }
    default:
      return { kind: 'any' };
  }
}

/**
 * True if a value fits an option of a union: it has the option's required members, and one of the demanded constants wherever the option
 * demands a constant.
 */
export const hasMembers = (shape: Shape, value: unknown): boolean =>
  shape.kind === 'members' &&
  shape.members.every(({ name, isOptional, shape: of }) => {
    const held = member(value, name);
    if (held === undefined) return isOptional;
    return of.kind !== 'choice' || of.options.some((option) => option === held);
  });

/**
 * Returns the initial value of a form: `false`, empty texts, lists and maps, the smallest allowed numbers or else 0, null where it is
 * allowed, only the required members of objects, and the first option of each choice.
 */
export function initialValue(shape: Shape): unknown {
  switch (shape.kind) {
    case 'text':
      return '';
    case 'number':
      return shape.min ?? 0;
    case 'boolean':
      return false;
    case 'choice':
      return shape.options[0];
    case 'members':
      return Object.fromEntries(
        shape.members.filter(({ isOptional }) => !isOptional).map(({ name, shape: of }) => [name, initialValue(of)]),
      );
    case 'list':
      return [];
    case 'nullable':
      return null;
    case 'either':
      return shape.options[0] === undefined ? null : initialValue(shape.options[0]);
    case 'map':
    case 'any':
      return {};
  }
}
