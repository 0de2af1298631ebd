import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { DEVICE_MODELS } from '@cardwright/protocol/policy';
import { inRepository } from '@cardwright/stage';
import { LANGUAGES } from '@cardwright/words';
import { words } from '@cardwright/words/at-once/policies';
import { settings } from '../../../extension/src/policy/settings.js';

const read = (name: string): string => readFileSync(inRepository('docs', name), 'utf8');
const lineOf = (text: string, part: string): string => text.split('\n').find((line) => line.includes(part)) ?? '';

it.each(Object.keys(settings))('names the setting %s in docs/deploy.md', (name) => {
  expect(read('deploy.md')).toMatch(new RegExp(`^\\|.*\`${name}\``, 'm'));
});

it.each(DEVICE_MODELS)('names the model %s wherever the models are listed', (model) => {
  expect(lineOf(read('deploy.md'), '| `allowedDevices`')).toContain(model);
  expect(lineOf(read('protocol.md'), 'Key of the model in device policies')).toContain(model);
  for (const language of LANGUAGES) expect(words.in(language).settings.allowedDevices.description).toContain(model);
});
