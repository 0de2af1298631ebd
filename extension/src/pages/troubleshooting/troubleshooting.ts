import { TROUBLESHOOTING, TROUBLESHOOTING_GROUPS, type TroubleshootingGroup } from '@cardwright/protocol';
import { byId, element } from '../element.js';
import { readErrorTexts, type PackagedTexts } from '../error-text.js';
import { showContact } from '../help-desk.js';
import { localize, t } from '../text.js';
import { entry } from './entry.js';
import { words } from './words.js';

/** Maximum number of found entries that a search opens. If the search finds more entries, all stay folded. */
const FEW = 3;

/**
 * Shows every error of the catalogue with its cause and remedy, and the help desk. If the address ends with `#CODE`, the entry of this error
 * is opened.
 */
async function run(): Promise<void> {
  localize(document);
  byId('intro', HTMLElement).textContent = words.intro;
  const texts = await readErrorTexts();
  byId('errors', HTMLElement).append(...TROUBLESHOOTING_GROUPS.map((group) => section(group, texts)));
  const search = byId('search', HTMLInputElement);
  search.addEventListener('input', () => find(search.value));
  document.body.hidden = false;
  addEventListener('hashchange', openNamed);
  openNamed();
  await showContact();
}

/** Creates a section of entries. The section for developers of a portal is folded, because only these developers can act on its errors. */
function section(group: TroubleshootingGroup, texts: PackagedTexts): HTMLElement {
  const title = element('h2', { id: group }, words.groups[group]);
  const entries = TROUBLESHOOTING[group].map((code) => entry(code, texts));
  if (group !== 'developer') return element('section', { 'aria-labelledby': group }, title, ...entries);
  return element('details', { class: 'group' }, element('summary', {}, title), ...entries);
}

/** Shows the entries that contain every word of the search, in any order. */
function find(search: string): void {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  const entries = [...document.querySelectorAll<HTMLDetailsElement>('.entry-of-error')];
  const found = entries.filter((one) => wanted.every((word) => one.textContent.toLowerCase().includes(word)));
  for (const one of entries) {
    one.hidden = !found.includes(one);
    one.open = wanted.length > 0 && found.length <= FEW && !one.hidden;
  }
  for (const group of byId('errors', HTMLElement).children) {
    if (!(group instanceof HTMLElement)) continue;
    const shown = found.some((one) => group.contains(one));
    group.hidden = !shown;
    if (group instanceof HTMLDetailsElement) group.open = wanted.length > 0 && shown;
  }
  byId('found', HTMLElement).textContent = wanted.length === 0 ? '' : t('search_found', String(found.length));
}

/** Opens the entry that the address names, and its section. */
function openNamed(): void {
  const named = document.getElementById(location.hash.slice(1));
  if (!(named instanceof HTMLDetailsElement)) return;
  const group = named.parentElement;
  if (group instanceof HTMLDetailsElement) group.open = true;
  named.open = true;
  named.scrollIntoView();
  named.querySelector('summary')?.focus({ preventScroll: true });
}

if (window.top === window) void run();
