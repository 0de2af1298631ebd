/**
 * Runs in the page. Returns `closed` if all wizards are closed, and `ready` if a wizard says that the device is ready. Returns null in any other
 * case, and before the page has its wizards.
 */
export function readyOrClosed(): 'ready' | 'closed' | null {
  const wizards = document
    .querySelector('portal-my-devices')
    ?.shadowRoot?.querySelectorAll('cardwright-add-device, cardwright-operation');
  const dialogs = [...(wizards ?? [])].map(({ shadowRoot }) => shadowRoot?.querySelector('cardwright-dialog'));
  if (dialogs.length === 0) return null;
  if (dialogs.every((dialog) => dialog?.shadowRoot?.querySelector('dialog')?.open === false)) return 'closed';
  return dialogs.some((dialog) => dialog?.getAttribute('data-pane') === 'ready') ? 'ready' : null;
}

/** Runs in the page: presses Done in a wizard that says that the device is ready. Does nothing if there is no such wizard any more. */
export function closeReady(): void {
  const wizards = document
    .querySelector('portal-my-devices')
    ?.shadowRoot?.querySelectorAll('cardwright-add-device, cardwright-operation');
  for (const { shadowRoot } of wizards ?? [])
    shadowRoot?.querySelector<HTMLElement>('[data-pane=ready] #done')?.click();
}

/** Runs in the page: returns true if all wizards are closed. Returns false while a wizard is open, and before the page has its wizards. */
export function isWizardClosed(): boolean {
  const wizards = document
    .querySelector('portal-my-devices')
    ?.shadowRoot?.querySelectorAll('cardwright-add-device, cardwright-operation');
  const dialogs = [...(wizards ?? [])].map(({ shadowRoot }) => shadowRoot?.querySelector('cardwright-dialog'));
  return dialogs.length > 0 && dialogs.every((dialog) => dialog?.shadowRoot?.querySelector('dialog')?.open === false);
}
