import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { askKeeper, connectChromium, patiently, type PlaceOf } from '@cardwright/stage';
import type { Browser, BrowserContext, Page } from 'puppeteer-core';
import { answeredCall } from './answered-call.js';
import type { EventResponse } from './event-response.js';
import { listen, stopServer } from './loopback-server.js';

export { click, fill, waitFor } from './wait-for.js';

/** The Content-Security-Policy of the portal's pages. */
const POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/** A path that no server of tests has, so its page is empty. */
const NOWHERE = '/nowhere';

/** Answers one call of a page's API, now or later; a thrown `CardwrightError` is sent as the contract says. */
export type Api = (method: string, path: string, body: unknown, query: URLSearchParams) => object | Promise<object>;

/** Handles a request itself, such as one for events; returns false if it does not. */
export type Stream = (path: string, response: EventResponse) => boolean;

/** Serves static files by path, and an API below `/api/`, on a free port of localhost. */
export class PageServer {
  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async start(files: ReadonlyMap<string, string>, api: Api, stream: Stream = () => false): Promise<PageServer> {
    const server = createServer((request, response) => {
      const address = new URL(request.url ?? '/', 'http://localhost');
      if (stream(address.pathname, response)) return;
      void answer(request, address, files, api).then(({ status, type, body, etag }) => {
        const headers = { 'content-type': type, 'content-security-policy': POLICY };
        const kept = etag === undefined ? {} : { etag, 'cache-control': 'no-cache' };
        response.writeHead(status, { ...headers, ...kept }).end(body);
      });
    });
    return new PageServer(server, await listen(server));
  }

  async stop(): Promise<void> {
    await stopServer(this.server);
  }
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  /** Names the version of a file. */
  readonly etag?: string;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

async function answer(
  request: IncomingMessage,
  { pathname: path, searchParams }: URL,
  files: ReadonlyMap<string, string>,
  api: Api,
): Promise<Answer> {
  if (path.startsWith('/api/')) {
    let text = '';
    request.setEncoding('utf8');
    for await (const chunk of request) text += String(chunk);
    const content: unknown = text === '' ? null : JSON.parse(text);
    const call = () => api(request.method ?? 'GET', path.slice('/api/'.length), content, searchParams);
    return { type: 'application/json', ...(await answeredCall(call)) };
  }
  const file = files.get(path);
  // Chromium would show an empty answer as an error of its own, in another process.
  if (file === undefined) return { status: 404, type: 'text/plain', body: 'Not found' };
  // As the portal's server does: Chromium keeps what it has compiled only of a script that it keeps.
  const etag = `"${createHash('sha256').update(file).digest('base64url')}"`;
  const type = TYPES[path.split('.').pop() ?? ''] ?? TYPES.html ?? '';
  return request.headers['if-none-match'] === etag
    ? { status: 304, type, body: '', etag }
    : { status: 200, type, body: file, etag };
}

/** One user's part of this worker's Chromium, with its own cookies, storage and pages. */
export interface PageBrowser {
  newPage(): Promise<Page>;
  /**
   * Ends the open pages, and lets the next ones open in their tabs. That takes less time than new tabs do: a tab keeps its process, which has
   * compiled axe and the pages' scripts already. A test that gives its page more than a look, such as a passkey,
   * closes it itself.
   */
  reusePages(): Promise<void>;
  /** Closes its pages, but keeps the Chromium for the next test file. */
  close(): Promise<void>;
}

/** Says where a browser is, and starts it if necessary. */
export type Whereabouts = () => Promise<PlaceOf<'pages'>>;

/** The browser for pages: Chromium's headless shell, to which each of its pages always is in front, and which lets nobody choose a passkey. */
const browserForPages: Whereabouts = () => askKeeper('pages');

/** @param whereabouts the browser; `browserWithWindows` where a page must lose the focus, or its user chooses a passkey */
export async function openPageBrowser(whereabouts = browserForPages): Promise<PageBrowser> {
  const { browser } = await connectChromium(await whereabouts());
  const isKept = whereabouts === browserForPages;
  const context = (isKept ? leftContext(browser) : undefined) ?? (await browser.createBrowserContext());
  const id = context.id ?? '';
  taken.add(id);
  const open: Page[] = [];
  const left = await resetContext(context);
  return {
    newPage: async () => {
      const page = left.pop() ?? patiently(await context.newPage());
      open.push(page);
      return page;
    },
    reusePages: async () => {
      for (const page of open.splice(0))
        if (!page.isClosed())
          try {
            await leave(page);
            left.push(page);
          } catch {
            // It was about to go elsewhere by itself.
            await page.close();
          }
    },
    close: async () => {
      if (isKept && open.every((page) => page.isClosed())) {
        for (const page of left) await forgetSite(page);
        taken.delete(id);
      } else await context.close();
      await browser.disconnect();
    },
  };
}

/** The contexts that users of this file have. */
const taken = new Set<string>();

/** Finds a context that another file has left. */
const leftContext = (browser: Browser): BrowserContext | undefined =>
  browser.browserContexts().find(({ id }) => id !== undefined && !taken.has(id));

/** Takes back what another file has left in a context. Returns the tabs that wait for a page. */
async function resetContext(context: BrowserContext): Promise<Page[]> {
  await context.clearPermissionOverrides();
  await context.deleteCookie(...(await context.cookies()));
  const pages = await context.pages();
  const isEmpty = (page: Page): boolean => page.url() === 'about:blank';
  const waits = (page: Page): boolean => new URL(page.url()).pathname === NOWHERE;
  for (const page of pages) if (!isEmpty(page) && !waits(page)) await page.close();
  // Keeps the window open between two pages: another tab in a window costs half as much as another window.
  if (!pages.some(isEmpty)) await context.newPage();
  return pages.filter(waits).map((page) => patiently(page));
}

/** Removes all that the browser keeps for the site of a page. */
async function forgetSite(page: Page): Promise<void> {
  const session = await page.createCDPSession();
  const { origin } = new URL(page.url());
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  await session.detach();
}

/** Leaves a page, even if it asks whether it may be left, and lets its tab show an empty one. */
async function leave(page: Page): Promise<void> {
  page.removeAllListeners('dialog');
  page.on('dialog', (question) => void question.accept());
  // Without a page between them, another address of the same page would not load it again. Of another site, it would have another process.
  await page.goto(new URL(NOWHERE, page.url()).href);
  await page.evaluate(() => sessionStorage.clear());
  page.removeAllListeners('dialog');
}

/** The display of a page: its size, its colours and its text. */
export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  /** The browser's text size, in percent of the default. */
  readonly text?: number;
}

/** Opens a page in a new tab, or in one that is used again. */
export async function openPage(browser: PageBrowser, address: string, look: Look = {}): Promise<Page> {
  const page = await browser.newPage();
  await setDisplay(page, look);
  await page.goto(address);
  if (look.text !== undefined) await setText(page, look.text);
  return page;
}

/** Gives an open page another look, and waits until it is drawn so. */
export async function changeLook(page: Page, look: Look): Promise<void> {
  await setDisplay(page, look);
  await setText(page, look.text ?? 100);
  // The second frame begins once the first one was drawn.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}

async function setDisplay(page: Page, { width = 1000, height = 760, scheme = 'light' }: Look): Promise<void> {
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    // A screenshot then shows the end of every movement.
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
}

/** Sets the browser's text size. Chromium keeps some styles of an open page whose look changes, so all of them are computed again. */
const setText = (page: Page, percent: number): Promise<void> =>
  page.evaluate((size) => {
    const root = document.documentElement;
    root.style.fontSize = `${size}%`;
    root.style.display = 'none';
    void root.offsetHeight;
    root.style.display = '';
  }, percent);

/** Returns the visible text of an element, including its shadow tree. */
export const textOf = (page: Page, element: string): Promise<string> =>
  page.$eval(`>>> ${element}`, ({ shadowRoot }) => shadowRoot?.textContent ?? '');

/**
 * Resolves once the browser has gone to another page: to its path, with its hash. Wait for it before the page is closed: the browser can hang if it
 * closes a page that it still leaves.
 */
export async function arrival(page: Page): Promise<string> {
  await page.waitForNavigation({ waitUntil: 'domcontentloaded' });
  const { pathname, hash } = new URL(page.url());
  return pathname + hash;
}
