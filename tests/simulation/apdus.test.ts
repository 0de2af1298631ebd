import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apduNotification, type ApduExchange } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { Workplace } from './support/workplace.js';

/** The columns of docs/apdus.md with the numbers of the APDUs, and the most that an issuance may have. */
const CARDS = {
  yubikey: { column: 0, most: 45, name: 'a YubiKey' },
  piv: { column: 1, most: 34, name: 'a plain card' },
} as const;
/** A reason says more than a name. */
const SHORTEST_REASON = 10;

const OBJECTS: Readonly<Record<string, string>> = {
  '5fc102': 'CHUID',
  '5fc107': 'CCC',
  '5fc105': 'certificate of 9A',
  '5fc10a': 'certificate of 9C',
  '5fc10b': 'certificate of 9D',
  '5fc101': 'certificate of 9E',
  '5fff01': 'certificate of F9',
};
const PIV = 'a000000308';
const SECRETS: Readonly<Record<number, string>> = { 0x80: 'PIN', 0x81: 'PUK' };

interface Row {
  /** Its number on each card; null if the card does not receive it. */
  readonly numbers: readonly (number | null)[];
  readonly apdu: string;
  readonly reason: string;
}

const text = readFileSync(new URL('../../docs/apdus.md', import.meta.url), 'utf8');
const rows: readonly Row[] = text
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => /^(\d+|–)$/.test(cells[1] ?? ''))
  .map(([, yubikey = '', piv = '', command = '', apdu = '', reason = '']) => ({
    numbers: [yubikey, piv].map((cell) => (cell === '–' ? null : Number(cell))),
    apdu: `${command.replaceAll('`', '')}: ${apdu}`,
    reason,
  }));

/** Names what an APDU acts on; null if its instruction says that. */
function subjectOf({ instruction, p1, p2, data }: ApduExchange): string | null {
  switch (instruction) {
    case 'SELECT':
      return data?.startsWith(PIV) === true ? 'PIV' : data;
    case 'GET DATA':
    case 'PUT DATA':
      return OBJECTS[data?.slice(4, 10) ?? ''] ?? data;
    case 'ATTEST':
      return hex(p1);
    case 'GET VERSION':
    case 'GET SERIAL':
    case 'SET MANAGEMENT KEY':
      return null;
    default:
      return SECRETS[p2] ?? hex(p2);
  }
}

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

/** Names the APDUs of the operation, as docs/apdus.md does. */
function sentIn({ trace, apdusOfOperation }: Workplace): string[] {
  const exchanges = trace.flatMap((line) => {
    const { method, params } = JSON.parse(line) as { readonly method?: string; readonly params?: unknown };
    return method === '$/apdu' ? [v.parse(apduNotification, params).exchange] : [];
  });
  const opened = exchanges.findIndex(({ method }) => method === 'device.open');
  return exchanges.slice(opened, opened + apdusOfOperation).map((exchange) => {
    const subject = subjectOf(exchange);
    return `${exchange.method}: ${exchange.instruction}${subject === null ? '' : `, ${subject}`}`;
  });
}

describe('docs/apdus.md', () => {
  let cms: MemoryCms;
  const pool = new KeyPool();
  beforeAll(async () => {
    cms = await MemoryCms.open({ algorithm: 'P-256' });
  });
  afterAll(() => cms.close());

  it.each(['yubikey', 'piv'] as const)('lists each APDU of the issuance of a %s, and none besides', async (profile) => {
    const { column, most, name } = CARDS[profile];
    await cms.clear();
    const workplace = await Workplace.open({ cms, profile, keys: pool.source(), apdus: true });
    await expect(workplace.session('issue')).resolves.toMatchObject({ answer: { state: 'done' } });
    const sent = sentIn(workplace);
    const listed = rows.filter(({ numbers }) => numbers[column] !== null);
    expect(listed.map(({ numbers }) => numbers[column])).toEqual(sent.map((_, index) => index + 1));
    expect(listed.map(({ apdu }) => apdu)).toEqual(sent);
    expect(sent.length).toBeLessThanOrEqual(most);
    expect(text.replaceAll('\n', ' ')).toContain(`${sent.length} on ${name}`);
  });

  it('gives a reason for each', () => {
    expect(rows.filter(({ reason }) => reason.length < SHORTEST_REASON)).toEqual([]);
  });
});
