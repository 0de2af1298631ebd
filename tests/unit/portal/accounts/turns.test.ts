import { expect, it } from '@jest/globals';
import { isCardwrightError } from '@cardwright/protocol';
import { Turns } from '../../../../portal/src/server/accounts/turns.js';

/** Queues pieces of work, the first of which lasts until `finish`. Records the order in which they were done or refused. */
function crowd() {
  const turns = new Turns();
  const order: string[] = [];
  const under = { way: 0, most: 0 };
  let finish = (): void => undefined;
  const first = turns.take('first', () => new Promise<void>((resolve) => (finish = resolve)));
  const all: Promise<unknown>[] = [first];
  return {
    order,
    under,
    send: (sender: string, work: () => Promise<void> = () => Promise.resolve()): void => {
      const served = turns.take(sender, async () => {
        under.way += 1;
        under.most = Math.max(under.most, under.way);
        order.push(sender);
        await new Promise((resolve) => setImmediate(resolve));
        under.way -= 1;
        await work();
      });
      all.push(
        served.catch((error: unknown) => order.push(`${sender}: ${isCardwrightError(error) ? error.code : 'failed'}`)),
      );
    },
    end: async (): Promise<readonly string[]> => {
      // Refusals arrive before anyone is served.
      await new Promise((resolve) => setImmediate(resolve));
      finish();
      await Promise.all(all);
      return order;
    },
  };
}

const REFUSED = ': RATE_LIMITED';

it('serves one at a time, lets eight wait, and refuses the others at once', async () => {
  const { send, end, under } = crowd();
  for (let sent = 0; sent < 11; sent += 1) send('mallory');
  expect(await end()).toEqual([...Array<string>(3).fill(`mallory${REFUSED}`), ...Array<string>(8).fill('mallory')]);
  expect(under.most).toBe(1);
});

it('gives a place of the sender with the most to one with none', async () => {
  const { send, end } = crowd();
  for (let sent = 0; sent < 8; sent += 1) send('mallory');
  send('alice');
  const order = await end();
  expect(order[0]).toBe(`mallory${REFUSED}`);
  // Served before the others, though queued last: mallory is not served twice while alice waits.
  expect(order.indexOf('alice')).toBe(2);
});

it('shares the queue between two floods', async () => {
  const { send, end } = crowd();
  for (let sent = 0; sent < 8; sent += 1) send('mallory');
  for (let sent = 0; sent < 8; sent += 1) send('trudy');
  const served = (await end()).filter((entry) => !entry.endsWith(REFUSED));
  expect(served).toEqual(Array.from({ length: 4 }, () => ['mallory', 'trudy']).flat());
});

it('refuses a newcomer if everyone who waits has a single place', async () => {
  const { send, end } = crowd();
  for (let sender = 0; sender < 8; sender += 1) send(`sender-${sender}`);
  send('alice');
  expect((await end())[0]).toBe(`alice${REFUSED}`);
});

it('continues after failed work', async () => {
  const { send, end } = crowd();
  send('mallory', () => Promise.reject(new Error('no database')));
  send('alice');
  expect(new Set(await end())).toEqual(new Set(['mallory', 'mallory: failed', 'alice']));
});

it('is empty again after everyone was served', async () => {
  const turns = new Turns();
  for (let turn = 0; turn < 20; turn += 1) expect(await turns.take('alice', () => Promise.resolve(turn))).toBe(turn);
});
