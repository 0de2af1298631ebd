import { bytesOf, isProfile, type Network } from './network.js';
import { PhoneFailure } from './phone-failure.js';

const MOST_REDIRECTIONS = 10;

const webkit = (system: string, browser: string): string =>
  `Mozilla/5.0 (${system}) AppleWebKit/605.1.15 (KHTML, like Gecko) ${browser} Mobile/15E148 Safari/604.1`;
const IOS_18 = 'iPhone; CPU iPhone OS 18_0 like Mac OS X';

/** User agents, by browser. */
export const USER_AGENTS = {
  'iphone-18': webkit(IOS_18, 'Version/18.0'),
  'iphone-26': webkit('iPhone; CPU iPhone OS 18_6 like Mac OS X', 'Version/26.0'),
  'iphone-17': webkit('iPhone; CPU iPhone OS 17_6_1 like Mac OS X', 'Version/17.6'),
  'chrome-18': webkit(IOS_18, 'CriOS/131.0.6778.73'),
  /** A browser that does as Chrome does, and gives itself out as Safari. */
  'unnamed-18': webkit(IOS_18, 'Version/18.0'),
  /** Since iPadOS 13 an iPad identifies as a Mac. */
  'ipad-18':
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
  android:
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
  desktop:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
} as const;
export type Browser = keyof typeof USER_AGENTS;

/**
 * Browsers that cannot install a profile. When they receive one, they throw it away and show its address in Safari's view, which has other cookies and
 * fetches the profile once more (Chromium, `ios/chrome/browser/download`: `SafariDownloadTabHelper` passes on the address at which the
 * download arrived, after redirections).
 */
const HAND_OVER: ReadonlySet<Browser> = new Set<Browser>(['chrome-18', 'unnamed-18']);

/** User agent of the program that fetches a preview of a link, for example in a message. */
const PREVIEW =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0';
/** Header by which browsers announce that they load something before anyone has asked for it (Fetch Standard, `Sec-Purpose`). */
const PREFETCH = { 'sec-purpose': 'prefetch' };

/** A page that the phone's user sees. */
export interface SafariPage {
  readonly url: URL;
  readonly status: number;
  readonly html: string;
  /** The target of the page's link to a profile. Null if the page has no such link. */
  readonly profileLink: URL | null;
  /** True if the page has a form with a button, which posts to the page's own address. */
  readonly hasButton: boolean;
}

/** The browser of a phone. It stores cookies, opens pages, and downloads profiles. */
export class Safari {
  /** Cookies by origin and name. */
  readonly #cookies = new Map<string, Map<string, string>>();

  /** @param prefetches set if a preview of each page is fetched first, and the page's link to a profile is loaded before the user taps it */
  constructor(
    private readonly browser: Browser,
    private readonly network: Network,
    private readonly prefetches = false,
  ) {}

  /**
   * Opens an address, as the camera does with a QR code.
   *
   * @throws PhoneFailure `Cannot Open Page` if the answer is not HTML, or after more than ten redirections
   */
  async open(link: string): Promise<SafariPage> {
    if (this.prefetches) await new Safari(this.browser, this.network).#get(new URL(link), { 'user-agent': PREVIEW });
    const page = await this.#read(await this.#get(new URL(link)));
    if (this.prefetches && page.profileLink !== null) await this.#get(page.profileLink, PREFETCH);
    return page;
  }

  /**
   * Presses the button of the page's form, which sends no fields.
   *
   * @throws PhoneFailure `Cannot Open Page` if the page has no such button
   */
  async press({ url, hasButton }: SafariPage): Promise<SafariPage> {
    if (!hasButton) throw new PhoneFailure('Cannot Open Page', 'The page has no button.');
    return this.#read({ url, response: await this.#send(url, 'POST') });
  }

  async #read({ url, response }: { url: URL; response: Response }): Promise<SafariPage> {
    if (response.headers.get('content-type')?.startsWith('text/html') !== true)
      throw new PhoneFailure('Cannot Open Page', `It is ${response.headers.get('content-type') ?? 'nothing'}.`);
    const html = await response.text();
    const hasButton = /<form\b[^>]*\bmethod="post"[^>]*>\s*<button\b/i.test(html);
    return { url, status: response.status, html, profileLink: findLink(html, url), hasButton };
  }

  /**
   * Follows the page's link to a profile.
   *
   * @returns the bytes of the profile
   * @throws PhoneFailure if the page has no link, or if the link leads to something other than a profile
   */
  async download({ profileLink }: Pick<SafariPage, 'profileLink'>): Promise<Buffer> {
    if (profileLink === null) throw new PhoneFailure('Cannot Download Profile', 'The page has no link to one.');
    const { url, response } = await this.#get(profileLink);
    if (!isProfile(response))
      throw new PhoneFailure('Cannot Download Profile', `The server answered ${response.status}, and no profile.`);
    if (!HAND_OVER.has(this.browser)) return bytesOf(response);
    return new Safari('iphone-18', this.network).download({ profileLink: url });
  }

  async #get(first: URL, headers: Readonly<Record<string, string>> = {}): Promise<{ url: URL; response: Response }> {
    let url = first;
    for (let count = 0; count <= MOST_REDIRECTIONS; count++) {
      const response = await this.#send(url, 'GET', headers);
      const target = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || target === null) return { url, response };
      url = new URL(target, url);
    }
    throw new PhoneFailure('Cannot Open Page', 'It leads from one address to another without an end.');
  }

  async #send(url: URL, method: 'GET' | 'POST', headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const cookie = [...this.#jar(url)].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.network(url, {
      method,
      headers: {
        'user-agent': USER_AGENTS[this.browser],
        accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
        'accept-language': 'en-US,en;q=0.9',
        ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...(cookie === '' ? {} : { cookie }),
        ...headers,
      },
    });
    this.#keep(url, response.headers.getSetCookie());
    return response;
  }

  /**
   * Stores cookies as Safari does. Secure cookies are stored only over TLS, even on localhost. Cookies named `__Host-…` follow the rules of RFC
   * 6265bis, 4.1.3.2.
   */
  #keep(url: URL, lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const lower = attributes.map((attribute) => attribute.toLowerCase());
      const isSecure = lower.includes('secure');
      const name = pair.slice(0, pair.indexOf('='));
      if (isSecure && url.protocol !== 'https:') continue;
      const isBound = isSecure && lower.includes('path=/') && !lower.some((one) => one.startsWith('domain='));
      if (name.startsWith('__Host-') && !isBound) continue;
      if (lower.includes('max-age=0')) this.#jar(url).delete(name);
      else this.#jar(url).set(name, pair.slice(name.length + 1));
    }
  }

  #jar({ origin }: URL): Map<string, string> {
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, jar);
    return jar;
  }
}

/**
 * Returns the target of the first link or form that leads to an address below the page's address. Returns null if there is no such link or form. A
 * user would find the link by its text instead.
 */
function findLink(html: string, page: URL): URL | null {
  const targets = [...html.matchAll(/<(?:a|form)\b[^>]*\b(?:href|action)\s*=\s*["']([^"']*)["']/gi)];
  const below = `${page.pathname.replace(/\/$/, '')}/`;
  const links = targets.map(([, target = '']) => new URL(target.replaceAll('&amp;', '&'), page));
  return links.find(({ origin, pathname }) => origin === page.origin && pathname.startsWith(below)) ?? null;
}
