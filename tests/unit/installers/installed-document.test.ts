import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import { installedDocument } from '../../../installers/src/parts/installed-document.js';
import { readMarkdown } from '../docs/markdown.js';

it('keeps the text of a link to a document that is not installed, and the links within and to sites', () => {
  const text = '[the roles](#roles), [deploy](deploy.md#ids) ([why](decisions/0059.md)), [site](https://example.com/a)';
  expect(installedDocument(text)).toBe('[the roles](#roles), deploy (why), [site](https://example.com/a)');
});

it("leaves the portal's guide with no link and no name of a document that its package does not install", () => {
  const guide = installedDocument(readFileSync(inRepository('docs', 'operate.md'), 'utf8'));
  expect(readMarkdown('operate.md', guide).links.filter((link) => !/^#|^https:/.test(link))).toEqual([]);
  expect(guide.match(/[\w/-]+\.md\b/g) ?? []).toEqual([]);
});
