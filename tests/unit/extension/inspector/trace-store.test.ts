import { describe, expect, it } from '@jest/globals';
import { durationOf } from '../../../../extension/src/pages/inspector/model/command-group.js';
import { parseFilter } from '../../../../extension/src/pages/inspector/model/filter-language.js';
import { TraceStore, type Row } from '../../../../extension/src/pages/inspector/model/trace-store.js';
import { issuance, tracedSessionOf, TraceWriter, wireErrorOf } from '../../../support/trace-writer.js';

const settle = (store: TraceStore): TraceStore => {
  while (store.isFiltering) store.advance(Number.POSITIVE_INFINITY);
  return store;
};
const wordsOf = (row: Row): string =>
  row.kind === 'group'
    ? `${row.group.method} ${row.group.outcome}`
    : `  ${row.entry.kind === 'apdu' ? row.entry.exchange.instruction : row.entry.type}`;

describe('a trace', () => {
  it('has one row for each command, with its messages and APDUs below', () => {
    const store = new TraceStore();
    store.add(issuance('aaaa'));
    settle(store);
    expect(store.rows.map(wordsOf)).toEqual([
      'initialize done',
      'device.list done',
      ' told',
      'step.run done',
      'certificate.read done',
      'step.run done',
    ]);
    const read = store.rows[4];
    if (read === undefined) throw new Error('there is no such row');
    store.toggle(read.group);
    expect(store.rows.slice(4, 10).map(wordsOf)).toEqual([
      'certificate.read done',
      '  request',
      '  request',
      '  GET DATA',
      '  result',
      '  result',
    ]);
  });

  it('takes the times of a request and its answer at the same hop', () => {
    const store = new TraceStore();
    const { entries } = new TraceWriter('aaaa').command('1', 'pin.getStatus', {}, { result: {} }, (writer) =>
      writer.apdu('1', 'pin.getStatus', { duration: 20 }),
    );
    store.add(entries);
    expect(entries.map((entry) => durationOf(store.spanOf(entry)))).toEqual([25, 23, 20, 23, 25]);
  });

  it('separates commands of two sessions although their requests have the same ids', () => {
    const store = new TraceStore();
    const good = issuance('aaaa');
    const bad = issuance('bbbb', { fails: true, first: good.length });
    store.add(good.flatMap((entry, index) => [entry, bad[index]].filter((one) => one !== undefined)));
    settle(store);
    expect(store.rows.filter(({ group }) => group.outcome === 'failed').map(({ group }) => group.session)).toEqual([
      'bbbb',
    ]);
    expect(store.rows).toHaveLength(12);
  });

  it('shows a command as open until its answer comes, whatever comes between', () => {
    const store = new TraceStore();
    const { entries } = new TraceWriter('aaaa')
      .message('request', ['page', 'extension'], 'step.run', {}, '1')
      .message('request', ['host', 'extension'], 'user.enterSecrets', {}, '1')
      .message('error', ['extension', 'host'], 'user.enterSecrets', wireErrorOf('USER_CANCELLED', 2005), '1')
      .message('error', ['extension', 'page'], 'step.run', wireErrorOf('USER_CANCELLED', 2005), '1');
    store.add(entries.slice(0, 3));
    expect(settle(store).rows.map(wordsOf)).toEqual(['step.run open']);
    store.add(entries.slice(3));
    expect(settle(store).rows.map(wordsOf)).toEqual(['step.run failed']);
  });

  it('shows an APDU once its command has failed', () => {
    const store = new TraceStore();
    store.setFilter(parseFilter('is:error').terms);
    const entries = issuance('bbbb', { fails: true });
    store.add(entries.slice(0, -2));
    expect(settle(store).shown).toBe(0);
    store.add(entries.slice(-2));
    expect(settle(store).shown).toBe(3);
  });

  it('tests entries again whose session arrived after them', () => {
    const store = new TraceStore();
    store.setFilter(parseFilter('origin:portal.example').terms);
    store.add(issuance('aaaa'));
    expect(settle(store).shown).toBe(0);
    store.setSessions([tracedSessionOf('aaaa')]);
    expect(settle(store).shown).toBe(store.entries.length);
  });

  it('filters in pieces, with the same result as at once', () => {
    const store = new TraceStore();
    const writer = new TraceWriter('aaaa');
    for (let i = 0; i < 1_000; i += 1) writer.command(String(i), 'device.list', {}, { result: {} });
    store.add(writer.entries);
    store.setFilter(parseFilter('is:request from:page').terms);
    expect(store.advance(0, () => 1)).toBe(true);
    expect(store.isFiltering).toBe(true);
    expect(settle(store).shown).toBe(1_000);
  });

  it('drops the oldest when it is full, and counts them', () => {
    const store = new TraceStore();
    const writer = new TraceWriter('aaaa');
    for (let i = 0; i < 100_001; i += 1) {
      writer.message('notification', ['host', 'extension'], 'device.changed', {}, null);
    }
    store.add(writer.entries);
    expect(store.entries).toHaveLength(90_000);
    expect(store.dropped).toBe(10_001);
    expect(settle(store).shown).toBe(90_000);
  });

  it('forgets everything but the live sessions when it is cleared', () => {
    const store = new TraceStore();
    store.setSessions([tracedSessionOf('aaaa', { ended: 1 }), tracedSessionOf('bbbb')]);
    store.add(issuance('aaaa'));
    settle(store);
    store.clear();
    expect([store.rows, store.entries, store.sessions.map(({ id }) => id)]).toEqual([[], [], ['bbbb']]);
  });
});
