import { afterAll, describe, expect, it } from '@jest/globals';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { settle } from './fake-port.js';
import { SessionStage } from './session-stage.js';

/** More steps than the opening of a session has. */
const MOMENTS = 120;
const INITIALIZE = { jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocol: PROTOCOL_RANGE, sdk: '0.1.0' } };

const stages: SessionStage[] = [];
afterAll(() => {
  for (const page of stages.flatMap(({ pages }) => pages)) page.port.close();
});

describe('a page that closes while its session opens', () => {
  it('leaves no host behind, whenever it closes', async () => {
    const left: number[] = [];
    let started = 0;
    for (let moment = 0; moment < MOMENTS; moment += 1) {
      const stage = await SessionStage.open();
      stages.push(stage);
      const page = stage.page();
      page.say(INITIALIZE);
      for (let step = 0; step < moment; step += 1) await Promise.resolve();
      started += stage.hosts.length;
      page.port.close();
      await settle();
      if (stage.hosts.some(({ port }) => port.isOpen)) left.push(moment);
    }
    expect(left).toEqual([]);
    expect(started).toBeGreaterThan(0);
    expect(started).toBeLessThan(MOMENTS);
  });
});
