import type { DevicePicker } from './device-picker.js';

/**
 * Where the focus of a pane goes: to its heading; to the way on, because the pane says what stands in the way; or to the field in which the
 * user types.
 */
export type PaneFocus = 'heading' | 'way-on' | 'field';

const FOCUSED: Readonly<Record<PaneFocus, readonly string[]>> = {
  heading: ['h2'],
  // Without a primary button below, the one in the error pane is meant.
  'way-on': ['[slot=footer].primary', 'cardwright-error-pane'],
  field: ['input'],
};

/** Gives a new pane the focus, because what had it before is often gone. */
export function focusPane(root: ParentNode, focus: PaneFocus): void {
  for (const selector of FOCUSED[focus]) {
    const found = root.querySelector<HTMLElement>(selector);
    found?.focus();
    if (found) return;
  }
}

/** Whether what had the focus is gone without a new pane: a device that was pulled, a button that no longer leads anywhere. */
export async function isFocusGone(root: ShadowRoot | null, picker: DevicePicker | null): Promise<boolean> {
  await picker?.updateComplete;
  const focused = root?.activeElement ?? null;
  if (focused?.matches(':disabled') ?? true) return true;
  return focused === picker && focused !== null && !picker?.shadowRoot?.activeElement;
}
