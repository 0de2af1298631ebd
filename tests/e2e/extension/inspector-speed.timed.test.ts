import { afterAll, beforeAll, expect } from '@jest/globals';
import { EXTENSION_DIR, launchBrowser, type StageBrowser } from '@cardwright/stage';
import type { InspectorPage } from '../../support/inspector-page.js';
import { openPlayedInspector } from '../../support/played-inspector.js';
import { issuance } from '../../support/trace-writer.js';
import { thoroughIt } from '../../support/thorough.js';

const FLOOD = 50_000;
const BATCH = 500;

let browser: StageBrowser;
let inspector: InspectorPage;

beforeAll(async () => {
  browser = await launchBrowser({ extensionDir: EXTENSION_DIR, hostProgram: null });
  inspector = await openPlayedInspector(browser.browser, 'aaaa');
});
afterAll(() => browser.close());

thoroughIt(
  'the inspector takes 50,000 messages, each in less than a millisecond, and still scrolls and filters',
  async () => {
    await inspector.page.setViewport({ width: 1_400, height: 900 });
    const entries = issuance('aaaa', { fails: true });
    const measured = await inspector.page.evaluate(
      async (sample, flood, batch) => {
        const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
        const perMessage: number[] = [];
        for (let number = 0; number < flood; number += batch) {
          const told = Array.from({ length: batch }, (_, index) => {
            const entry = sample[(number + index) % sample.length];
            if (entry === undefined) throw new Error('the sample is empty');
            const round = Math.floor((number + index) / sample.length);
            const request = entry.request === null ? null : `${round} ${entry.request}`;
            return { ...entry, number: number + index + 1, request };
          });
          const start = performance.now();
          background.tell({ type: 'entries', entries: told });
          // The frame that draws them is theirs too.
          await frame();
          const drawn = performance.now();
          await new Promise((resolve) => setTimeout(resolve, 0));
          perMessage.push((performance.now() - drawn + (drawn - start)) / batch);
        }
        const grid = document.querySelector('#grid');
        const frames: number[] = [];
        for (let step = 0; step < 60; step += 1) {
          const before = performance.now();
          grid?.scrollTo(0, (step * grid.scrollHeight) / 60);
          await frame();
          frames.push(performance.now() - before);
        }
        const median = (all: number[]): number => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Infinity;
        const rows = document.querySelectorAll('.canvas .row').length;
        return { perMessage: median(perMessage), frame: median(frames), rows };
      },
      entries,
      FLOOD,
      BATCH,
    );
    console.info(
      `${FLOOD} messages: ${measured.perMessage.toFixed(3)} ms each, a frame ${measured.frame.toFixed(1)} ms`,
    );
    expect(measured.perMessage).toBeLessThan(1);
    expect(measured.frame).toBeLessThan(50);
    expect(measured.rows).toBeLessThan(100);
    await inspector.filter('is:error');
    await inspector.page.waitForFunction(() =>
      /^[\d,]+ of 50000/.test(document.querySelector('#count')?.textContent ?? ''),
    );
    expect(await inspector.textOf('#empty')).toBeDefined();
  },
);
