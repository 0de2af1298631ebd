import type { DevicePicker } from './device-picker.js';

/**
 * Where the focus of a pane goes: to its heading; to the way on, because the pane says what stands in the way; to the field in which the
 * user types; or to the first field of the form that the page has put into its slot, and without one to the way on.
 */
export type PaneFocus = 'heading' | 'way-on' | 'field' | 'proof';

const FOCUSED: Readonly<Record<PaneFocus, readonly string[]>> = {
  heading: ['h2'],
  // Without a primary button below, the one in the error pane is meant.
  'way-on': ['[slot=footer].primary', 'cardwright-error-pane'],
  field: ['input'],
  proof: ['[slot=footer].primary', 'cardwright-error-pane'],
};

/** Gives a new pane the focus, because what had it before is often gone. */
export function focusPane(root: ParentNode, focus: PaneFocus): void {
  if (focus === 'proof' && focusField(root)) return;
  for (const selector of FOCUSED[focus]) {
    const found = root.querySelector<HTMLElement>(selector);
    found?.focus();
    if (found) return;
  }
}

/** What a form of a page begins with. */
const FIELDS = 'input:not([type=hidden]), select, textarea, button, a[href], [tabindex="0"]';

/** Focuses the first field that the page has put into the slot `proof`; false where there is none that takes the focus. */
function focusField(root: ParentNode): boolean {
  const elements = root.querySelector<HTMLSlotElement>('slot[name=proof]')?.assignedElements({ flatten: true }) ?? [];
  const fields = elements.flatMap((element) => fieldsIn(element));
  return fields.some((field) => takesFocus(field));
}

/** In their order, also inside open shadow trees. */
function fieldsIn(element: Element): HTMLElement[] {
  const inside = [...(element.shadowRoot?.children ?? []), ...element.children].flatMap((child) => fieldsIn(child));
  return element instanceof HTMLElement && element.matches(FIELDS) ? [element, ...inside] : inside;
}

/** One that is hidden or disabled does not. */
function takesFocus(field: HTMLElement): boolean {
  field.focus();
  return field.matches(':focus');
}

/** Whether what the page has put into an element has the focus, which the element's own shadow tree does not know. */
export function isInSlot(host: Element): boolean {
  const root = host.getRootNode();
  const focused = root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
  return focused !== host && host.contains(focused);
}

/** Whether what had the focus is gone without a new pane: a device that was pulled, a button that no longer leads anywhere. */
export async function isFocusGone(root: ShadowRoot | null, picker: DevicePicker | null): Promise<boolean> {
  await picker?.updateComplete;
  const focused = root?.activeElement ?? null;
  if (focused?.matches(':disabled') ?? true) return true;
  return focused === picker && focused !== null && !picker?.shadowRoot?.activeElement;
}
