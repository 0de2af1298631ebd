import { describe, expect, it } from '@jest/globals';
import { compare, commandsOf, type Comparison } from '../../../../extension/src/pages/inspector/model/compare.js';
import { TraceStore } from '../../../../extension/src/pages/inspector/model/trace-store.js';
import type { TraceEntry } from '@cardwright/protocol/trace';
import { issuance, TraceWriter, wireErrorOf } from '../../../support/trace-writer.js';

function compareTraces(left: TraceEntry[], right: TraceEntry[]): Comparison {
  const commands = [left, right].map((entries) => {
    const store = new TraceStore();
    store.add(entries);
    return commandsOf(store.groups(), entries[0]?.session ?? '');
  });
  return compare(commands[0] ?? [], commands[1] ?? []);
}

const words = ({ rows }: Comparison): string[] =>
  rows.map(({ left, right, same }) => `${left?.method ?? '–'} ${same ? '=' : '≠'} ${right?.method ?? '–'}`);

const commandsNamed = (session: string, ...methods: string[]): TraceEntry[] => {
  const writer = new TraceWriter(session);
  for (const [index, name] of methods.entries()) {
    const fails = name.endsWith('!');
    const answer = fails ? { error: wireErrorOf('CARD_REMOVED', 4004) } : { result: {} };
    writer.command(String(index), name.replace('!', ''), {}, answer);
  }
  return writer.entries;
};

describe('two sessions side by side', () => {
  it('differ at the command of the step that failed', () => {
    const comparison = compareTraces(issuance('aaaa'), issuance('bbbb', { fails: true }));
    const first = comparison.rows[comparison.firstDifference];
    expect([first?.left?.method, first?.left?.code, first?.right?.code]).toEqual(['pin.verify', null, 'PIN_INCORRECT']);
    expect(words(comparison)).toContain('key.generate = key.generate');
  });

  it('do not differ if they did the same', () => {
    const comparison = compareTraces(issuance('aaaa'), issuance('bbbb'));
    expect(comparison.firstDifference).toBe(-1);
    expect(comparison.rows.every(({ same }) => same)).toBe(true);
  });

  it('are aligned again after a command of only one of them', () => {
    const comparison = compareTraces(
      commandsNamed('aaaa', 'initialize', 'device.list', 'device.open'),
      commandsNamed('bbbb', 'initialize', 'pin.getStatus', 'device.list', 'device.open'),
    );
    expect(words(comparison)).toEqual([
      'initialize = initialize',
      '– ≠ pin.getStatus',
      'device.list = device.list',
      'device.open = device.open',
    ]);
    expect(comparison.firstDifference).toBe(1);
  });

  it('have the same command opposite, even with another outcome', () => {
    const comparison = compareTraces(
      commandsNamed('aaaa', 'device.open', 'pin.getStatus'),
      commandsNamed('bbbb', 'device.open!', 'device.close'),
    );
    expect(words(comparison)).toEqual(['device.open ≠ device.open', 'pin.getStatus ≠ –', '– ≠ device.close']);
  });

  it('are compared up to a limit, which is shown', () => {
    const many = commandsNamed('aaaa', ...Array<string>(2_001).fill('device.list'));
    expect(compareTraces(many, many)).toMatchObject({ cut: true, firstDifference: -1 });
  });
});
