import type { DecidedSite } from '../own-answer.js';
import { element } from './element.js';
import { showOrigin } from './origin-line.js';
import { forgetSite, listSites } from './own-background.js';
import { t } from './text.js';

/**
 * Shows the sites that policy allows, and the sites about which only the user has decided. Beside each site of the second kind, a button
 * revokes the user's answer.
 */
export async function showSites(list: HTMLUListElement, nothingYet: HTMLElement): Promise<void> {
  const sites = await listSites();
  nothingYet.hidden = sites.length > 0;
  list.hidden = sites.length === 0;
  list.replaceChildren(
    ...sites.map((site) =>
      row(site, async () => {
        await forgetSite(site.origin);
        await showSites(list, nothingYet);
        (list.querySelector('button') ?? list.ownerDocument.querySelector<HTMLElement>('h2'))?.focus();
      }),
    ),
  );
}

function row(site: DecidedSite, onForget: () => Promise<void>): HTMLLIElement {
  const origin = element('span', { class: 'origin' });
  showOrigin(origin, site.origin);
  const item = element('li', {}, element('span', {}, origin, element('span', { class: 'quiet' }, describeSite(site))));
  if (site.byPolicy) return item;
  const label = site.granted.length > 0 ? t('site_revoke') : t('site_forget');
  const button = element('button', { type: 'button', 'aria-label': `${label}: ${site.origin}` }, label);
  button.addEventListener('click', () => void onForget());
  item.append(button);
  return item;
}

/** Describes the rights of a site, and the rule that decided. */
export function describeSite({ granted, denied, rule, relyingParties }: DecidedSite): string {
  const names = (classes: DecidedSite['granted']) => classes.map((one) => t(`class_${one}_short`)).join(', ');
  const parts = [
    ...(granted.length > 0 ? [names(granted)] : []),
    ...(denied.length > 0 ? [t('site_denied', names(denied))] : []),
    ...(relyingParties.length > 0 ? [t('site_relying_parties', relyingParties.map(hostOf).join(', '))] : []),
    t(`rule_${rule}`),
  ];
  return parts.join(' · ');
}

const hostOf = (origin: string): string => new URL(origin).host;
