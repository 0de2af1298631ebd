import { describe, expect, it } from '@jest/globals';
import { FILTER_KEYS } from '../../../../extension/src/pages/inspector/model/filter-keys.js';
import { parseFilter } from '../../../../extension/src/pages/inspector/model/filter-language.js';
import { TraceStore } from '../../../../extension/src/pages/inspector/model/trace-store.js';
import { issuance, tracedSessionOf, TraceWriter } from '../../../support/trace-writer.js';

/** Makes a store with a good issuance in session 1, and a failing one in session 2. */
function storeWith(filter: string): TraceStore {
  const store = new TraceStore();
  const good = issuance('aaaa');
  store.setSessions([tracedSessionOf('aaaa'), tracedSessionOf('bbbb', { origin: 'https://other.example:8443' })]);
  store.add([...good, ...issuance('bbbb', { fails: true, first: good.length })]);
  const { terms, problems } = parseFilter(filter);
  expect(problems).toEqual([]);
  store.setFilter(terms);
  while (store.isFiltering) store.advance(Number.POSITIVE_INFINITY);
  return store;
}

/** Lists the visible methods, or instructions, in order. */
function shown(filter: string): string[] {
  const store = storeWith(filter);
  store.arrangement = 'entries';
  return store.rows.map((row) => {
    if (row.kind !== 'entry') throw new Error('entries were asked for');
    return row.entry.kind === 'apdu' ? row.entry.exchange.instruction : `${row.entry.method} ${row.entry.type}`;
  });
}

describe('a filter', () => {
  it("finds the failed command, with the card's refusals, by one term", () => {
    const store = storeWith('is:error');
    expect(store.rows.map(({ group }) => [group.method, group.session, group.code])).toEqual([
      ['step.run', 'bbbb', 'PIN_INCORRECT'],
    ]);
    expect(shown('is:error')).toEqual(['VERIFY', 'step.run result', 'step.run result']);
  });

  it.each([
    ['method:certificate.*', 12],
    ['method:certificate.*,device.list', 20],
    ['method:key.generate', 2],
    ['code:PIN_INCORRECT ins:VERIFY', 1],
    ['code:PIN_* -is:apdu', 2],
    ['from:host to:card', 10],
    ['part:card', 10],
    ['part:inspector', 0],
    ['sw:63cx', 1],
    ['sw:63', 1],
    ['sw:9000', 9],
    ['ins:20', 2],
    ['ins:get*', 2],
    ['session:2 is:request', 10],
    ['session:bb is:request', 10],
    ['origin:other.example:8443 ins:VERIFY', 1],
    ['request:4 is:result', 4],
    ['duration:>2s is:apdu', 0],
    ['duration:300..400 is:apdu', 2],
    ['duration:<=12 is:apdu', 4],
    ['size:>500 is:apdu', 4],
    ['reader:virtual* -sw:9000', 1],
    ['"tries left"', 1],
    ['slot is:message', 4],
    ['-is:message', 10],
    ['is:open', 0],
  ])('reads %s', (filter, count) => {
    expect(shown(filter)).toHaveLength(count);
  });

  it.each([
    ['methd:key', { reason: 'key', meant: 'method' }],
    ['is:eror', { reason: 'value', meant: 'is:error' }],
    ['from:hst', { reason: 'value', meant: 'from:host' }],
    ['sw:zz', { reason: 'value', meant: 'sw:63cx' }],
    ['duration:long', { reason: 'value', meant: 'duration:>100' }],
    ['code:', { reason: 'empty', meant: 'code:CARD_REMOVED' }],
    ['"two words', { reason: 'quote', meant: '"two words"' }],
    ['quixotic:1', { reason: 'key', meant: '' }],
  ])('explains the fault of %s, and suggests what was probably meant', (filter, problem) => {
    expect(parseFilter(filter)).toMatchObject({ terms: [], problems: [{ ...problem, start: 0, end: filter.length }] });
  });

  it('ignores unreadable terms, so that typing does not empty the list', () => {
    expect(parseFilter('is:error methd:x').terms).toEqual([{ key: 'is', values: ['error'], negated: false }]);
  });

  it('is explained by examples that it can read', () => {
    for (const { example } of Object.values(FILTER_KEYS)) expect(parseFilter(example).problems).toEqual([]);
  });

  it('finds a request by its id, which is JSON in the trace', () => {
    const store = new TraceStore();
    store.add(new TraceWriter('aaaa').command('"2ed5-77"', 'device.list', {}, { result: {} }).entries);
    store.setFilter(parseFilter('request:2ed5*').terms);
    store.advance(Number.POSITIVE_INFINITY);
    expect(store.shown).toBe(4);
  });

  it('treats text that looks like a pattern as text', () => {
    expect(shown('method:(.+)+$')).toEqual([]);
    expect(shown('"[redacted]"').length).toBeGreaterThan(0);
  });
});
