import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { leaks } from '../support/card-secrets.js';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { Workplace } from './support/workplace.js';

/** The CMS's record of an issuance's course must be complete enough to follow it, and hold no secret. */

let cms: MemoryCms;
beforeAll(async () => {
  cms = await MemoryCms.open({ algorithm: 'P-256' });
});
afterAll(() => cms.close());

it.each(['yubikey', 'piv'] as const)(
  'records the issuance of a %s command by command, without its secrets',
  async (profile) => {
    await cms.clear();
    const workplace = await Workplace.open({ cms, profile, keys: new KeyPool().source() });
    await expect(workplace.session('issue')).resolves.toMatchObject({ answer: { state: 'done' } });

    const happenings = cms.timeline.map(({ what }) => what);
    expect(happenings.flatMap((what) => (what.kind === 'step-results' ? what.step : []))).toEqual([
      'witness',
      'authenticate',
      'keys',
      'certificates',
      'pin',
    ]);
    for (const what of happenings)
      if (what.kind === 'step-results') expect(what.commands.every(({ error }) => error === null)).toBe(true);
    expect(happenings.at(-1)).toEqual({ kind: 'ended', state: 'done', error: null });

    const factory = await cms.factory(profile);
    const secrets = (await cms.escrows()).flatMap(({ pin, puk, managementKey }) => [
      Buffer.from(pin ?? ''),
      Buffer.from(puk ?? ''),
      ...(managementKey ? [Buffer.from(managementKey.key, 'base64url')] : []),
    ]);
    secrets.push(Buffer.from(workplace.pin), Buffer.from(factory.puk), Buffer.from(factory.managementKey, 'hex'));
    expect(secrets.length).toBeGreaterThanOrEqual(5);
    const rows = new Map(cms.timeline.map(({ what }, index) => [`event ${index}`, JSON.stringify(what)]));
    expect(leaks(rows, secrets)).toEqual([]);
    expect(leaks(new Map([['itself', JSON.stringify({ puk: factory.puk })]]), secrets)).toEqual(['itself']);
  },
);
