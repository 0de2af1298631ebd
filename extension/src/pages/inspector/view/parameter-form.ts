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
  /** Returns the current value; undefined if it is not JSON. */
  read(): unknown;
}

let count = 0;
const nextId = (): string => `field-${(count += 1)}`;

/**
 * Makes a form from a shape of the command table. Values without a field of their own are entered as JSON.
 *
 * @param path names joined by dots, to assign problems
 * @param value initial value
 */
export function fieldFor(shape: Shape, name: string, path: string, value: unknown, onChange: () => void): Field {
  switch (shape.kind) {
    case 'text':
      return textField(shape, name, path, typeof value === 'string' ? value : '', onChange);
    case 'number':
      return numberField(shape, name, path, value, onChange);
    case 'boolean':
      return choiceField(shape, [false, true], name, path, value, onChange);
    case 'choice':
      return choiceField(shape, shape.options, name, path, value, onChange);
    case 'members':
      return membersField(shape.members, name, path, value, onChange);
    case 'list':
      return listField(shape.item, name, path, value, onChange);
    case 'nullable':
      return switchedField(
        name,
        path,
        value,
        value !== null,
        null,
        { shape: shape.inner, isOptional: false },
        onChange,
      );
    case 'either':
      return eitherField(shape.options, name, path, value, onChange);
    case 'map':
    case 'any':
      return jsonField(name, path, value, onChange);
  }
}

/** Makes a labelled control, with its type and a place for its problems. */
function labelled(control: HTMLElement, name: string, path: string, type: string): HTMLElement {
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

function textField(shape: Shape, name: string, path: string, value: string, onChange: () => void): Field {
  const input = element('input', { type: 'text', spellcheck: 'false', autocomplete: 'off' });
  input.value = value;
  input.addEventListener('input', onChange);
  return { element: labelled(input, name, path, typeWords(shape)), read: () => input.value };
}

function numberField(
  shape: Shape & { kind: 'number' },
  name: string,
  path: string,
  value: unknown,
  onChange: () => void,
): Field {
  const input = element('input', { type: 'number', step: shape.isInteger ? '1' : 'any' });
  if (shape.min !== null) input.min = String(shape.min);
  if (shape.max !== null) input.max = String(shape.max);
  input.value = String(typeof value === 'number' ? value : initialValue(shape));
  input.addEventListener('input', onChange);
  const read = (): unknown => (Number.isNaN(input.valueAsNumber) ? undefined : input.valueAsNumber);
  return { element: labelled(input, name, path, typeWords(shape)), read };
}

function choiceField(
  shape: Shape,
  options: readonly Constant[],
  name: string,
  path: string,
  value: unknown,
  onChange: () => void,
): Field {
  const select = element(
    'select',
    {},
    ...options.map((option, index) => element('option', { value: String(index) }, String(option))),
  );
  select.selectedIndex = Math.max(
    0,
    options.findIndex((option) => option === value),
  );
  select.disabled = options.length === 1;
  select.addEventListener('change', onChange);
  return { element: labelled(select, name, path, typeWords(shape)), read: () => options[select.selectedIndex] };
}

function jsonField(name: string, path: string, value: unknown, onChange: () => void): Field {
  const area = element('textarea', { rows: '6', spellcheck: 'false' });
  area.value = JSON.stringify(value, null, 2);
  area.addEventListener('input', onChange);
  return { element: labelled(area, name, path, 'JSON'), read: () => parseJson(area.value) };
}

/** Parses JSON; undefined if it is none. */
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

const group = (name: string, path: string, ...children: Node[]): HTMLElement =>
  element(
    'fieldset',
    { class: 'field', 'data-path': path },
    ...(name === '' ? [] : [element('legend', {}, name)]),
    ...children,
    element('span', { class: 'problem', lang: 'en' }),
  );

function membersField(
  members: readonly ShapeMember[],
  name: string,
  path: string,
  value: unknown,
  onChange: () => void,
): Field {
  const fields = members.map((one) => {
    const at = pathTo(path, one.name);
    const held = memberOf(value, one.name);
    const field = one.isOptional
      ? switchedField(one.name, at, held, held !== undefined, undefined, one, onChange)
      : fieldFor(one.shape, one.name, at, held ?? initialValue(one.shape), onChange);
    return { name: one.name, field };
  });
  const read = (): unknown =>
    Object.fromEntries(
      fields.map(({ name: of, field }) => [of, field.read()] as const).filter(([, held]) => held !== undefined),
    );
  return { element: group(name, path, ...fields.map(({ field }) => field.element)), read };
}

/** Makes a field that can be left out, or be null. */
function switchedField(
  name: string,
  path: string,
  value: unknown,
  isOn: boolean,
  off: null | undefined,
  { shape }: Pick<ShapeMember, 'shape' | 'isOptional'>,
  onChange: () => void,
): Field {
  const held = isOn && value !== undefined ? value : initialValue(shape);
  const field = fieldFor(shape, name, path, held, onChange);
  const box = element('input', { type: 'checkbox' });
  box.checked = isOn;
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

function eitherField(
  options: readonly Shape[],
  name: string,
  path: string,
  value: unknown,
  onChange: () => void,
): Field {
  const select = element(
    'select',
    {},
    ...options.map((option, index) => element('option', { value: String(index) }, optionWords(option))),
  );
  const place = element('div');
  select.selectedIndex = Math.max(
    0,
    options.findIndex((option) => hasMembers(option, value)),
  );
  let field = fieldFor(options[select.selectedIndex] ?? { kind: 'any' }, '', path, value, onChange);
  place.append(field.element);
  select.addEventListener('change', () => {
    const option = options[select.selectedIndex] ?? { kind: 'any' };
    field = fieldFor(option, '', path, initialValue(option), onChange);
    place.replaceChildren(field.element);
    onChange();
  });
  return {
    element: group(name, path, labelled(select, t('inspector_form_kind'), path, ''), place),
    read: () => field.read(),
  };
}

/** Names an option of a union by its constants. */
const optionWords = (shape: Shape): string =>
  shape.kind === 'members'
    ? shape.members
        .flatMap(({ name, shape: of }) =>
          of.kind === 'choice' && of.options.length === 1 ? [`${name}: ${String(of.options[0])}`] : [],
        )
        .join(', ') || shape.members.map(({ name }) => name).join(', ')
    : typeWords(shape);

function listField(item: Shape, name: string, path: string, value: unknown, onChange: () => void): Field {
  const fields: Field[] = [];
  const place = element('div', { class: 'items' });
  const add = (held: unknown): void => {
    const field = fieldFor(item, `${name} ${fields.length + 1}`, pathTo(path, String(fields.length)), held, onChange);
    fields.push(field);
    place.append(field.element);
  };
  for (const held of Array.isArray(value) ? value : []) add(held);
  const more = button(t('inspector_form_add'), () => {
    add(initialValue(item));
    onChange();
  });
  const less = button(t('inspector_form_remove'), () => {
    fields.pop()?.element.remove();
    onChange();
  });
  const tools = element('div', { class: 'tools' }, more, less);
  return { element: group(name, path, place, tools), read: () => fields.map((field) => field.read()) };
}
