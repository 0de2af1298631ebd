import { afterAll, beforeAll, expect } from '@jest/globals';
import { EXTENSION_DIR, launchBrowser, type StageBrowser } from '@cardwright/stage';
import type { InspectorPage } from '../../support/inspector-page.js';
import { openPlayedInspector } from '../../support/played-inspector.js';
import { issuance } from '../../support/trace-writer.js';
import { thoroughIt } from '../../support/thorough.js';

const FLOOD = 50_000;
const BATCH = 500;
/** Maximum median of a batch or a frame, as a multiple of the reference work at the same moment. */
const MOST_ECHOES = 10;

let browser: StageBrowser;
let inspector: InspectorPage;

beforeAll(async () => {
  browser = await launchBrowser({ extensionDir: EXTENSION_DIR, hostProgram: null });
  inspector = await openPlayedInspector(browser.browser, 'aaaa');
});
afterAll(() => browser.close());

thoroughIt('the inspector keeps up with 50,000 messages, and still scrolls and filters', async () => {
  await inspector.page.setViewport({ width: 1_400, height: 900 });
  const entries = issuance('aaaa', { fails: true });
  const measured = await inspector.page.evaluate(
    async (sample, flood, batch) => {
      const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
      /** Measures milliseconds of reference work: of the same size but unrelated to the inspector, and a frame. */
      const echo = async (work: unknown): Promise<number> => {
        const start = performance.now();
        structuredClone(work);
        await frame();
        return performance.now() - start;
      };
      const batches: number[] = [];
      const echoes: number[] = [];
      for (let number = 0; number < flood; number += batch) {
        const told = Array.from({ length: batch }, (_, index) => {
          const entry = sample[(number + index) % sample.length];
          if (entry === undefined) throw new Error('the sample is empty');
          const round = Math.floor((number + index) / sample.length);
          const request = entry.request === null ? null : `${round} ${entry.request}`;
          return { ...entry, number: number + index + 1, request };
        });
        echoes.push(await echo(told));
        const start = performance.now();
        background.tell({ type: 'entries', entries: told });
        // The frame that draws them belongs to them too.
        await frame();
        await new Promise((resolve) => setTimeout(resolve, 0));
        batches.push(performance.now() - start);
      }
      const grid = document.querySelector('#grid');
      const frames: number[] = [];
      const idleFrames: number[] = [];
      for (let step = 0; step < 60; step += 1) {
        idleFrames.push(await echo(null));
        const before = performance.now();
        grid?.scrollTo(0, (step * grid.scrollHeight) / 60);
        await frame();
        frames.push(performance.now() - before);
      }
      const median = (all: number[]): number => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Infinity;
      const rows = document.querySelectorAll('.canvas .row').length;
      return {
        batch: median(batches),
        batchEcho: median(echoes),
        frame: median(frames),
        idleFrame: median(idleFrames),
        rows,
      };
    },
    entries,
    FLOOD,
    BATCH,
  );
  process.stderr.write(`${FLOOD} messages: ${JSON.stringify(measured)}\n`);
  expect(measured.batch / measured.batchEcho).toBeLessThan(MOST_ECHOES);
  expect(measured.frame / measured.idleFrame).toBeLessThan(MOST_ECHOES);
  expect(measured.rows).toBeLessThan(100);
  await inspector.filter('is:error');
  await inspector.page.waitForFunction(() =>
    /^[\d,]+ of 50000/.test(document.querySelector('#count')?.textContent ?? ''),
  );
  expect(await inspector.textOf('#empty')).toBeDefined();
});
