import { afterEach, expect, it } from '@jest/globals';
import { offerSupportBundle } from '@cardwright/sdk';
import { FakeBridge } from './fake-bridge.js';

let bridge = new FakeBridge();
afterEach(() => bridge.close());

it('is offered without a session, and reveals nothing to the page', async () => {
  const asked: string[] = [];
  bridge = new FakeBridge(true, ({ id, method }, other) => {
    asked.push(method);
    other.result(id, {});
  });
  await expect(offerSupportBundle({ window: bridge.window })).resolves.toBeUndefined();
  expect(asked).toEqual(['diagnostics.offerBundle']);
});

it('reports why it could not be offered', async () => {
  bridge = new FakeBridge(true, ({ id }, other) => other.error(id, 'RATE_LIMITED', 9011));
  await expect(offerSupportBundle({ window: bridge.window })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
});
