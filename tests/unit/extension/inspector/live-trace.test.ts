import { describe, expect, it } from '@jest/globals';
import { LiveTrace, type InspectorSource } from '../../../../extension/src/pages/inspector/model/live-trace.js';
import type { FromInspector, ToInspector } from '../../../../extension/src/inspector-message.js';
import { issuance, tracedSessionOf, wireErrorOf } from '../../../support/trace-writer.js';

class FakeBackground implements InspectorSource {
  readonly sent: FromInspector[] = [];
  tell: (message: ToInspector | null) => void = () => undefined;

  send(message: FromInspector): void {
    this.sent.push(message);
  }

  listen(hear: (message: ToInspector | null) => void): void {
    this.tell = hear;
  }

  state(dropped = 0): void {
    const recording = { active: true, kept: false, apdus: false };
    this.tell({ type: 'state', recording, sessions: [tracedSessionOf('aaaa')], dropped });
  }
}

function open(): { background: FakeBackground; live: LiveTrace } {
  const background = new FakeBackground();
  const live = new LiveTrace(background, () => undefined);
  background.state();
  return { background, live };
}

describe('the trace being recorded', () => {
  it("holds each of the background's entries once, also when they come again", () => {
    const { background, live } = open();
    const entries = issuance('aaaa');
    background.tell({ type: 'entries', entries });
    background.tell(null);
    background.state();
    background.tell({ type: 'entries', entries });
    expect(live.store.entries).toEqual(entries);
  });

  it('continues after its entries when the background restarts and counts from 1', () => {
    const { background, live } = open();
    const entries = issuance('aaaa');
    background.tell({ type: 'entries', entries });
    background.tell(null);
    background.state();
    background.tell({ type: 'entries', entries: issuance('bbbb') });
    expect(live.store.entries.map(({ number }) => number)).toEqual(
      Array.from({ length: 2 * entries.length }, (_, index) => index + 1),
    );
  });

  it("restores the user's settings in a restarted background", () => {
    const { background, live } = open();
    live.record({ active: false });
    live.record({ apdus: true });
    background.tell(null);
    expect(live.isConnected).toBe(false);
    background.sent.length = 0;
    background.state();
    expect(background.sent).toEqual([{ type: 'record', recording: { active: false, apdus: true } }]);
  });

  it('counts dropped entries once', () => {
    const { background, live } = open();
    background.state(5);
    background.state(7);
    expect(live.store.dropped).toBe(7);
  });

  it('gives each run its own answer, and lets none wait for ever', async () => {
    const { background, live } = open();
    const answers = ['device.list', 'pin.getStatus', 'diagnostics.run'].map((method) => live.run('aaaa', method, {}));
    background.tell({ type: 'ran', run: 2, error: wireErrorOf('CARD_REMOVED', 4004) });
    background.tell({ type: 'ran', run: 1, result: { devices: [] } });
    background.tell(null);
    expect(await Promise.all(answers)).toEqual([
      { result: { devices: [] } },
      { error: wireErrorOf('CARD_REMOVED', 4004) },
      'lost',
    ]);
  });
});
