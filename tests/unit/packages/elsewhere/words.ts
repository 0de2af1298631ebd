import assert from 'node:assert/strict';
import { complete, LANGUAGES, plural, type Partly } from '@cardwright/words';
import { words as english } from '@cardwright/words/en/dialogs';

const french: Partly<typeof english> = {};
assert.deepEqual(complete(english, french), english);
// @ts-expect-error English has no such sentence
const strange: Partly<typeof english> = { noSuchSentence: '' };
assert.ok('noSuchSentence' in strange);
const tries = (left: number): string => plural('en')(left, { one: 'one try', other: `${left} tries` });
assert.deepEqual([tries(1), tries(2)], ['one try', '2 tries']);
assert.ok(LANGUAGES.includes('de'));
console.log('words');
