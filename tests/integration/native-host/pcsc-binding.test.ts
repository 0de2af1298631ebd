import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PCSC_CODE } from '@cardwright/native-host/in-process';
import { until } from '@cardwright/stage';
import { PcscDesk, statusIs } from '../../support/pcsc/desk.js';
import type { Forked } from '../../support/pcsc/forked.js';
import { drawnTests, everyOrOneIn, thoroughIt } from '../../support/thorough.js';

const drawnIt = drawnTests(2);

const SELECT_PIV = '00A4040005A000000308';
const SELECTED = /9000$/;
/** VERIFY with the factory PIN; below, VERIFY without one, which answers 9000 while the PIN is verified. */
const VERIFY_PIN = '0020008008313233343536FFFF';
const IS_VERIFIED = '00200080';

/** Tests the host's requirements of a PC/SC binding on the shipped one, over a real pcscd. */
describe('the PC/SC binding', () => {
  let desk: PcscDesk;

  beforeAll(async () => {
    desk = await PcscDesk.open(2);
  });
  afterEach(() => desk.clear());
  afterAll(() => desk.close());

  const connected = async (binding: Forked, index = 0, card = 'card'): Promise<void> => {
    await statusIs(binding, desk.reader(index), { present: true });
    await binding.call('connect', 'main', card, desk.reader(index), 'exclusive');
  };

  drawnIt('reports the readers, and what is in each', async () => {
    await desk.insert({ index: 1 });
    const binding = await desk.binding();
    await statusIs(binding, desk.reader(0), { present: false, atr: '' });
    await statusIs(binding, desk.reader(1), { present: true, mute: false, inUse: false });
    expect(binding.events.filter(({ event }) => event === 'readers')).toEqual([
      { event: 'readers', context: 'main', names: [desk.reader(0), desk.reader(1)] },
    ]);
  });

  thoroughIt('reports that there is no reader', async () => {
    await desk.pcscd.restart({ readers: 0 });
    const binding = await desk.binding();
    await binding.told(({ event, names }) => event === 'readers' && Array.isArray(names) && names.length === 0, 'none');
  });

  thoroughIt('reports each insertion and removal with a different count', async () => {
    const binding = await desk.binding();
    await statusIs(binding, desk.reader(), { present: false });
    const counts = new Set<unknown>();
    for (let time = 1; time <= 2; time += 1) {
      const card = await desk.insert();
      await statusIs(binding, desk.reader(), { present: true });
      counts.add(binding.events.at(-1)?.events);
      expect(binding.events.at(-1)).toMatchObject({ atr: expect.stringMatching(/^3B/) });
      await card.pull();
      await statusIs(binding, desk.reader(), { present: false, atr: '' });
    }
    expect(counts.size).toBe(2);
  });

  thoroughIt('supports two contexts, of which one takes the card', async () => {
    await desk.insert();
    const binding = await desk.binding();
    await binding.call('open', 'other');
    await connected(binding);
    const second = binding.call('connect', 'other', 'second', desk.reader(), 'exclusive');
    await expect(second).rejects.toMatchObject({ code: PCSC_CODE.SHARING_VIOLATION });
    await binding.call('close', 'other');
    await expect(binding.call('transmit', 'card', SELECT_PIV)).resolves.toMatch(SELECTED);
  });

  drawnIt('reports return codes as numbers', async () => {
    const binding = await desk.binding();
    const refusals: [reader: string, code: number][] = [
      ['no such reader', PCSC_CODE.UNKNOWN_READER],
      [desk.reader(), PCSC_CODE.NO_SMARTCARD],
    ];
    for (const [reader, code] of refusals)
      await expect(binding.call('connect', 'main', 'card', reader, 'exclusive')).rejects.toMatchObject({ code });
  });

  it.each(everyOrOneIn(2, ['exclusive', 'shared']))(
    'gets no exclusive access to a card that another program has (%s)',
    async (mode) => {
      await desk.insert();
      const program = await desk.program();
      await program.call('connect', desk.reader(), mode);
      const binding = await desk.binding();
      await expect(connected(binding)).rejects.toMatchObject({ code: PCSC_CODE.SHARING_VIOLATION });
    },
  );

  drawnIt('keeps other programs from its exclusive card, and resets it at the end', async () => {
    await desk.insert();
    const binding = await desk.binding();
    await connected(binding);
    await binding.call('transmit', 'card', SELECT_PIV);
    await expect(binding.call('transmit', 'card', VERIFY_PIN)).resolves.toBe('9000');
    const program = await desk.program();
    const connecting = program.call('connect', desk.reader(), 'shared');
    await expect(connecting).rejects.toMatchObject({ message: '8010000b' });
    await binding.call('disconnect', 'card');
    await program.call('connect', desk.reader(), 'shared');
    // Checked before a SELECT, which would reset the login as well.
    await expect(program.call('transmit', IS_VERIFIED)).resolves.not.toBe('9000');
  });

  drawnIt('transmits the longest answer of a vpcd reader, and commands of any length', async () => {
    const longest = Buffer.concat([Buffer.alloc(65_533, 0xa5), Buffer.from('9000', 'hex')]);
    await desk.insertAnswering((apdu) =>
      apdu.length > 10 ? Buffer.concat([apdu, Buffer.from('9000', 'hex')]) : longest,
    );
    const binding = await desk.binding();
    await connected(binding);
    await expect(binding.call('transmit', 'card', '00CB3FFF00')).resolves.toBe(longest.toString('hex').toUpperCase());
    for (const length of [11, 261, 4_000, 65_000]) {
      const command = Buffer.alloc(length, 0x5a).toString('hex').toUpperCase();
      await expect(binding.call('transmit', 'card', command)).resolves.toBe(`${command}9000`);
    }
  });

  it('asks a reader for its features, which a vpcd reader does not know, and keeps its card', async () => {
    await desk.insert();
    const binding = await desk.binding();
    await connected(binding);
    await expect(binding.call('features', 'card')).rejects.toMatchObject({ code: PCSC_CODE.UNEXPECTED });
    await expect(binding.call('transmit', 'card', SELECT_PIV)).resolves.toMatch(SELECTED);
  });

  drawnIt('reports a card that is pulled during an APDU', async () => {
    await desk.insert({ faults: ['pull@1'] });
    const binding = await desk.binding();
    await connected(binding);
    await expect(binding.call('transmit', 'card', SELECT_PIV)).rejects.toMatchObject({ code: PCSC_CODE.REMOVED_CARD });
    await binding.call('disconnect', 'card');
  });

  drawnIt('reports the end of the service, and finds a new one in its place', async () => {
    await desk.insert();
    const binding = await desk.binding();
    await connected(binding);
    await desk.pcscd.end();
    await binding.told(({ event }) => event === 'failure', 'the failure');
    expect(binding.events.filter(({ event }) => event === 'failure')).toHaveLength(1);
    await expect(binding.call('transmit', 'card', SELECT_PIV)).rejects.toMatchObject({
      code: PCSC_CODE.SERVICE_STOPPED,
    });
    await binding.call('disconnect', 'card');
    await binding.call('close', 'main');
    await expect(binding.call('open', 'again')).rejects.toMatchObject({ code: PCSC_CODE.NO_SERVICE });
    await desk.pcscd.restart({ readers: 2 });
    await binding.call('open', 'again');
    await binding.told(({ event, context }) => event === 'readers' && context === 'again', 'the readers');
  });

  it.each(everyOrOneIn(2, ['at once', 'while it waits']))(
    'no longer keeps the process alive when it is closed %s',
    async (when) => {
      const binding = await desk.freshBinding();
      // A process that its wait keeps alive never ends.
      await binding.call('waitForEver');
      await binding.call('open', 'main');
      if (when === 'while it waits') await statusIs(binding, desk.reader(), { present: false });
      await binding.call('close', 'main');
      await binding.call('exit');
      await expect(binding.ended()).resolves.toBe(0);
    },
  );

  thoroughIt('releases connected cards when it is closed', async () => {
    await desk.insert();
    const binding = await desk.binding();
    await connected(binding);
    await binding.call('close', 'main');
    const program = await desk.program();
    await program.call('connect', desk.reader(), 'exclusive');
  });

  drawnIt('keeps other cards usable beside a mute one, and can be killed', async () => {
    const mute = await desk.insert({ faults: ['mute@1'] });
    await desk.insert({ index: 1 });
    const binding = await desk.binding();
    await connected(binding, 0, 'mute');
    const silence = binding.call('transmit', 'mute', SELECT_PIV);
    silence.catch(() => undefined);
    await until(() => mute.apduCount === 1, { what: 'the APDU' });
    await connected(binding, 1, 'other');
    await expect(binding.call('transmit', 'other', SELECT_PIV)).resolves.toMatch(SELECTED);
    await binding.call('open', 'another');
    await binding.call('close', 'another');
    await binding.kill();
  });
});
