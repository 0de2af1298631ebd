import { expect, it } from '@jest/globals';
import { Correlator, type CommandGroup } from '../../../../extension/src/pages/inspector/model/command-group.js';
import { waitsOf, type Wait } from '../../../../extension/src/pages/inspector/model/waits.js';
import { TRACE_START, TraceWriter } from '../../../support/trace-writer.js';

const HOST = ['host', 'extension'] as const;
const PAGE = ['extension', 'page'] as const;

/** The last command of a trace. */
function lastGroup({ entries }: TraceWriter): CommandGroup {
  const correlator = new Correlator();
  const [group] = entries.map((entry) => correlator.add(entry).group).slice(-1);
  if (group === undefined) throw new Error('the trace has no command');
  return group;
}

/** Kind, start and end of each wait, in milliseconds from the trace's beginning. */
const told = (writer: TraceWriter): unknown[] => waitsOf(lastGroup(writer)).map(relative);
const relative = ({ kind, span: { start, end } }: Wait) => [
  kind,
  start - TRACE_START,
  end === null ? null : end - TRACE_START,
];

/** The host's progress, as it passes both hops. */
const progress = (writer: TraceWriter, kind: string): TraceWriter =>
  writer
    .message('notification', HOST, '$/progress', { id: 1, kind, method: 'pin.change' }, '1')
    .message('notification', PAGE, '$/progress', { id: 1, kind, method: 'pin.change' }, '1');

const running = (atHost: (writer: TraceWriter) => void): TraceWriter =>
  new TraceWriter('session').command('1', 'pin.change', {}, { result: {} }, atHost);

it('is the start of the host, until its first answer', () => {
  const started = new TraceWriter('session').command('1', 'initialize', {}, { result: {} }, (writer) =>
    writer.wait(200),
  );
  expect(told(started)).toEqual([['start', 1, 204]]);
});

it('is the start of a host that has not answered yet', () => {
  const starting = new TraceWriter('session')
    .message('request', ['page', 'extension'], 'initialize', {}, '1')
    .message('request', ['extension', 'host'], 'initialize', {}, '1');
  expect(told(starting)).toEqual([['start', 0, null]]);
});

it('lasts, for the user, until the window has answered the host', () => {
  const asking = running((writer) => {
    progress(writer, 'user').message('request', HOST, 'user.enterSecrets', {}, '1').apdu('1', 'pin.change', {});
    writer.wait(5_000).message('result', ['extension', 'host'], 'user.enterSecrets', {}, '1').wait(80);
    progress(writer, 'command');
  });
  expect(told(asking)).toEqual([['user', 2, 5_006]]);
});

it.each(['waiting', 'touch', 'reinsert'])(
  'is %s until the host reports that the command continues, or uses the card',
  (kind) => {
    const continued = running((writer) => progress(progress(writer, kind).wait(700), 'command').wait(50));
    expect(told(continued)).toEqual([[kind, 2, 702]]);
    const used = running((writer) => progress(writer, kind).wait(700).apdu('1', 'pin.change', {}));
    expect(told(used)).toEqual([[kind, 2, 706]]);
  },
);

it('are all waits of a command, in their order', () => {
  const both = running((writer) => progress(progress(writer, 'waiting').wait(10), 'touch').wait(20));
  expect(told(both)).toEqual([
    ['waiting', 2, 12],
    ['touch', 12, 34],
  ]);
});

it('is the whole of a command that lasts as long as a window', () => {
  const asked = new TraceWriter('session')
    .message('request', ['page', 'extension'], 'access.request', { classes: ['read'] }, '1')
    .wait(3_000)
    .message('result', PAGE, 'access.request', { granted: ['read'] }, '1');
  expect(told(asked)).toEqual([['user', 0, 3_000]]);
});

it('is nothing that a page, or a file, claims', () => {
  const claimed = running((writer) => {
    for (const content of [null, 'user', { kind: 'start' }, { kind: 'toString' }, { kind: ['user'] }])
      writer.message('notification', HOST, '$/progress', content, '1');
    writer.message('notification', ['page', 'extension'], '$/progress', { kind: 'user' }, '1');
  });
  expect(told(claimed)).toEqual([]);
});
