import { describe, expect, it } from '@jest/globals';
import { bundledPackages } from '../../../installers/src/parts/bundled-packages.js';
import { debianCopyright } from '../../../installers/src/parts/debian-copyright.js';
import { COMPOSITIONS, partsOf, thirdPartyNotice, type Product } from '../../../installers/src/parts/third-party.js';

/** A text that is shorter only refers to a licence. HIDAPI's own licence is the shortest that we know. */
const SHORTEST = 250;

describe.each(Object.keys(COMPOSITIONS) as Product[])('the licences of %s', (product) => {
  const parts = partsOf(product);

  it('are there for each package in its bundles, and for each beside them', () => {
    const { metafiles, beside } = COMPOSITIONS[product];
    const names = [...bundledPackages(metafiles), ...beside].map((folder) => folder.replace(/^.*node_modules\//, ''));
    expect(names.length).toBeGreaterThan(4);
    expect(parts.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });

  it('are whole texts, each with the address of the source', () => {
    expect(parts.filter(({ text }) => text.trim().length < SHORTEST).map(({ name }) => name)).toEqual([]);
    const notice = thirdPartyNotice(product);
    for (const { source, text } of parts) {
      expect(notice).toContain(`\nSource: ${source}\n`);
      expect(notice).toContain(text.trim());
    }
  });

  it('follow the format of Debian: paragraphs of fields, each text with its licence', () => {
    const [head = '', own = '', ...others] = debianCopyright(product).trim().split(/\n\n/);
    expect(head).toMatch(/^Format: https:\/\/www\.debian\.org\//);
    expect(own).toMatch(/^Files: \*\nCopyright: .*Cardwright authors\nLicense: Expat\n MIT License\n \.\n/);
    expect(others).toHaveLength(parts.length);
    for (const paragraph of others) {
      expect(paragraph).toMatch(/^Files: third-party\/\S+\nCopyright: .+\n/);
      expect(
        paragraph.split('\n').filter((line) => !/^(?:\s+\S|(?:Files|Copyright|License|Comment): \S)/.test(line)),
      ).toEqual([]);
    }
  });
});

it.each<[Product, string[]]>([
  ['host', ['HIDAPI', 'node-addon-api', 'Public Suffix List', 'Node.js', 'libffi']],
  ['portal', ['PostgreSQL', 'ICU', 'musl', 'Emscripten', 'Node.js']],
])('%s tells what is compiled into its parts', (product, names) => {
  expect(partsOf(product).map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  // The licence of Node.js has those of everything in it.
  for (const name of ['OpenSSL', 'V8', 'zlib']) expect(thirdPartyNotice(product)).toContain(`\n- ${name}, located at `);
});
