import type { DevicePicker } from './device-picker.js';

/**
 * The element that gets the focus when a pane appears:
 *
 * - `heading`: the pane's heading;
 * - `way-on`: the button of the next action;
 * - `field`: the input field;
 * - `proof`: the first field of the page's form in the slot `proof`, or else the button of the next action.
 */
export type PaneFocus = 'heading' | 'way-on' | 'field' | 'proof';

const FOCUSED: Readonly<Record<PaneFocus, readonly string[]>> = {
  heading: ['h2'],
  // If there is no primary button at the bottom, the error pane focuses one of its own buttons.
  'way-on': ['[slot=footer].primary', 'cardwright-error-pane'],
  field: ['input'],
  proof: ['[slot=footer].primary', 'cardwright-error-pane'],
};

/** Sets the focus in a new pane, because the element that had the focus is often gone. */
export function focusPane(root: ParentNode, focus: PaneFocus): void {
  if (focus === 'proof' && focusField(root)) return;
  for (const selector of FOCUSED[focus]) {
    const found = root.querySelector<HTMLElement>(selector);
    found?.focus();
    if (found) return;
  }
}

/** Selector of the focusable elements of a page's form. */
const FIELDS = 'input:not([type=hidden]), select, textarea, button, a[href], [tabindex="0"]';

/** Focuses the first focusable field of the page's form in the slot `proof`. Returns false if there is no such field. */
function focusField(root: ParentNode): boolean {
  const elements = root.querySelector<HTMLSlotElement>('slot[name=proof]')?.assignedElements({ flatten: true }) ?? [];
  const fields = elements.flatMap((element) => fieldsIn(element));
  return fields.some((field) => takesFocus(field));
}

/** Returns the element, if it is a field, and the fields in it, in their order. Open shadow trees are included. */
function fieldsIn(element: Element): HTMLElement[] {
  const inside = [...(element.shadowRoot?.children ?? []), ...element.children].flatMap((child) => fieldsIn(child));
  return element instanceof HTMLElement && element.matches(FIELDS) ? [element, ...inside] : inside;
}

/** Tries to focus a field. Returns false if the field is hidden or disabled. */
function takesFocus(field: HTMLElement): boolean {
  field.focus();
  return field.matches(':focus');
}

/** True if the focus is in the content that the page has put into an element. The element's own shadow tree does not see that focus. */
export function isInSlot(host: Element): boolean {
  const root = host.getRootNode();
  const focused = root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
  return focused !== host && host.contains(focused);
}

/**
 * True if no usable element of the dialog has the focus any more, for example because a device was removed from the list or a button was
 * disabled.
 */
export async function isFocusGone(root: ShadowRoot | null, picker: DevicePicker | null): Promise<boolean> {
  await picker?.updateComplete;
  const focused = root?.activeElement ?? null;
  if (focused?.matches(':disabled') ?? true) return true;
  return focused === picker && focused !== null && !picker?.shadowRoot?.activeElement;
}
