import {
  hasMembers,
  initialValue,
  typeWords,
  type Constant,
  type Shape,
  type ShapeMember,
} from '../model/schema-shape.js';
import { element } from '../../element.js';
import { t } from '../../text.js';
import { button } from './parts.js';

/** A field of a form, with its nested fields. */
export interface Field {
  readonly element: HTMLElement;
  /**
   * Returns the entered value. Returns undefined if an optional member is left out, or if the entry is not the number or the JSON that the
   * field needs.
   */
  read(): unknown;
}

/** A field's place in the form: its name, path and value, and the function to call when it changes. */
export interface Place {
  readonly name: string;
  /** Path to the field: the names on the way, joined by dots. A problem is shown at the field that has the problem's path. */
  readonly path: string;
  /** Initial value. */
  readonly value: unknown;
  readonly onChange: () => void;
}

let count = 0;
const nextId = (): string => `field-${(count += 1)}`;

/** Creates the fields for a shape of the command table. A value for whose shape there is no field is entered as JSON. */
export function fieldFor(shape: Shape, place: Place): Field {
  switch (shape.kind) {
    case 'text':
      return textField(shape, place);
    case 'number':
      return numberField(shape, place);
    case 'boolean':
      return choiceField(shape, [false, true], place);
    case 'choice':
      return choiceField(shape, shape.options, place);
    case 'members':
      return membersField(shape.members, place);
    case 'list':
      return listField(shape.item, place);
    case 'nullable':
      return switchedField(shape.inner, place, null);
    case 'either':
      return eitherField(shape.options, place);
    case 'map':
    case 'any':
      return jsonField(place);
  }
}

/** Adds a label to a control, with its type and a place for its problems. */
function labelled(control: HTMLElement, { name, path }: Pick<Place, 'name' | 'path'>, type: string): HTMLElement {
  const id = nextId();
  control.id = id;
  control.setAttribute('aria-describedby', `${id}-type ${id}-problem`);
  return element(
    'div',
    { class: 'field', 'data-path': path },
    element('label', { for: id }, name),
    control,
    element('span', { class: 'type', id: `${id}-type`, lang: 'en' }, type),
    element('span', { class: 'problem', id: `${id}-problem`, lang: 'en' }),
  );
}

function textField(shape: Shape, place: Place): Field {
  const input = element('input', { type: 'text', spellcheck: 'false', autocomplete: 'off' });
  input.value = typeof place.value === 'string' ? place.value : '';
  input.addEventListener('input', place.onChange);
  return { element: labelled(input, place, typeWords(shape)), read: () => input.value };
}

function numberField(shape: Shape & { kind: 'number' }, place: Place): Field {
  const { value } = place;
  const input = element('input', { type: 'number', step: shape.isInteger ? '1' : 'any' });
  if (shape.min !== null) input.min = String(shape.min);
  if (shape.max !== null) input.max = String(shape.max);
  input.value = String(typeof value === 'number' ? value : initialValue(shape));
  input.addEventListener('input', place.onChange);
  const read = (): unknown => (Number.isNaN(input.valueAsNumber) ? undefined : input.valueAsNumber);
  return { element: labelled(input, place, typeWords(shape)), read };
}

function choiceField(shape: Shape, options: readonly Constant[], place: Place): Field {
  const select = element(
    'select',
    {},
    ...options.map((option, index) => element('option', { value: String(index) }, String(option))),
  );
  select.selectedIndex = Math.max(
    0,
    options.findIndex((option) => option === place.value),
  );
  select.disabled = options.length === 1;
  select.addEventListener('change', place.onChange);
  return { element: labelled(select, place, typeWords(shape)), read: () => options[select.selectedIndex] };
}

function jsonField(place: Place): Field {
  const area = element('textarea', { rows: '6', spellcheck: 'false' });
  area.value = JSON.stringify(place.value, null, 2);
  area.addEventListener('input', place.onChange);
  return { element: labelled(area, place, 'JSON'), read: () => parseJson(area.value) };
}

/** Returns parsed JSON; undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;

const pathTo = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

const group = ({ name, path }: Place, ...children: Node[]): HTMLElement =>
  element(
    'fieldset',
    { class: 'field', 'data-path': path },
    ...(name === '' ? [] : [element('legend', {}, name)]),
    ...children,
    element('span', { class: 'problem', lang: 'en' }),
  );

function membersField(members: readonly ShapeMember[], place: Place): Field {
  const fields = members.map(({ name, shape, isOptional }) => {
    const value = memberOf(place.value, name);
    const at = { ...place, name, path: pathTo(place.path, name), value };
    const field = isOptional
      ? switchedField(shape, at, undefined)
      : fieldFor(shape, { ...at, value: value ?? initialValue(shape) });
    return { name, field };
  });
  const read = (): unknown =>
    Object.fromEntries(
      fields.map(({ name: of, field }) => [of, field.read()] as const).filter(([, held]) => held !== undefined),
    );
  return { element: group(place, ...fields.map(({ field }) => field.element)), read };
}

/**
 * Creates a field that can be switched off. `off` is the value of a field that is switched off: null, or undefined if the member is
 * then left out.
 */
function switchedField(shape: Shape, place: Place, off: null | undefined): Field {
  const { name, path, value, onChange } = place;
  const isGiven = value !== undefined && value !== off;
  const field = fieldFor(shape, { ...place, value: isGiven ? value : initialValue(shape) });
  const box = element('input', { type: 'checkbox' });
  box.checked = value !== off;
  const text = off === null ? t('inspector_form_not_null', name) : t('inspector_form_present', name);
  const show = (): void => void (field.element.hidden = !box.checked);
  box.addEventListener('change', () => {
    show();
    onChange();
  });
  show();
  const label = element('label', { class: 'switch' }, box, text);
  return {
    element: element('div', { class: 'switched', 'data-path': path }, label, field.element),
    read: () => (box.checked ? field.read() : off),
  };
}

function eitherField(options: readonly Shape[], place: Place): Field {
  const select = element(
    'select',
    {},
    ...options.map((option, index) => element('option', { value: String(index) }, optionWords(option))),
  );
  const below = element('div');
  select.selectedIndex = Math.max(
    0,
    options.findIndex((option) => hasMembers(option, place.value)),
  );
  let field = fieldFor(options[select.selectedIndex] ?? { kind: 'any' }, { ...place, name: '' });
  below.append(field.element);
  select.addEventListener('change', () => {
    const option = options[select.selectedIndex] ?? { kind: 'any' };
    field = fieldFor(option, { ...place, name: '', value: initialValue(option) });
    below.replaceChildren(field.element);
    place.onChange();
  });
  const kind = { name: t('inspector_form_kind'), path: place.path };
  return {
    element: group(place, labelled(select, kind, ''), below),
    read: () => field.read(),
  };
}

/**
 * Returns a name for an option of a union: the constants among its members, or else the names of its members. For an option without
 * members, returns its type.
 */
const optionWords = (shape: Shape): string =>
  shape.kind === 'members'
    ? shape.members
        .flatMap(({ name, shape: of }) =>
          of.kind === 'choice' && of.options.length === 1 ? [`${name}: ${String(of.options[0])}`] : [],
        )
        .join(', ') || shape.members.map(({ name }) => name).join(', ')
    : typeWords(shape);

function listField(item: Shape, place: Place): Field {
  const { path, onChange } = place;
  const fields: Field[] = [];
  const items = element('div', { class: 'items' });
  const add = (value: unknown): void => {
    const name = `${place.name} ${fields.length + 1}`;
    const field = fieldFor(item, { name, path: pathTo(path, String(fields.length)), value, onChange });
    fields.push(field);
    items.append(field.element);
  };
  for (const value of Array.isArray(place.value) ? place.value : []) add(value);
  const more = button(t('inspector_form_add'), () => {
    add(initialValue(item));
    onChange();
  });
  const less = button(t('inspector_form_remove'), () => {
    fields.pop()?.element.remove();
    onChange();
  });
  const tools = element('div', { class: 'tools' }, more, less);
  return { element: group(place, items, tools), read: () => fields.map((field) => field.read()) };
}
