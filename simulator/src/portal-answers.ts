import type { ErrorCode } from '@cardwright/protocol';
import { TargetType, type Browser, type HTTPRequest, type Page, type Target } from 'puppeteer-core';
import { sampleError } from './sample-details.js';

/** Matches the paths of the calls that begin or continue an operation (protocol reference, "HTTP contract"), below any base address of the portal. */
const OPERATION_CALL = /\/operations(\/[^/]+\/results)?$/;
const STATUS = 409;

/** Answers calls in place of the portal. The answers are made inside the browser, and so work with any portal. */
export class PortalAnswers {
  #code: ErrorCode | null = null;
  #details: Readonly<Record<string, unknown>> = {};
  #browser: Browser | null = null;
  readonly #pages = new WeakSet<Page>();

  /** Answers calls in the pages of this browser, which replaces the previous browser. */
  async follow(browser: Browser): Promise<void> {
    this.#browser?.off('targetcreated', this.#onTarget);
    this.#browser = browser;
    browser.on('targetcreated', this.#onTarget);
    if (this.#code !== null) await this.#interceptAll(browser);
  }

  /**
   * Sets the error with which every later call that begins or continues an operation is answered in the portal's place. With `CMS_UNREACHABLE`,
   * the call fails as if the connection were refused. With null, the portal answers again.
   */
  async set(code: ErrorCode | null, details: Readonly<Record<string, unknown>> = {}): Promise<void> {
    this.#code = code;
    this.#details = details;
    if (code !== null && this.#browser !== null) await this.#interceptAll(this.#browser);
  }

  async #interceptAll(browser: Browser): Promise<void> {
    for (const page of await browser.pages()) await this.#intercept(page);
  }

  readonly #onTarget = (target: Target): void => {
    if (this.#code === null || target.type() !== TargetType.PAGE) return;
    // A page that is closed at once has no calls to intercept.
    void target
      .page()
      .then((page) => page && this.#intercept(page))
      .catch(() => undefined);
  };

  async #intercept(page: Page): Promise<void> {
    if (this.#pages.has(page) || !/^https?:/.test(page.url())) return;
    this.#pages.add(page);
    await page.setRequestInterception(true);
    // If the page is closed meanwhile, nobody waits for the answer.
    page.on('request', (request) => void this.#answer(request).catch(() => undefined));
  }

  async #answer(request: HTTPRequest): Promise<void> {
    const { pathname } = new URL(request.url());
    if (this.#code === null || request.method() !== 'POST' || !OPERATION_CALL.test(pathname)) return request.continue();
    if (this.#code === 'CMS_UNREACHABLE') return request.abort('connectionrefused');
    const body = JSON.stringify({ error: sampleError(this.#code, this.#details) });
    return request.respond({ status: STATUS, contentType: 'application/json', body });
  }
}
