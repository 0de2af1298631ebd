import { FLOOD, flood, openFloodableInspector } from '../../support/inspector-flood.js';
import type { Measurement } from '../measurement.js';

const ROUNDS = 60;

/** Whether the inspector still scrolls at the end of a long session. */
export const INSPECTOR_FRAME: Measurement = {
  lines: [
    {
      name: `inspector: a frame in which it scrolls through ${FLOOD.toLocaleString('en')} messages`,
      beside: 'a frame in which nothing changes',
      unit: 'ms',
      goal: { atMost: 10 },
    },
  ],
  rounds: ROUNDS,
  open: async () => {
    const { browser, inspector } = await openFloodableInspector();
    await flood(inspector);
    let step = 0;
    const round = async () => {
      const sample = await inspector.page.evaluate(scroll, step / ROUNDS);
      step += 1;
      return [sample];
    };
    return { round, close: () => browser.close() };
  },
};

/** Runs in the page. Scrolls to a share of the whole. */
async function scroll(share: number): Promise<{ figure: number; reference: number }> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const grid = document.querySelector('#grid');
  const begun = performance.now();
  await frame();
  const scrolled = performance.now();
  grid?.scrollTo(0, share * grid.scrollHeight);
  await frame();
  return { figure: performance.now() - scrolled, reference: scrolled - begun };
}
