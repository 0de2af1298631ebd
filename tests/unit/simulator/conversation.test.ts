import { describe, expect, it } from '@jest/globals';
import { converse } from '../../../simulator/src/conversation.js';
import { playSimulator } from '../../support/played-simulator.js';

const PIN = '739154';

/** Gives orders of which those to a page fail, and returns what was told. */
async function give(orders: readonly string[], stopsAtFailure: boolean) {
  const told: string[] = [];
  const failures: string[] = [];
  const person = {
    click: () => Promise.reject(new Error('Waited for #done')),
    enter: () => Promise.reject(new Error('The window has no field #newPin.')),
  };
  const isDone = await converse(playSimulator({ person }), orders, {
    tell: (words) => void told.push(words),
    tellFailure: (words) => void failures.push(words),
    stopsAtFailure,
  });
  return { told, failures, isDone };
}

describe('orders to the simulator', () => {
  it('from a pipe end at the first that fails, which is named with its reason', async () => {
    const { told, failures, isDone } = await give(['insert yubikey ada', '', ' click #done', 'insert piv bob'], true);
    expect(isDone).toBe(false);
    expect(told).toEqual([expect.stringContaining('ada')]);
    expect(failures).toEqual(['Order 2, click, was not carried out, and none after it: Waited for #done']);
  });

  it('from a pipe end at an order that is none, and no failure tells a PIN', async () => {
    await expect(give(['dance', 'pull'], true)).resolves.toMatchObject({ isDone: false, told: [] });
    const { failures } = await give([`enter newPin=${PIN}`], true);
    expect(failures).toEqual([expect.stringMatching(/^Order 1, enter, .*#newPin/)]);
    expect(failures.join()).not.toContain(PIN);
  });

  it('from a user go on after a failure', async () => {
    const { told, failures, isDone } = await give(['click #done', 'insert yubikey ada'], false);
    expect({ isDone, failures }).toEqual({ isDone: true, failures: [] });
    expect(told).toEqual(['Waited for #done', expect.stringContaining('ada')]);
  });

  it('end without a failure at quit', async () => {
    const { told, isDone } = await give(['quit', 'insert yubikey ada'], true);
    expect(isDone).toBe(true);
    expect(told).toHaveLength(1);
  });
});
