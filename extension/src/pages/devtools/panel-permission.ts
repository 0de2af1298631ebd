import { inspectorPanel } from '@cardwright/protocol/settings';
import * as v from 'valibot';
import { browser } from '../../browser.js';
import { readManaged } from '../../policy/managed-storage.js';

/** Key of the user's setting in `storage.local`, and of the administrator's setting in `storage.managed`. */
const KEY = 'inspectorPanel';

interface PanelPermission {
  readonly isAllowed: boolean;
  /** Set if the administrator decided. The user then cannot change the decision. */
  readonly byPolicy: boolean;
}

/**
 * Reads whether the inspector may be a panel of the developer tools. If neither the administrator nor the user has decided, the inspector may
 * not be a panel.
 */
export async function readPanelPermission(): Promise<PanelPermission> {
  const written = (await readManaged())[KEY];
  if (written !== undefined)
    return { isAllowed: inspectorPanel.read(written, () => undefined) === true, byPolicy: true };
  return { isAllowed: readFlag(await browser.storage.local.get(KEY)) ?? false, byPolicy: false };
}

/** Shows the switch with which the user allows the panel. A change takes effect when the developer tools are opened the next time. */
export async function showPanelSwitch(box: HTMLInputElement): Promise<void> {
  const { isAllowed, byPolicy } = await readPanelPermission();
  box.checked = isAllowed;
  box.disabled = byPolicy;
  box.addEventListener('change', () => void browser.storage.local.set({ [KEY]: box.checked }));
}

function readFlag(stored: unknown): boolean | null {
  const parsed = v.safeParse(v.object({ [KEY]: v.boolean() }), stored);
  return parsed.success ? parsed.output[KEY] : null;
}
