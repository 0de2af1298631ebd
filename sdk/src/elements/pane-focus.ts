import type { DevicePicker } from './device-picker.js';

/**
 * The focus of a pane: its heading; the next action (`way-on`), if the pane itself shows the obstacle; the input field; or the first
 * field of the page's form in the slot (`proof`), otherwise the next action.
 */
export type PaneFocus = 'heading' | 'way-on' | 'field' | 'proof';

const FOCUSED: Readonly<Record<PaneFocus, readonly string[]>> = {
  heading: ['h2'],
  // Without a primary button below, the one in the error pane is used.
  'way-on': ['[slot=footer].primary', 'cardwright-error-pane'],
  field: ['input'],
  proof: ['[slot=footer].primary', 'cardwright-error-pane'],
};

/** Gives a new pane the focus, because the element that had it is often gone. */
export function focusPane(root: ParentNode, focus: PaneFocus): void {
  if (focus === 'proof' && focusField(root)) return;
  for (const selector of FOCUSED[focus]) {
    const found = root.querySelector<HTMLElement>(selector);
    found?.focus();
    if (found) return;
  }
}

/** The focusable elements of a page's form. */
const FIELDS = 'input:not([type=hidden]), select, textarea, button, a[href], [tabindex="0"]';

/** Focuses the first focusable field of the page's form in the slot `proof`. Returns false if there is none. */
function focusField(root: ParentNode): boolean {
  const elements = root.querySelector<HTMLSlotElement>('slot[name=proof]')?.assignedElements({ flatten: true }) ?? [];
  const fields = elements.flatMap((element) => fieldsIn(element));
  return fields.some((field) => takesFocus(field));
}

/** Lists fields in their order, also inside open shadow trees. */
function fieldsIn(element: Element): HTMLElement[] {
  const inside = [...(element.shadowRoot?.children ?? []), ...element.children].flatMap((child) => fieldsIn(child));
  return element instanceof HTMLElement && element.matches(FIELDS) ? [element, ...inside] : inside;
}

/** True unless the field is hidden or disabled. */
function takesFocus(field: HTMLElement): boolean {
  field.focus();
  return field.matches(':focus');
}

/** True if the page's content in an element has the focus. The element's own shadow tree does not know that. */
export function isInSlot(host: Element): boolean {
  const root = host.getRootNode();
  const focused = root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
  return focused !== host && host.contains(focused);
}

/** True if the focused element is gone without a new pane: a device was pulled, or a button no longer leads anywhere. */
export async function isFocusGone(root: ShadowRoot | null, picker: DevicePicker | null): Promise<boolean> {
  await picker?.updateComplete;
  const focused = root?.activeElement ?? null;
  if (focused?.matches(':disabled') ?? true) return true;
  return focused === picker && focused !== null && !picker?.shadowRoot?.activeElement;
}
