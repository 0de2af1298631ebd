import type { Client } from '@cardwright/sdk';
import type { Page } from 'puppeteer-core';
import { bundlePage } from '../../support/wizard-stage.js';

/** An error as a page has it. */
export interface Arrived {
  readonly name: string;
  readonly details?: object;
}

declare const connect: () => Promise<Client>;
declare const session: Promise<Client>;

const sdk = await bundlePage('tests/support/sdk-page.ts');

interface ConnectOptions {
  /** Ends the session that was opened; the error is then why it ended. */
  readonly thenUntil?: () => Promise<void>;
}

/** Has a page open a session by the sdk, and tells the error with which that, or the session, ended. */
export async function connectBySdk(page: Page, { thenUntil }: ConnectOptions = {}): Promise<Arrived | undefined> {
  await page.addScriptTag({ content: sdk });
  const failed = await page.evaluate(async () => {
    Object.assign(globalThis, { session: connect() });
    return session.then(
      () => undefined,
      ({ code, data }: { code: string; data: object }) => ({ name: code, details: data }),
    );
  });
  if (failed || !thenUntil) return failed;
  const ended = page.evaluate(async () => {
    const { closed } = await session;
    if (!closed.aborted) await new Promise((resolve) => closed.addEventListener('abort', resolve, { once: true }));
    const { code, data } = closed.reason as { code: string; data: object };
    return { name: code, details: data };
  });
  await thenUntil();
  return ended;
}
