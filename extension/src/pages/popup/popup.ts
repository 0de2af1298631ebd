import type { HostReport } from '../../own-request.js';
import { browser } from '../../browser.js';
import { byId, element, icon } from '../element.js';
import { checkHost } from '../own-background.js';
import { showRefusedSite } from './refused-site.js';
import { showSites } from '../site-list.js';
import { localize, t, textOfError } from '../text.js';

/** The toolbar's menu: whether host and reader are there, what sites may do, and where help is. */
async function run(): Promise<void> {
  localize(document);
  const checks = byId('checks', HTMLUListElement);
  const refresh = byId('refresh', HTMLButtonElement);
  const check = async () => {
    refresh.disabled = true;
    checks.setAttribute('aria-busy', 'true');
    checks.replaceChildren(...rows(await checkHost()));
    checks.setAttribute('aria-busy', 'false');
    refresh.disabled = false;
  };
  checks.append(row('busy', t('host_checking')));
  refresh.addEventListener('click', () => void check());
  byId('settings', HTMLButtonElement).addEventListener('click', () => {
    void browser.runtime.openOptionsPage().then(() => window.close());
  });
  document.body.hidden = false;
  const listSites = () => showSites(byId('sites', HTMLUListElement), byId('no-sites', HTMLElement));
  await Promise.all([check(), listSites(), showRefusedSite(byId('refused', HTMLElement), listSites)]);
}

function rows({ problem, version, readers }: HostReport): HTMLLIElement[] {
  return [
    ...(version === null ? [] : [row('passed', t('host_found', version))]),
    ...readers.map((reader) => row('passed', reader)),
    ...(problem === null ? [] : [row('failed', textOfError(problem), t(`remedy_${problem}`))]),
  ];
}

const row = (state: 'passed' | 'failed' | 'busy', text: string, detail = ''): HTMLLIElement =>
  element(
    'li',
    { 'data-state': state },
    icon('mark'),
    element('span', {}, text, ...(detail === '' ? [] : [element('span', { class: 'quiet' }, detail)])),
  );

if (window.top === window) void run();
