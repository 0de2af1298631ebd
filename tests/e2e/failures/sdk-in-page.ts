import { validate } from '@cardwright/protocol';
import type { Client } from '@cardwright/sdk';
import type { Page } from 'puppeteer-core';
import * as v from 'valibot';
import { bundlePage } from '../../support/wizard-stage.js';

/** An error, as a page receives it. */
export interface Arrived {
  readonly name: string;
  readonly details?: object;
}

declare const connect: () => Promise<Client>;
declare const session: Promise<Client>;

/** The part of the sdk's error that survives JSON. */
const thrown = v.object({ code: v.string(), data: v.record(v.string(), v.unknown()) });
const sdk = await bundlePage('tests/support/sdk-page.ts');

interface ConnectOptions {
  /** Ends the opened session; the error is then the reason of its end. */
  readonly thenUntil?: () => Promise<void>;
}

/** Has a page open a session by the sdk, and returns the error with which the opening or the session ended. */
export async function connectBySdk(page: Page, { thenUntil }: ConnectOptions = {}): Promise<Arrived | undefined> {
  await page.addScriptTag({ content: sdk });
  const failure = await page.evaluate(async () => {
    Object.assign(globalThis, { session: connect() });
    return session.then(
      () => null,
      (error: unknown) => JSON.stringify(error),
    );
  });
  if (failure !== null) return read(failure);
  if (!thenUntil) return undefined;
  const ended = page.evaluate(async () => {
    const { closed } = await session;
    if (!closed.aborted) await new Promise((resolve) => closed.addEventListener('abort', resolve, { once: true }));
    return JSON.stringify(closed.reason);
  });
  await thenUntil();
  return read(await ended);
}

function read(json: string): Arrived {
  const { code, data } = validate(thrown, JSON.parse(json));
  return { name: code, details: data };
}
