import type { BrowserKind } from './browser-kind.js';

/** An origin that gets the content script, `https://portal.example` or `https://*.portal.example`. */
export interface Site {
  readonly scheme: 'https' | 'http';
  readonly host: string;
  /** Without its colon; empty for the scheme's own. */
  readonly port: string;
}

/** Who gets the content script where nobody narrows it: every site that a browser takes for secure. */
const EVERY_SITE = ['https://*/*', 'http://localhost/*', 'http://127.0.0.1/*'];

const SITE = /^(https?):\/\/((?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::(\d{1,5}))?\/?$/;
/** Only here is a site without TLS a secure context. */
const OF_THIS_COMPUTER: readonly string[] = ['localhost', '127.0.0.1'];

/**
 * Reads the build's setting CARDWRIGHT_SITES: origins with white space between them, for an organisation that signs a package
 * of its own. Hosts are in lower case, as browsers have them; names beyond ASCII in Punycode.
 *
 * @returns none where the setting is empty or missing
 * @throws {TypeError} for what is no origin of a secure site
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

/** Match patterns of the content script. Firefox's know no port, so there every port of the host matches. */
export function contentMatches(browser: BrowserKind, sites: readonly Site[]): string[] {
  if (sites.length === 0) return EVERY_SITE;
  const patterns = sites.map(({ scheme, host, port }) => {
    const place = port === '' || browser === 'firefox' ? host : `${host}:${port}`;
    return `${scheme}://${place}/*`;
  });
  return [...new Set(patterns)];
}
