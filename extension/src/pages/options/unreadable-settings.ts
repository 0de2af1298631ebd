import { unreadableInPolicy } from '../../policy/policy-in-force.js';
import { byId, element } from '../element.js';

/** Shows the unreadable parts of the administrator's policy. The section stays hidden if every part is readable. */
export async function showUnreadableSettings(): Promise<void> {
  const names = await unreadableInPolicy();
  byId('unreadable-list', HTMLElement).replaceChildren(
    ...names.map((name) => element('li', {}, element('code', {}, name))),
  );
  byId('unreadable', HTMLElement).hidden = names.length === 0;
}
