import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { judgeImports } from '../../../scripts/lint/import-boundaries.mjs';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const TLV = 'native-host/src/iso7816/tlv.ts';

describe('the check of imports between packages', () => {
  it.each([
    ['protocol/src/step.ts', 'sdk'],
    ['sdk/src/connect.ts', 'portal'],
    ['extension/src/browser.ts', 'sdk'],
    ['native-host/src/main.ts', 'virtual-card'],
    ['cms/src/index.ts', 'portal'],
    ['portal/src/server/main.ts', 'native-host'],
    ['virtual-card/src/main.ts', 'protocol'],
    ['stage/src/until.ts', 'demo'],
  ])('refuses that %s imports %s', (file, other) => {
    const [from = ''] = file.split('/');
    const refusal = [`${from} may not import ${other} (PACKAGES in scripts/lint/layers.mjs).`];
    expect(judge(file, imports(`@cardwright/${other}`))).toEqual(refusal);
  });

  it('refuses a forbidden package by a path, too', () => {
    expect(judge('virtual-card/src/apdu/tlv.ts', imports(`../../../${TLV}`))).toEqual([
      'virtual-card may not import native-host (PACKAGES in scripts/lint/layers.mjs).',
    ]);
  });

  it('refuses a file of a package that has an entry', () => {
    expect(judge('sdk/src/connect.ts', imports('../../protocol/src/step.js'))).toEqual([
      'Import @cardwright/protocol by its public entry, not by a file of it.',
    ]);
  });

  it.each(['portal/src/server/main.ts', 'stage/src/until.ts'])('refuses that %s imports an entry for tests', (file) => {
    expect(judge(file, imports('@cardwright/cms/store-suite'))).toEqual([
      'Only tests import @cardwright/cms/store-suite (FOR_TESTS in scripts/lint/layers.mjs).',
    ]);
  });

  it('refuses the own package by its name', () => {
    expect(judge('sdk/src/connect.ts', imports('@cardwright/sdk'))).toEqual(['Inside sdk, import the file itself.']);
  });

  it.each([
    ['sdk/src/connect.ts', '@cardwright/protocol'],
    ['demo/src/play.ts', '@cardwright/stage'],
    ['tests/unit/protocol/step.test.ts', '../../../protocol/src/step.js'],
    ['tests/unit/cms/definition.test.ts', '@cardwright/cms/store-suite'],
    ['native-host/src/devices/models.ts', 'node:crypto'],
  ])('lets %s import %s', (file, specifier) => {
    expect(judge(file, imports(specifier))).toEqual([]);
  });
});

describe('the check of imports inside a package', () => {
  it.each([
    ['up', TLV, '../pcsc/readers.js', 'native-host/src/pcsc/readers.ts'],
    ['to a neighbour', 'native-host/src/pcsc/readers.ts', '../server/log.js', 'native-host/src/server/log.ts'],
    ['to screens', 'sdk/src/connect.ts', './elements/icons.js', 'sdk/src/elements/icons.ts'],
    ['between operations', 'cms/src/erase/erase.ts', '../unlock/new-pin.js', 'cms/src/unlock/new-pin.ts'],
    ['from a new operation', 'cms/src/stamp/stamp.ts', '../unlock/new-pin.js', 'cms/src/unlock/new-pin.ts'],
    ['to a new operation', 'cms/src/operations/engine.ts', '../stamp/stamp.js', 'cms/src/stamp/stamp.ts'],
    ['to the suite of stores', 'cms/src/index.ts', './store-suite/rows.js', 'cms/src/store-suite/rows.ts'],
    ['from the store', 'portal/src/server/store/migrate.ts', '../portal.js', 'portal/src/server/portal.ts'],
    ['from a card', 'virtual-card/src/card/card.ts', '../chip.js', 'virtual-card/src/chip.ts'],
    ['to all commands', 'protocol/src/errors.ts', './commands.js', 'protocol/src/commands.ts'],
  ])('refuses an import that runs %s', (_, file, specifier, target) => {
    expect(judge(file, imports(specifier))).toEqual([
      `${file} may not import ${target}: imports run downwards only (FLOORS in scripts/lint/layers.mjs).`,
    ]);
  });

  it.each([
    ['a plain import', (specifier: string) => `import '${specifier}';`],
    ['an export', (specifier: string) => `export * from '${specifier}';`],
    ['a dynamic import', (specifier: string) => `export const later = () => import('${specifier}');`],
    ['the type of an import', (specifier: string) => `export type Late = import('${specifier}').Late;`],
  ])('finds %s', (_, write) => {
    expect(judge(TLV, write('../pcsc/readers.js'))).toHaveLength(1);
  });

  it.each([
    ['two files', 'native-host/src/iso7816/apdu.ts', './exchange.js', 'apdu.ts → exchange.ts → apdu.ts'],
    ['three files', 'sdk/src/page-port.ts', './connect.js', 'page-port.ts → connect.ts → client.ts → page-port.ts'],
  ])('refuses a circle of %s, even of types', (_, file, specifier, chain) => {
    expect(judge(file, imports(specifier))).toEqual([`Imports run in a circle: ${chain}.`]);
  });

  it('demands a place for a file that has none', () => {
    expect(judge('native-host/src/main.ts', imports('./new-room/first.js'))).toEqual([
      'native-host/src/new-room/first.ts has no place in FLOORS in scripts/lint/layers.mjs.',
    ]);
  });

  it('lets a file import from its own room and from the floors below', () => {
    expect(judge('native-host/src/devices/pin-rules.ts', imports('../applets/piv/objects.js'))).toEqual([]);
    expect(judge('native-host/src/iso7816/exchange.ts', imports('./apdu.js'))).toEqual([]);
    expect(judge('sdk/src/elements/icons.ts', imports('../client.js'))).toEqual([]);
    expect(judge('cms/src/stamp/stamp.ts', imports('../operations/call.js'))).toEqual([]);
    expect(judge('cms/src/standard-operations.ts', imports('./stamp/stamp.js'))).toEqual([]);
  });
});

function imports(specifier: string): string {
  return `import type * as imported from '${specifier}';\nexport type { imported };\n`;
}

/** Returns what is wrong with the imports of a file with this text. */
function judge(file: string, text: string): string[] {
  return judgeImports(path.join(ROOT, file), text).map(({ message }) => message);
}
