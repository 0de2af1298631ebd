import { byId, element } from '../element.js';
import { readUnreadableSettings } from '../own-background.js';

/** Shows the unreadable parts of the administrator's policy; without any it stays hidden. */
export async function showUnreadableSettings(): Promise<void> {
  const names = await readUnreadableSettings();
  byId('unreadable-list', HTMLElement).replaceChildren(
    ...names.map((name) => element('li', {}, element('code', {}, name))),
  );
  byId('unreadable', HTMLElement).hidden = names.length === 0;
}
