import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { profileNames } from '@cardwright/virtual-card';
import { Card } from '../../../virtual-card/src/card/card.js';
import { StateFile } from '../../../virtual-card/src/card/state-file.js';
import { Chip } from '../../../virtual-card/src/chip.js';
import { makeCard } from '../../../virtual-card/src/factory.js';
import { FACTORY_KEY, SELECT_PIV, TestChip } from './blank-chip.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-memory-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the memory of a card', () => {
  it.each([
    ['yubikey', 31_415_926, 0x0a],
    ['piv', null, 0x03],
    ['no-piv', null, 0x03],
  ] as const)(
    'is read unchanged if it was written before there were other profiles than %s',
    async (profile, serial, algorithm) => {
      const file = write(asWrittenByTheFirstVersion(profile, serial, algorithm));
      const state = new StateFile(file).load();
      if (!state) throw new Error('nothing was read');
      expect([state.profile, state.serial]).toEqual([profile, serial ?? undefined]);
      const before = readFileSync(file, 'utf8');
      new StateFile(file).save(state);
      expect(readFileSync(file, 'utf8')).toBe(before);
      if (profile === 'no-piv') return;
      const card = new Card(state);
      const chip = new TestChip(new Chip(card, () => undefined), card, []);
      await chip.expectOk(SELECT_PIV);
      expect(await chip.status('00200080')).toBe('63C2');
      expect(await chip.data('00CB3FFF055C035FC102')).toBe('53023000');
    },
  );

  it.each(profileNames)('is read as it was written, of profile %s', async (profile) => {
    const file = path.join(folder, 'card.json');
    for (const hidesSerial of [undefined, true]) {
      const made = await makeCard({ profile, serial: 12_345_678, hidesSerial });
      new StateFile(file).save(made);
      expect(new StateFile(file).load()).toEqual(made);
    }
  });

  it('is refused if its profile does not exist', () => {
    const file = write(asWrittenByTheFirstVersion('yubikey-9', 1, 0x0a));
    expect(() => new StateFile(file).load()).toThrow('not the memory of a virtual card');
  });

  it.each(['30zz', '300', '30 00', '0x3000', 'zz'])('is refused if bytes in it are no hexadecimal: %s', (object) => {
    const file = write({ ...asWrittenByTheFirstVersion('yubikey', 1, 0x0a), objects: { '0x5FC102': object } });
    expect(() => new StateFile(file).load()).toThrow('not the memory of a virtual card');
  });

  it.each(['', '3000', 'ABef'])('is read if bytes in it are hexadecimal: %j', (object) => {
    const file = write({ ...asWrittenByTheFirstVersion('yubikey', 1, 0x0a), objects: { '0x5FC102': object } });
    expect(new StateFile(file).load()?.objects.get(0x5fc102)).toEqual(Buffer.from(object, 'hex'));
  });
});

function write(memory: unknown): string {
  const file = path.join(folder, 'card.json');
  writeFileSync(file, `${JSON.stringify(memory, null, 2)}\n`);
  return file;
}

function asWrittenByTheFirstVersion(profile: string, serial: number | null, algorithm: number): object {
  return {
    profile,
    serial,
    pin: { value: '313233343536ffff', triesLeft: 2, tries: 3 },
    puk: { value: '3132333435363738', triesLeft: 3, tries: 3 },
    managementKey: { algorithm, key: FACTORY_KEY.toString('hex'), touch: false },
    keys: {},
    objects: { '0x5FC102': '3000' },
  };
}
