import { hostInitialized, sessionIdOf, type WireError } from '@cardwright/protocol/messages';
import type { PublicJwk } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import type { Page } from 'puppeteer-core';

/** The extension's answer: a result or an error. */
export interface WireAnswer {
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly data: { readonly name: string; readonly details?: object } };
}

/** The functions of the fake portal's page. */
declare const hello: () => number;
declare const call: (session: number, method: string, params: object) => Promise<WireAnswer>;
declare const hear: (session: number, test: (message: Heard) => boolean) => Promise<Heard>;
declare const sessions: { port: MessagePort; heard: Heard[]; lastId: number }[];

export interface Heard {
  readonly cardwright?: string;
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: Record<string, unknown> & { readonly error?: WireError };
  readonly result?: Record<string, unknown>;
  readonly error?: WireAnswer['error'];
}

const PROTOCOL = { min: { major: 3, minor: 0 }, max: { major: 3, minor: 0 } };

/**
 * Runs an expression in a page without a user gesture, as the page's own script does. Everything else that a test runs in a
 * page counts as a gesture.
 */
export async function runUnasked(page: Page, expression: string): Promise<unknown> {
  const client = await page.createCDPSession();
  const { result } = await client.send('Runtime.evaluate', {
    expression,
    awaitPromise: true,
    returnByValue: true,
    userGesture: false,
  });
  await client.detach();
  const value: unknown = result.value;
  return value;
}

/** One page session of a page of the fake portal, driven from the test. */
export class WireSession {
  #hostKey: PublicJwk | null = null;

  private constructor(
    readonly page: Page,
    private readonly number: number,
  ) {}

  /** Says hello and waits for `ready`. */
  static async open(page: Page): Promise<WireSession> {
    const number = await page.evaluate(() => hello());
    const session = new WireSession(page, number);
    await session.heard('ready');
    return session;
  }

  call(method: string, params: object = {}): Promise<WireAnswer> {
    return this.page.evaluate((...of) => call(...of), this.number, method, params);
  }

  async initialize(): Promise<WireAnswer> {
    const answer = await this.call('initialize', { protocol: PROTOCOL, sdk: '0.1.0' });
    const opened = v.safeParse(hostInitialized.entries.session, answer.result?.session);
    if (opened.success) this.#hostKey = opened.output.key;
    return answer;
  }

  /** Returns the session's id, from its host's key. */
  id(): Promise<string> {
    if (this.#hostKey === null) throw new Error('the session was not initialised');
    return sessionIdOf(this.#hostKey);
  }

  /** Sends a command, and returns its error code; undefined if it succeeded. */
  async code(method: string, params: object = {}): Promise<string | undefined> {
    return (await this.call(method, params)).error?.data.name;
  }

  /** Waits for `ready` or `closed` of the bridge. */
  async heard(word: 'ready' | 'closed'): Promise<void> {
    await this.page.evaluate((session, wanted) => hear(session, (m) => m.cardwright === wanted), this.number, word);
  }

  /** Waits until the session is closed, and returns the extension's final error; undefined if there was none. */
  async endedBecause(): Promise<WireError['data'] | undefined> {
    await this.heard('closed');
    const heard = await this.page.evaluate((session) => sessions[session]?.heard ?? [], this.number);
    return heard.find(({ method }) => method === 'session.ended')?.params?.error?.data;
  }

  /** Waits for progress of a kind. Others may come before it, such as `waiting` on a busy machine. */
  async progressed(kind: 'user' | 'waiting'): Promise<void> {
    const isWanted = (session: number, wanted: string): Promise<Heard> =>
      hear(session, ({ method, params }) => method === '$/progress' && params?.kind === wanted);
    await this.page.evaluate(isWanted, this.number, kind);
  }

  /** Waits for a notification. */
  notified(method: string): Promise<Heard> {
    return this.page.evaluate((session, wanted) => hear(session, (m) => m.method === wanted), this.number, method);
  }

  /** Posts any message unchanged. */
  async post(message: unknown): Promise<void> {
    await this.page.evaluate((session, data) => sessions[session]?.port.postMessage(data), this.number, message);
  }

  /** Posts several messages in one turn of the page. */
  async postTogether(...messages: readonly unknown[]): Promise<void> {
    await this.page.evaluate(
      (session, all) => {
        for (const data of all) sessions[session]?.port.postMessage(data);
      },
      this.number,
      messages,
    );
  }

  /** Posts the message in a JSON text, which can have members that no literal can, such as `__proto__`. */
  async postJson(json: string): Promise<void> {
    await this.page.evaluate(
      (session, text) => sessions[session]?.port.postMessage(JSON.parse(text)),
      this.number,
      json,
    );
  }

  /** Waits for the first error that answers `id`. */
  failure(id: number | string | null): Promise<Heard> {
    return this.page.evaluate((session, of) => hear(session, (m) => m.id === of && !!m.error), this.number, id);
  }

  /** Waits until so many errors have answered `id`, and returns their names, in order. */
  async failures(id: number | string | null, count: number): Promise<(string | undefined)[]> {
    const all = await this.page.evaluate(
      async (session, of, wanted) => {
        const errors = () => (sessions[session]?.heard ?? []).filter((m) => m.id === of && !!m.error);
        await hear(session, () => errors().length >= wanted);
        return errors();
      },
      this.number,
      id,
      count,
    );
    return all.map(({ error }) => error?.data.name);
  }

  /** Returns whether a message with the id has arrived. */
  answered(id: number | string): Promise<boolean> {
    return this.page.evaluate(
      (session, of) => sessions[session]?.heard.some((m) => m.id === of) ?? false,
      this.number,
      id,
    );
  }

  /** Returns the id of the next call. */
  nextId(): Promise<number> {
    return this.page.evaluate((session) => (sessions[session]?.lastId ?? 0) + 1, this.number);
  }

  /** Ends the session, as an open page can. */
  async close(): Promise<void> {
    await this.post({ cardwright: 'closed' });
  }
}
