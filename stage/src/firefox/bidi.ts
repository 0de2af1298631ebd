import type { Browser } from 'puppeteer-core';

/** A browsing context of WebDriver BiDi: a tab, or a window of the browser itself. */
export interface Context {
  readonly context: string;
  readonly url: string;
}

/** Sends to Firefox the commands of WebDriver BiDi for which Puppeteer has no method. */
export class Bidi {
  readonly #send: (method: string, params: object) => Promise<unknown>;

  constructor(browser: Browser) {
    const connection: unknown = Reflect.get(browser, 'connection');
    const send: unknown =
      typeof connection === 'object' && connection !== null ? Reflect.get(connection, 'send') : null;
    if (typeof send !== 'function') throw new Error('This Puppeteer does not lend its BiDi connection.');
    this.#send = async (method, params) => {
      const answer: unknown = await Reflect.apply(send, connection, [method, params]);
      return answer;
    };
  }

  /** Returns the open tabs or, with the scope `chrome`, the browser's own windows. */
  async contexts(scope: 'content' | 'chrome' = 'content'): Promise<readonly Context[]> {
    const params = { maxDepth: 0, ...(scope === 'chrome' ? { 'moz:scope': 'chrome' } : {}) };
    const answer = (await this.#send('browsingContext.getTree', params)) as { result: { contexts: Context[] } };
    return answer.result.contexts;
  }

  /**
   * Runs a script in the browser itself, with the browser's rights. Resolves with the value of the script's promise.
   *
   * @param script a JavaScript expression
   * @throws any error of the script
   */
  async inBrowser(script: string): Promise<unknown> {
    const [window] = await this.contexts('chrome');
    const answer = (await this.#send('script.evaluate', {
      expression: script,
      target: { context: window?.context },
      awaitPromise: true,
    })) as { result: { result?: { value?: unknown }; exceptionDetails?: { text: string } } };
    const { result, exceptionDetails } = answer.result;
    if (exceptionDetails) throw new Error(`In Firefox: ${exceptionDetails.text}`);
    return result?.value;
  }
}
