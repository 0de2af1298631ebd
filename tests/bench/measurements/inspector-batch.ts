import { BATCH, FLOOD, openFloodableInspector } from '../../support/inspector-flood.js';
import type { Measurement } from '../measurement.js';

/** Whether the inspector keeps up with a long session: a batch of messages until it is drawn, up to the last one. */
export const INSPECTOR_BATCH: Measurement = {
  lines: [
    {
      name: `inspector: ${BATCH} messages until they are drawn, of ${FLOOD.toLocaleString('en')}`,
      beside: 'a copy of them and a frame',
      unit: 'ms',
      goal: { atMost: 10 },
    },
  ],
  rounds: FLOOD / BATCH,
  open: async () => {
    const { browser, inspector } = await openFloodableInspector();
    let first = 0;
    const round = async () => {
      const sample = await inspector.page.evaluate(tellBatch, first, BATCH);
      first += BATCH;
      return [sample];
    };
    return { round, close: () => browser.close() };
  },
};

/** Runs in the page. */
async function tellBatch(first: number, count: number): Promise<{ figure: number; reference: number }> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const entries = makeMessages(first, count);
  const begun = performance.now();
  structuredClone(entries);
  await frame();
  const told = performance.now();
  background.tell({ type: 'entries', entries });
  // The frame that draws them belongs to them too.
  await frame();
  await new Promise((resolve) => setTimeout(resolve, 0));
  return { figure: performance.now() - told, reference: told - begun };
}
