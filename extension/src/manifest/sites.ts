import type { BrowserKind } from './browser-kind.js';

/**
 * A site that gets the content script: an origin such as `https://portal.example`, or `https://*.portal.example` for a host and all of
 * its subdomains.
 */
export interface Site {
  readonly scheme: 'https' | 'http';
  readonly host: string;
  /** Port, without the colon; empty for the default port of the scheme. */
  readonly port: string;
}

/** Match patterns of the content script if no sites are configured: every https site, and the http sites of this computer. */
const EVERY_SITE = ['https://*/*', 'http://localhost/*', 'http://127.0.0.1/*'];

const SITE = /^(https?):\/\/((?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::(\d{1,5}))?\/?$/;
/** Host names of this computer. Sites with these host names are secure contexts without TLS. */
const OF_THIS_COMPUTER: readonly string[] = ['localhost', '127.0.0.1'];

/**
 * Reads the build's setting CARDWRIGHT_SITES, for an organisation that signs a package of its own. The setting contains origins,
 * separated by white space. Hosts are written in lower case, as in browsers, and names beyond ASCII in Punycode.
 *
 * @returns the sites; an empty list if the setting is empty or missing
 * @throws {TypeError} if a word is not an origin with https, or with http on this computer
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

/** Returns the match patterns of the content script. Firefox has no patterns with a port, so there every port of the host matches. */
export function contentMatches(browser: BrowserKind, sites: readonly Site[]): string[] {
  if (sites.length === 0) return EVERY_SITE;
  const patterns = sites.map(({ scheme, host, port }) => {
    const place = port === '' || browser === 'firefox' ? host : `${host}:${port}`;
    return `${scheme}://${place}/*`;
  });
  return [...new Set(patterns)];
}
