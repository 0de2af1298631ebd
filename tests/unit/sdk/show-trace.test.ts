/** @own-modules because what a module is told stays in it. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { showTrace } from '@cardwright/sdk';
import { mayHaveCapability, noteCapabilities } from '../../../sdk/src/extension-capabilities.js';
import { FakeBridge } from './fake-bridge.js';

let bridge = new FakeBridge();
afterEach(() => bridge.close());

describe('showing what happened', () => {
  it('needs no session, and tells the extension nothing but the wish', async () => {
    const asked: unknown[] = [];
    bridge = new FakeBridge(true, ({ id, method, params }, other) => {
      asked.push([method, params]);
      other.result(id, {});
    });
    await expect(showTrace({ window: bridge.window })).resolves.toBeUndefined();
    expect(asked).toEqual([['diagnostics.showTrace', {}]]);
  });

  it('says that the extension is too old where it does not know the command', async () => {
    bridge = new FakeBridge(true, ({ id }, other) => other.error(id, 'NOT_INITIALIZED', 1009));
    await expect(showTrace({ window: bridge.window })).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
      data: { update: 'extension' },
    });
  });

  it('reports why it was refused', async () => {
    bridge = new FakeBridge(true, ({ id }, other) => other.error(id, 'RATE_LIMITED', 9011));
    await expect(showTrace({ window: bridge.window })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('may be there until a session tells that it is not', () => {
    expect(mayHaveCapability('inspector')).toBe(true);
    noteCapabilities(['session', 'support']);
    expect(mayHaveCapability('inspector')).toBe(false);
    noteCapabilities(['session', 'support', 'inspector']);
    expect(mayHaveCapability('inspector')).toBe(true);
  });
});
