import { describe, expect, it } from '@jest/globals';
import { checkExpiries } from '../../../../portal/src/server/commands/doctor/expiries.js';

/** Judges a database with these numbers of devices and notices. */
const judge = (ended: number, soon: number, untold = 0) =>
  checkExpiries({
    engine: 'PostgreSQL',
    rows: (sql) => Promise.resolve([sql.includes('FROM notices') ? { untold } : { ended, soon }]),
    close: () => Promise.resolve(),
  }).then((findings) => findings.map(({ outcome, text }) => `${outcome}: ${text}`));

describe('the doctor says of certificates that', () => {
  it.each([
    ['none expires soon', 0, 0, ['ok: No certificate of an active device expires within 30 days.']],
    ['some expire soon', 0, 14, ['ok: Active devices whose certificates expire within 30 days: 14.']],
    ['some have expired', 2, 0, ['warning: Active devices with expired certificates: 2.']],
    [
      'some have expired, and others will',
      2,
      14,
      [
        'warning: Active devices with expired certificates: 2.',
        'ok: Active devices whose certificates expire within 30 days: 14.',
      ],
    ],
  ])('%s', async (_what, ended, soon, findings) => {
    expect(await judge(ended, soon)).toEqual(findings);
  });

  it('owners were not told of them', async () => {
    expect(await judge(0, 0, 3)).toContain('warning: Notices that their owners were not told: 3 in the last 30 days.');
  });
});
