import { element } from './element.js';

/** Maximum number of characters in a group, so that a group can be read at a glance. */
const GROUP = 4;

/** Shows a secret to be read: in groups on the screen, and character by character for a screen reader. */
export function showSecret(line: HTMLElement, secret: string): void {
  line.replaceChildren(
    element('span', { class: 'for-screen-reader' }, Array.from(secret).join(' ')),
    ...groups(secret).map((group) => element('span', { 'aria-hidden': 'true' }, group)),
  );
}

/** Splits a secret into groups of nearly the same length. */
function groups(secret: string): string[] {
  const characters = Array.from(secret);
  const count = Math.max(1, Math.ceil(characters.length / GROUP));
  const length = Math.ceil(characters.length / count);
  return Array.from({ length: count }, (_, index) => characters.slice(index * length, (index + 1) * length).join(''));
}
