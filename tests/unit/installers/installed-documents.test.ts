import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import * as v from 'valibot';
import { installDocuments, withLinksTo } from '../../../installers/src/parts/installed-documents.js';
import { HOST_DOCUMENTS } from '../../../installers/src/packages/host-linux/documents.js';
import { PORTAL_DOCUMENTS } from '../../../installers/src/packages/portal/tree.js';
import { writtenDirectory } from '../../../portal/src/server/login/ldap/settings.js';

it('keeps links between installed documents, within one, and to the web', () => {
  const kept = '[a](#a) [b](b.md) [c](b.md#c) [d](https://example.com/x.md)';
  expect(withLinksTo(['b.md'], `${kept} [e](e.md), [f](../b.md#c)`)).toBe(`${kept} e, f`);
  expect(withLinksTo(['b.md'], '[e.md](e.md#a), [a/f](../a/f), [b/c](b.md)')).toBe(
    "e.md of Cardwright's source, a/f of Cardwright's source, [b/c](b.md)",
  );
});

it.each([
  ['host', HOST_DOCUMENTS],
  ['portal', PORTAL_DOCUMENTS],
])('installs documents of the %s that refer to nothing that is not installed', (_, names) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-documents-'));
  try {
    installDocuments(folder, names);
    expect(readdirSync(folder).sort()).toEqual([...names].sort());
    for (const name of names) {
      const text = readFileSync(path.join(folder, name), 'utf8');
      const links = [...text.matchAll(/\]\(([^)#\s]+)/g)];
      expect(
        links.map(([, target = '']) => target).filter((one) => !/^https?:/.test(one) && !names.includes(one)),
      ).toEqual([]);
      const named = [...text.matchAll(/(?<![\w/])([\w-]+\.md)(?! of Cardwright's source)\b/g)];
      expect(named.map(([, one = '']) => one).filter((one) => !names.includes(one))).toEqual([]);
      const inClone = [
        ...text.matchAll(/`((?:docs|extension|installers|portal|scripts|tests)\/[^`\s]*)`(?! of Cardwright's source)/g),
      ];
      expect(inClone.map(([, one]) => one)).toEqual([]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('installs the documents of the settings of the portal beside its guide', () => {
  const guide = readFileSync(inRepository('docs', 'operate.md'), 'utf8');
  expect(guide).toMatch(/\]\(authority\.md/);
  expect(PORTAL_DOCUMENTS).toContain('authority.md');
});

it('says of each claim and attribute of people where it is read by default', () => {
  const guide = readFileSync(inRepository('docs', 'operate.md'), 'utf8').replaceAll(/\s+/g, ' ');
  const { attributes } = writtenDirectory.entries;
  for (const [name, schema] of Object.entries(attributes.wrapped.entries))
    expect(guide).toContain(`\`${name}\` (\`${v.getDefault(schema)}\`)`);
  expect(guide).toContain('`upn` and `sid`. The last two have no default');
});
