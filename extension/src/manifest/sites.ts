import type { BrowserKind } from './browser-kind.js';

/** An origin that gets the content script, `https://portal.example` or `https://*.portal.example`. */
export interface Site {
  readonly scheme: 'https' | 'http';
  readonly host: string;
  /** Port without its colon; empty for the scheme's own. */
  readonly port: string;
}

/** The sites with the content script if none are configured: every site that a browser considers secure. */
const EVERY_SITE = ['https://*/*', 'http://localhost/*', 'http://127.0.0.1/*'];

const SITE = /^(https?):\/\/((?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::(\d{1,5}))?\/?$/;
/** The only hosts whose sites are secure contexts without TLS. */
const OF_THIS_COMPUTER: readonly string[] = ['localhost', '127.0.0.1'];

/**
 * Reads the build's setting CARDWRIGHT_SITES, for an organisation that signs a package of its own: origins separated by white space.
 * Hosts are in lower case, as in browsers; names beyond ASCII in Punycode.
 *
 * @returns none if the setting is empty or missing
 * @throws {TypeError} for anything that is not an origin of a secure site
 */
export function readSites(setting: string | undefined): Site[] {
  return (setting ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(readSite);
}

function readSite(word: string): Site {
  const [, scheme, host = '', port = ''] = SITE.exec(word) ?? [];
  if (scheme !== 'https' && scheme !== 'http') throw new TypeError(`CARDWRIGHT_SITES: "${word}" is no origin`);
  if (scheme === 'http' && !OF_THIS_COMPUTER.includes(host)) {
    throw new TypeError(`CARDWRIGHT_SITES: "${word}" has no TLS`);
  }
  return { scheme, host, port };
}

/** Makes the match patterns of the content script. Firefox has no patterns with a port, so every port of the host matches there. */
export function contentMatches(browser: BrowserKind, sites: readonly Site[]): string[] {
  if (sites.length === 0) return EVERY_SITE;
  const patterns = sites.map(({ scheme, host, port }) => {
    const place = port === '' || browser === 'firefox' ? host : `${host}:${port}`;
    return `${scheme}://${place}/*`;
  });
  return [...new Set(patterns)];
}
