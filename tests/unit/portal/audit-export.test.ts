import { expect, it } from '@jest/globals';
import { cellOf, FORMATS } from '../../../portal/src/server/routes/audit-export.js';
import type { ShownEntry } from '../../../portal/src/server/store/audit-list.js';

const ENTRY: ShownEntry = {
  id: 7,
  at: new Date('2026-03-04T05:06:07.089Z'),
  actor: '=HYPERLINK("https://evil.example";"Ada")',
  event: 'login',
  outcome: 'failed',
  deviceId: null,
  operationId: null,
  detail: { name: 'ada "the first"' },
  address: '2001:db8::1',
  way: 'password',
  sessionId: 'a7d1b0a8-6f39-4d9e-9b7a-6f1b8f9f0d11',
  personId: null,
  requestId: 'f3b7',
  person: '@ada',
};

async function fileOf(format: 'csv' | 'jsonl', pieces: readonly (readonly ShownEntry[])[]): Promise<string> {
  const pages = (async function* () {
    yield* await Promise.resolve(pieces);
  })();
  const parts: string[] = [];
  for await (const part of FORMATS[format].lines(pages)) parts.push(part);
  return parts.join('');
}

it('writes CSV in which nothing that people chose is a formula', async () => {
  expect(await fileOf('csv', [[ENTRY], [{ ...ENTRY, id: 6, detail: {}, person: null, actor: 'ada' }]])).toBe(
    [
      '\ufeff"id","time","actor","person","event","outcome","address","way","session","device","operation","request","detail"',
      `"7","2026-03-04T05:06:07.089Z","'=HYPERLINK(""https://evil.example"";""Ada"")","'@ada","login","failed","2001:db8::1","password","${ENTRY.sessionId ?? ''}","","","f3b7","{""name"":""ada \\""the first\\""""}"`,
      `"6","2026-03-04T05:06:07.089Z","ada","","login","failed","2001:db8::1","password","${ENTRY.sessionId ?? ''}","","","f3b7",""`,
      '',
    ].join('\r\n'),
  );
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '\u00a0=1', '\n=1', '\r=1', '\t1', '＝1', '＠SUM(A1)'])(
  'puts an apostrophe before %j',
  (text) => {
    expect(cellOf(text)).toBe(`"'${text}"`);
  },
);

it.each(['ada', '1=1', "o'hara", ''])('leaves %j as it is', (text) => {
  expect(cellOf(text)).toBe(`"${text}"`);
});

it('ends no cell or line within a text', () => {
  expect(cellOf('a",=1,"\r\n=2')).toBe('"a"",=1,""\r\n=2"');
});

it('writes JSON Lines that read back as the entries', async () => {
  const file = await fileOf('jsonl', [[ENTRY, { ...ENTRY, actor: 'line\nbreak' }]]);
  const lines = file.trimEnd().split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    { ...ENTRY, at: ENTRY.at.toISOString() },
    { ...ENTRY, at: ENTRY.at.toISOString(), actor: 'line\nbreak' },
  ]);
});
