import { findBrowsers, packagingOfParent, type InstalledBrowser, type Packaging } from '../browsers/packaging.js';
import { defineCheck, failed, passed, type Finding } from './check.js';

const ID = 'browser';

const WORDS: Readonly<Record<Packaging, string>> = {
  system: 'package of the system',
  snap: 'Snap',
  flatpak: 'Flatpak',
};

/** Checks how the browsers were installed. Most Snaps and Flatpaks cannot start the host, which is a failure if no other browser can. */
export const browserPackages = defineCheck({
  id: ID,
  title: 'Browsers',
  summary: 'How the browsers were installed: a Snap or a Flatpak may not start the host.',
  audience: 'doctor',
  run({ system }) {
    const browsers = findBrowsers(system);
    if (browsers.length === 0) return [passed(ID, 'no browser was found in the usual places')];
    const isAnyUsable = browsers.some(({ startsHosts }) => startsHosts);
    return browsers.map((browser) => findingOf(browser, isAnyUsable));
  },
});

/** Checks the packaging of the browser that started this host. Other browsers are not checked, because a page may not learn about them. */
export const startingBrowser = defineCheck({
  id: ID,
  title: 'Browser',
  summary: 'The packaging of the browser that started this host.',
  audience: 'everyone',
  run({ system, audience }) {
    if (audience === 'doctor') return [];
    const packaging = packagingOfParent(system);
    if (packaging === null) return [];
    // The browser did start this host, but a host inside the sandbox cannot reach the smart card service.
    return packaging === 'flatpak' ? [failed(ID, 'BROWSER_SANDBOXED', 'Flatpak')] : [passed(ID, WORDS[packaging])];
  },
});

function findingOf({ browser, packaging, startsHosts }: InstalledBrowser, isAnyUsable: boolean): Finding {
  const name = `${browser}: ${WORDS[packaging]}`;
  if (startsHosts)
    return passed(ID, packaging === 'snap' ? `${name}, which asks the user before it starts a host` : name);
  if (isAnyUsable) return passed(ID, `${name}, which cannot start the host; another browser can`);
  return failed(ID, 'BROWSER_SANDBOXED', `${name}, which cannot start the host`);
}
