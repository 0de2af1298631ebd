import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CARD_KINDS, recogniseCard } from '@cardwright/protocol/devices';
import { inRepository } from '@cardwright/stage';
import { withKinds } from '../../../portal/src/server/devices/publish-kinds.js';

const NO_ATR = Buffer.from('3B80800101', 'hex');
const NITROKEY_ATR = Buffer.from('3B8F01805D4E6974726F6B657900000000006A', 'hex');

it.each([
  ['nitrokey-3', { atr: NO_ATR, label: 'Nitrokey PIV', version: '6.6.6' }],
  ['nitrokey-3', { atr: NITROKEY_ATR, label: null, version: '6.6.6' }],
  ['solo-2', { atr: NO_ATR, label: 'Solokeys PIV', version: '6.6.6' }],
  ['pivapplet', { atr: NO_ATR, label: 'PivApplet v0.9.0/RExA', version: '5.4.0' }],
  ['yubikey-4', { atr: NO_ATR, label: null, version: '4.3.7' }],
  ['yubikey-5', { atr: NO_ATR, label: null, version: '5.6.9' }],
  ['yubikey-5.7', { atr: NO_ATR, label: null, version: '5.7.0' }],
  ['yubikey-5.7', { atr: NO_ATR, label: null, version: '5.10.1' }],
  ['yubikey-6', { atr: NO_ATR, label: null, version: '6.0.0' }],
  ['openfips201', { atr: NO_ATR, label: 'OpenFIPS201', version: null }],
  ['any', { atr: NO_ATR, label: 'PIV Card Application', version: null }],
  // A plain card that only bears the name of a device with further commands.
  ['any', { atr: NITROKEY_ATR, label: 'Nitrokey PIV', version: null }],
] as const)('recognises the kind %s by what the card shows: %j', (key, card) => {
  expect(recogniseCard(card).key).toBe(key);
});

it('draws the kinds that are plugged in as keys, and the others as cards', () => {
  const keys = CARD_KINDS.filter(({ drawing }) => drawing === 'key').map(({ key }) => key);
  const yubikeys = ['yubikey-4', 'yubikey-5', 'yubikey-5.7', 'yubikey-6'];
  expect(keys).toEqual(['nitrokey-3', 'solo-2', ...yubikeys, 'feitian']);
});

it('names each kind once', () => {
  const keys = CARD_KINDS.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

it('explains each kind in docs/which-cards.md, whose table is up to date', () => {
  const document = readFileSync(inRepository('docs', 'which-cards.md'), 'utf8');
  expect(withKinds(document)).toBe(document);
  for (const { key, name } of CARD_KINDS) expect(document).toContain(`<a id="${key}"></a>\n\n## ${name}\n`);
});

describe.each(CARD_KINDS.map(({ key }) => key))('docs/which-cards.md on the kind %s', (key) => {
  const read = (name: string): string => readFileSync(inRepository('docs', name), 'utf8');
  const [, after = ''] = read('which-cards.md').split(`<a id="${key}"></a>`);
  const [section = ''] = after.split('<a id=');
  const refersToAnother = CARD_KINDS.some((kind) => section.includes(`](#${kind.key})`));

  it('says what to set, or which kind needs the same', () => {
    expect(section.includes('- **To set**: ') || refersToAnother).toBe(true);
  });

  it('says which errors it may lead to, or which kind leads to the same', () => {
    const codes = [...section.matchAll(/\*\*`([A-Z_]+)`/g)].map(([, code = '']) => code);
    expect(codes.length > 0 || refersToAnother).toBe(true);
    const explained = read('troubleshooting.md');
    expect(codes.filter((code) => !explained.includes(`<a id="${code}"></a>`))).toEqual([]);
  });
});
