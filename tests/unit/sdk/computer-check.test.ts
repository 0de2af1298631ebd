import { expect, it } from '@jest/globals';
import { ComputerCheck } from '../../../sdk/src/elements/computer-check.js';
import { FakeBridge } from './fake-bridge.js';
import { OPENED } from './opened-session.js';

/** A bridge whose computer gets a reader once the devices have been listed three times. */
const bridge = new FakeBridge(true, ({ id, method }, other) => {
  if (method === 'initialize') other.result(id, OPENED);
  if (method === 'device.list') other.result(id, { readers: listings() < 3 ? [] : ['Reader 0'], devices: [] });
});
const listings = (): number => bridge.received.filter(({ method }) => method === 'device.list').length;

it('lists the devices when the user wishes it, until there is a reader', async () => {
  Object.assign(globalThis, { window: bridge.window });
  const panes: string[] = [];
  const check = new ComputerCheck(new AbortController().signal, ({ name }) => {
    panes.push(name);
    // The user wishes it each time that no reader was found.
    if (name === 'no-reader') check.refresh();
  });
  const client = await check.pass();
  expect(panes.filter((name) => name === 'no-reader')).toHaveLength(2);
  expect(listings()).toBe(3);
  check.refresh();
  await client.call('device.list', {});
  expect(listings()).toBe(4);
  check.close();
});
