import assert from 'node:assert/strict';
import { chooseLanguage, languageName } from '@cardwright/words';
import { words } from '@cardwright/words/on-demand/errors';

const language = chooseLanguage(['de-CH', 'fr']);
assert.equal(languageName(language), 'Deutsch');
const { NO_READER } = await words.load(language);
assert.match(NO_READER.message, /Kartenleser/);
console.log('words');
