import { describe, expect, it } from '@jest/globals';
import type { PasskeyOrder } from '../../../../extension/src/bridge-message.js';
import { PageCredential } from '../../../../extension/src/background/passkeys/page-credential.js';

const ORIGIN = 'https://portal.example.com';
const never = new AbortController().signal;

function stageBridge() {
  const orders: PasskeyOrder['create'][] = [];
  return { orders, page: new PageCredential(({ create }) => orders.push(create)) };
}

describe('a passkey of the page’s own', () => {
  it("comes from the bridge's answer to this order, and to no earlier one", async () => {
    const { orders, page } = stageBridge();
    page.created('before');
    const made = page.create(ORIGIN, { a: 1 }, never);
    expect(orders).toEqual([{ origin: ORIGIN, options: { a: 1 } }]);
    page.created('this');
    page.created('after');
    expect(await made).toBe('this');
  });

  it('is created one at a time', async () => {
    const { orders, page } = stageBridge();
    const first = page.create(ORIGIN, {}, never);
    await expect(page.create(ORIGIN, {}, never)).rejects.toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    page.created('this');
    expect(await first).toBe('this');
    expect(orders).toHaveLength(1);
  });

  it('is cancelled with the signal, together with the browser’s dialog', async () => {
    const { orders, page } = stageBridge();
    const gone = new AbortController();
    const made = page.create(ORIGIN, {}, gone.signal);
    gone.abort();
    await expect(made).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(orders).toEqual([{ origin: ORIGIN, options: {} }, null]);
    await expect(page.create(ORIGIN, {}, gone.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(orders).toHaveLength(2);
    const next = page.create(ORIGIN, {}, never);
    page.created('next');
    expect(await next).toBe('next');
  });
});
