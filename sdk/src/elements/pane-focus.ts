import type { DevicePicker } from './device-picker.js';

/**
 * Gives a new pane the focus, because what had it before is often gone.
 *
 * @param leads whether the main button gets it, else the heading does
 */
export function focusPane(root: ParentNode, leads: boolean): void {
  const main = leads ? root.querySelector<HTMLElement>('[slot=footer].primary') : null;
  // Without a primary button below, the one in the error pane is meant.
  const focused = main ?? root.querySelector<HTMLElement>(leads ? 'cardwright-error-pane' : 'h2');
  focused?.focus();
}

/** Whether what had the focus is gone without a new pane: a device that was pulled, a button that no longer leads anywhere. */
export async function isFocusGone(root: ShadowRoot | null, picker: DevicePicker | null): Promise<boolean> {
  await picker?.updateComplete;
  const focused = root?.activeElement ?? null;
  if (focused?.matches(':disabled') ?? true) return true;
  return focused === picker && focused !== null && !picker?.shadowRoot?.activeElement;
}
