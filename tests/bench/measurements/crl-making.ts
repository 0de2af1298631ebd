import { Browser } from '../../integration/portal/support/test-portal.js';
import type { Measurement } from '../measurement.js';
import { processorTime, stopwatch } from '../support/clocks.js';
import { openCrlPortal, readCrl, REVOKED } from '../support/crl-portal.js';

const LIST = `a CRL of ${REVOKED.toLocaleString('en')} certificates`;
const READERS = 10;
/** Reads of the CRL that is there, of which the mean counts. */
const READS = 5;
/** Seconds for which one CRL is served: longer than a round. */
const INTERVAL = 600;

/** The making of a large CRL, in the only thread of a portal. */
export const CRL_MAKING: Measurement = {
  lines: [
    {
      name: `CRL: the longest wait of others while ${LIST} is made`,
      beside: 'the making, for ten who ask at once',
      unit: 'ms',
      goal: { atMost: 0.5 },
    },
    {
      name: `CRL: processor time to hand out ${LIST}`,
      beside: 'the making, for ten who ask at once',
      unit: 'ms',
      goal: { atMost: 0.1 },
    },
  ],
  rounds: 7,
  warmUp: 1,
  open: async () => {
    const crl = await openCrlPortal(INTERVAL);
    const round = async () => {
      await crl.restart();
      const { portal } = crl;
      const browser = new Browser(portal);
      const waits: number[] = [];
      const isMade = { yet: false };
      const took = stopwatch();
      const making = await processorTime(async () => {
        const readers = Array.from({ length: READERS }, () => readCrl(portal).then(() => (isMade.yet = true)));
        while (!isMade.yet) {
          const wait = stopwatch();
          await browser.get('/api/session');
          waits.push(wait());
        }
        await Promise.all(readers);
      });
      const whole = took();
      const reading = await processorTime(async () => {
        for (let read = 0; read < READS; read += 1) await readCrl(portal);
      });
      return [
        { figure: Math.max(...waits), reference: whole },
        { figure: reading / READS, reference: making },
      ];
    };
    return { round, close: crl.close };
  },
};
