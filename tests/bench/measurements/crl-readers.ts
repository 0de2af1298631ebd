import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { setPolicy } from '../../integration/portal/support/operator.js';
import { ACCOUNTS, Browser, TEST_VENDOR } from '../../integration/portal/support/test-portal.js';
import type { Measurement } from '../measurement.js';
import { stopwatch } from '../support/clocks.js';
import { crlOf, openCrlPortal, REVOKED } from '../support/crl-portal.js';

const READERS = 10;
/** Milliseconds between two reads. Readers of four megabytes each then fill a network of a gigabit, and not the processor. */
const PAUSE = 250;
/** Seconds for which one CRL is served, and for which issuances go on beside the readers: one CRL is made meanwhile. The default is a minute. */
const INTERVAL = 15;
/** Seconds for which issuances go on alone. */
const ALONE = 5;

/** Whether those who read a large CRL without end keep others from issuing. */
export const CRL_READERS: Measurement = {
  lines: [
    {
      name: `CRL: an issuance beside ten readers of ${REVOKED.toLocaleString('en')} certificates`,
      beside: 'an issuance alone',
      unit: 'ms',
      goal: { atMost: 2 },
    },
  ],
  rounds: 5,
  open: async () => {
    const crl = await openCrlPortal(INTERVAL);
    const { portal } = crl;
    await setPolicy(portal, await Browser.login(portal, 'olga'), 'yubikey');
    const people = await Promise.all(ACCOUNTS.map(({ username }) => Browser.login(portal, username)));
    let serial = 73_000_000;
    /** Issues one card after the other, to each person in turn: nobody may have more than a thousand. @returns milliseconds of one, at the mean */
    const issueFor = async (seconds: number): Promise<number> => {
      const time = stopwatch();
      let issued = 0;
      while (time() < seconds * 1000) {
        for (const person of people) {
          const host = await person.openHost(new TestCard('yubikey', String((serial += 1)), TEST_VENDOR));
          const { deviceState } = await person.relay(host);
          if (deviceState !== 'active') throw new Error(`not issued, but ${deviceState}`);
        }
        issued += people.length;
      }
      return time() / issued;
    };
    // Until the code is compiled.
    await issueFor(ALONE);
    const round = async () => {
      const reference = await issueFor(ALONE);
      const readers = spawn(process.execPath, ['-e', READ, crlOf(portal), String(READERS), String(PAUSE)]);
      try {
        return [{ figure: await issueFor(INTERVAL), reference }];
      } finally {
        const ended = once(readers, 'exit');
        readers.kill();
        await ended;
      }
    };
    return { round, close: crl.close };
  },
};

/** The program of the readers. They parse nothing, so that they use little of the processor themselves. */
const READ = `
  const [address, readers, pause] = process.argv.slice(1);
  const agent = new (require('node:http').Agent)({ keepAlive: true });
  const again = () => setTimeout(read, Number(pause));
  const read = () =>
    require('node:http')
      .get(address, { agent }, (answer) => answer.resume().on('end', again))
      .on('error', again);
  for (let reader = 0; reader < Number(readers); reader += 1) read();`;
