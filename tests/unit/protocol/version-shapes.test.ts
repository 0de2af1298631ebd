import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { writeJsonErrors, writeJsonSchema } from '../../../protocol/src/publish/index.js';

/**
 * A digest of each protocol version's shapes: commands, members and error codes, without their sentences. Whoever changes a shape raises the
 * version in `protocol/src/version.ts`, and adds a line here. Only the line of a version that no release has spoken yet may change.
 */
const SHAPES: Readonly<Record<string, string>> = {
  '3.2': 'v5_U6tTl7QAYlTRvesqA_wl5dNZ6kBGvSf24JDsEWzk',
};

/** Leaves out what is said to people alone. Parameters of these names have a shape, not a text. */
const withoutSentences = (key: string, value: unknown): unknown =>
  ['description', 'message'].includes(key) && typeof value === 'string' ? undefined : value;

it('changes no shape of the protocol without a new version', () => {
  const version = `${PROTOCOL_RANGE.max.major}.${PROTOCOL_RANGE.max.minor}`;
  const shapes = [writeJsonSchema(), writeJsonErrors()].map((text) => JSON.parse(text, withoutSentences) as unknown);
  const digest = createHash('sha256').update(JSON.stringify(shapes)).digest('base64url');
  expect({ [version]: digest }).toEqual({ [version]: SHAPES[version] });
});
