import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { errorCatalogue } from '@cardwright/protocol';
import { writeJsonErrors, writeJsonSchema, writeReference, writeVectors } from '../../../protocol/src/publish/index.js';
import { encodeCcc, encodeChuid } from '../../../cms/src/devices/piv-objects.js';
import { anchorOf } from '../../../protocol/src/publish/markdown.js';
import { wizardFor } from '../../../sdk/src/elements/operations/wizards.js';
import { STEP_RULES } from '../../../protocol/src/publish/step-rules.js';

const published = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
const reference = writeReference();

describe('what the protocol publishes', () => {
  it('is what the sources say', async () => {
    expect(published('protocol.md')).toBe(reference);
    expect(published('protocol.schema.json')).toBe(writeJsonSchema());
    expect(published('protocol.errors.json')).toBe(writeJsonErrors());
    const vectors = published('protocol.vectors.json');
    expect((await writeVectors(vectors)) === vectors).toBe(true);
  });

  it('signs again only the vectors whose signatures are not right any more', async () => {
    const vectors = published('protocol.vectors.json');
    const [, right = ''] = /"jws": "([^"]+)"/.exec(vectors) ?? [];
    const spoilt = right.replace(/(?<=\..*\.)./, (one) => (one === 'A' ? 'B' : 'A'));
    const repaired = await writeVectors(vectors.replaceAll(right, spoilt));
    expect(repaired.includes(spoilt)).toBe(false);
    const before = vectors.split('\n');
    const changed = repaired.split('\n').filter((line, index) => line !== before[index]);
    // The good step, the same step again, and those that have its signature with another header or payload.
    expect(changed).toHaveLength(5);
    expect(changed.every((line) => line.startsWith('      "jws": '))).toBe(true);
  });
});

describe('the reference', () => {
  it('shows CHUID and CCC as the reference CMS writes them', () => {
    const [, guid = '', day = ''] = /in hex, for the GUID `([\w-]+)` .*(\d{4}-\d\d-\d\d):$/m.exec(reference) ?? [];
    const [, chuid = '', ccc = ''] = /^chuid(.*?)^ccc(.*?)^```$/ms.exec(reference) ?? [];
    const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
    expect(bytesOf(chuid)).toEqual(encodeChuid(guid, new Date(day)));
    expect(bytesOf(ccc)).toEqual(encodeCcc(guid));
  });

  it('has a heading for each link within it', () => {
    const headings = [...reference.matchAll(/^#{1,3} (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
    const links = [...reference.matchAll(/\]\(#([^)]*)\)/g)].map(([, anchor = '']) => anchor);
    expect(links.length).toBeGreaterThan(200);
    expect(links.filter((anchor) => !headings.includes(anchor))).toEqual([]);
    expect(new Set(headings).size).toBe(headings.length);
  });

  it('has no table without rows, and no shape that stands for itself', () => {
    expect(reference).not.toMatch(/^\| --- .*\n(?!\|)/m);
    expect(reference).not.toMatch(/```ts\n[A-Z]\w+\n```/);
  });

  it('tells the rule behind each reason for which a step is refused', () => {
    const reasons = STEP_RULES.flatMap((rule) => ('reason' in rule ? [rule.reason] : []));
    expect(new Set(reasons)).toEqual(new Set(errorCatalogue.STEP_REFUSED.data.entries.reason.options));
  });

  it('names the kinds that the wizards send', () => {
    const [, section = ''] = /### The kinds of the wizards\n(.*?)\n###/s.exec(reference) ?? [];
    const kinds = [...section.matchAll(/^\| `([\w-]+)` \| `cardwright-/gm)].map(([, kind = '']) => kind);
    expect(kinds).toHaveLength(4);
    expect(kinds.filter((kind) => wizardFor(kind, '').event === 'cardwright-done')).toEqual([]);
  });

  it('says once what nearly every command can answer', () => {
    expect(reference.match(/^Errors: .*`PCSC_FORBIDDEN`.*`PCSC_ERROR`/gm)).toHaveLength(1);
  });

  it('keeps the anchors to which other pages link', () => {
    const chapters = [...reference.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
    expect(chapters).toEqual([
      'contents',
      'how-to-read-this-page',
      'who-speaks-with-whom',
      'messages',
      'session-start',
      'keys-of-a-cms',
      'the-cms-over-http',
      'what-a-cms-must-do',
      'signed-steps',
      'sealed-secrets',
      'signed-displays',
      'key-proofs',
      'questions-to-the-user',
      'limits',
      'test-vectors',
      'shared-shapes',
      'commands',
      'errors',
    ]);
  });
});
