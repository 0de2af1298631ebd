import { CardwrightError, wordsOf } from '@cardwright/protocol';
import { downloadAddress, type HelpDesk } from '@cardwright/protocol/policy';
import type { HostReport } from '../../own-answer.js';
import { browser } from '../../browser.js';
import { byId, element, icon } from '../element.js';
import { readErrorTexts } from '../error-text.js';
import { outside, showContact } from '../help-desk.js';
import { checkHost } from '../own-background.js';
import { saveSupportFile } from '../save-support-file.js';
import { showCurrentSite } from './current-site.js';
import { showRefusedSite } from './refused-site.js';
import { showSites } from '../site-list.js';
import { localize, t } from '../text.js';
import { showWithheldSites } from './site-permission.js';

/** Shows the menu of the toolbar's button: the state of host and reader, the rights of sites, and help. */
async function run(): Promise<void> {
  localize(document);
  const checks = byId('checks', HTMLUListElement);
  const refresh = byId('refresh', HTMLButtonElement);
  const desk = showContact();
  const check = async () => {
    refresh.disabled = true;
    checks.setAttribute('aria-busy', 'true');
    const report = await checkHost();
    checks.replaceChildren(...(await rows(report, await desk)));
    refresh.textContent = report.problem === null ? t('refresh') : t('try_again');
    checks.setAttribute('aria-busy', 'false');
    refresh.disabled = false;
  };
  checks.append(row('busy', t('host_checking')));
  refresh.addEventListener('click', () => void check());
  byId('settings', HTMLButtonElement).addEventListener('click', () => {
    void browser.runtime.openOptionsPage().then(() => window.close());
  });
  byId('support-file', HTMLButtonElement).addEventListener('click', () => {
    void saveSupportFile().then(() => window.close());
  });
  document.body.hidden = false;
  const listSites = () => showSites(byId('sites', HTMLUListElement), byId('no-sites', HTMLElement));
  await Promise.all([
    check(),
    listSites(),
    showCurrentSite(byId('current', HTMLElement), listSites),
    showRefusedSite(byId('refused', HTMLElement), listSites),
    showWithheldSites(byId('withheld', HTMLElement)),
  ]);
}

async function rows({ problem, version, readers }: HostReport, desk: HelpDesk): Promise<HTMLLIElement[]> {
  return [
    ...(version === null ? [] : [row('passed', t('host_found', version))]),
    ...readers.map((reader) => row('passed', reader)),
    ...(problem === null ? [] : [await problemRow(CardwrightError.fromWire(problem), desk)]),
  ];
}

/** Returns a row that describes a problem and its remedy, with the links that help. */
async function problemRow(error: CardwrightError, desk: HelpDesk): Promise<HTMLLIElement> {
  const { message, user } = wordsOf(error, await readErrorTexts());
  const download = error.install === 'host' ? downloadAddress('host', desk, navigator.platform) : undefined;
  return row(
    'failed',
    message,
    element('span', { class: 'quiet' }, user),
    element(
      'span',
      { class: 'links' },
      ...(download === undefined ? [] : [outside(download, t('get_host'))]),
      outside(`troubleshooting.html#${error.code}`, t('more_help')),
    ),
  );
}

const row = (state: 'passed' | 'failed' | 'busy', text: string, ...details: HTMLElement[]): HTMLLIElement =>
  element('li', { 'data-state': state }, icon('mark'), element('span', {}, text, ...details));

if (window.top === window) void run();
