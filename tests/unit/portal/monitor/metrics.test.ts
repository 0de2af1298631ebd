import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Changes } from '@cardwright/cms/store';
import { countOperations } from '../../../../portal/src/server/monitor/count-operations.js';
import { Counters } from '../../../../portal/src/server/monitor/counters.js';
import { METRICS } from '../../../../portal/src/features/list.js';
import { exposition, sample } from '../../../../portal/src/server/monitor/metrics.js';
import { withMetrics } from '../../../../portal/src/server/monitor/publish.js';
import { inRepository } from '@cardwright/stage';

it('names metrics and labels as Prometheus permits, counters with _total', () => {
  for (const [name, { type, labels }] of Object.entries(METRICS)) {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    for (const label of labels) expect(label).toMatch(/^[a-z]+$/);
  }
});

it('is described in docs/operate.md', () => {
  const document = readFileSync(inRepository('docs', 'operate.md'), 'utf8');
  expect(withMetrics(document, METRICS)).toBe(document);
});

it('lets no value of a label write a line of its own', () => {
  const version = 'a"} 1\ncardwright_ready{check="database"} 0\\';
  const lines = exposition(METRICS, [sample('cardwright_build_info', { version }, 1)])
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[2]).toBe('cardwright_build_info{version="a\\"} 1\\ncardwright_ready{check=\\"database\\"} 0\\\\"} 1');
});

it('counts the ends of operations by kind, outcome and code, and nothing else of them', () => {
  const counters = new Counters();
  const count = countOperations(counters);
  const about = { operationId: 'op-1', deviceId: 'd', actor: 'alice', address: '192.0.2.1', at: new Date() };
  const operations = [{ id: 'op-1', kind: 'issue' }] as unknown as Changes['operations'];
  const ended = { kind: 'ended', state: 'failed', error: 'CA_REFUSED' } as const;
  count({ operations, events: [{ ...about, what: { kind: 'started' } }] });
  count({ operations, events: [{ ...about, what: ended }] });
  count({ operations, events: [{ ...about, what: ended }] });
  count({ operations, events: [{ ...about, what: { kind: 'ended', state: 'done', error: null } }] });
  count({ operations, events: [{ ...about, what: { kind: 'rested', step: null, error: 'CA_UNAVAILABLE' } }] });
  expect(
    exposition(METRICS, counters.samples)
      .split('\n')
      .filter((line) => !line.startsWith('#')),
  ).toEqual([
    'cardwright_operations_ended_total{operation="issue",outcome="failed",code="CA_REFUSED"} 2',
    'cardwright_operations_ended_total{operation="issue",outcome="done",code="none"} 1',
    'cardwright_operations_interrupted_total{operation="issue",code="CA_UNAVAILABLE"} 1',
    '',
  ]);
});
