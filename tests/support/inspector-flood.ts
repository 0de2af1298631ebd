import { EXTENSION_DIR, launchBrowser, type StageBrowser } from '@cardwright/stage';
import type { TraceEntry } from '@cardwright/protocol/trace';
import type { InspectorPage } from './inspector-page.js';
import { openPlayedInspector } from './played-inspector.js';
import { issuance } from './trace-writer.js';

/** Number of messages of a long session, and how many of them come at once. */
export const FLOOD = 50_000;
export const BATCH = 500;

const SESSION = 'aaaa';

declare global {
  /** In an inspector's page, makes so many messages; those of an issuance that fails, again and again. */
  var makeMessages: (first: number, count: number) => TraceEntry[];
}

/** An inspector in a browser of its own, to which messages are told at will. */
export interface FloodableInspector {
  readonly browser: StageBrowser;
  readonly inspector: InspectorPage;
}

/** Opens an inspector, as large as a window of DevTools, that has no messages yet. */
export async function openFloodableInspector(): Promise<FloodableInspector> {
  const browser = await launchBrowser({ extensionDir: EXTENSION_DIR, hostProgram: null });
  const inspector = await openPlayedInspector(browser.browser, SESSION);
  await inspector.page.setViewport({ width: 1_400, height: 900 });
  await inspector.page.evaluate(
    (sample) => {
      globalThis.makeMessages = (first, count) =>
        Array.from({ length: count }, (_, index) => {
          const entry = sample[(first + index) % sample.length];
          if (entry === undefined) throw new Error('the sample is empty');
          const round = Math.floor((first + index) / sample.length);
          const request = entry.request === null ? null : `${round} ${entry.request}`;
          return { ...entry, number: first + index + 1, request };
        });
    },
    issuance(SESSION, { fails: true }),
  );
  return { browser, inspector };
}

/** Tells the inspector all messages, batch by batch. */
export async function flood({ page }: InspectorPage): Promise<void> {
  await page.evaluate(
    async (all, batch) => {
      for (let first = 0; first < all; first += batch) {
        background.tell({ type: 'entries', entries: makeMessages(first, batch) });
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    },
    FLOOD,
    BATCH,
  );
}
