import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PcscDesk } from '../../support/pcsc/desk.js';
import type { Forked } from '../../support/pcsc/forked.js';
import { expectRule, SERVICE_RULES, type RuledProgram } from '../../support/pcsc/service-rules.js';

const RULES = Object.entries(SERVICE_RULES);
/** Makes libpcsclite pass on the service's refusal where it would wait for the end of a transaction. */
const WITHOUT_WAITING = { PCSCLITE_NO_BLOCKING: '1' };

/** The simulated readers of `tests/simulation` keep these rules too, so its sweep meets what a computer with pcsc-lite does. */
describe('pcsc-lite', () => {
  let desk: PcscDesk;

  beforeAll(async () => {
    desk = await PcscDesk.open(RULES.length);
    for (const index of RULES.keys()) await desk.insert({ index }).catch(() => desk.insert({ index }));
  });
  afterAll(async () => {
    await desk.clear();
    await desk.close();
  });

  it.each(RULES.map(([title, calls], index) => [title, calls, index] as const))('%s', async (_, calls, index) => {
    await expectRule(calls, async () => ruled(await desk.program(WITHOUT_WAITING), desk.reader(index)));
    expect(desk.reader(index)).not.toBe('');
  });
});

const ruled = (program: Forked, reader: string): RuledProgram => ({
  connect: (mode) => program.call('connect', reader, mode),
  reconnect: (disposition) => program.call('reconnect', disposition),
  disconnect: (disposition) => program.call('disconnect', disposition),
  begin: () => program.call('begin'),
  end: (disposition) => program.call('end', disposition),
  transmit: (apdu) => program.call('transmit', apdu),
  kill: () => program.kill(),
});
