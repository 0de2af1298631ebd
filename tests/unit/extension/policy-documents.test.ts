import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DEVICE_MODELS } from '@cardwright/protocol/policy';
import { inRepository } from '@cardwright/stage';
import { LANGUAGES } from '@cardwright/words';
import { words as dialogs } from '@cardwright/words/at-once/dialogs';
import { words as extension } from '@cardwright/words/at-once/extension';
import { words } from '@cardwright/words/at-once/policies';
import ts from 'typescript';
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

it.each(DEVICE_MODELS)('calls the model %s in the windows of the extension as the wizard does', (model) => {
  for (const language of LANGUAGES) {
    const names: Readonly<Record<string, unknown>> = extension.in(language);
    expect(names[`model_${model}`]).toBe(dialogs.in(language).models[model]);
  }
});

describe('a setting', () => {
  const folder = inRepository('extension', 'src');
  const named = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/policy\/(?:settings|[\w-]+-settings?|managed-schema)\.ts$/.test(file))
    .flatMap((file) => namesIn(readFileSync(path.join(folder, file), 'utf8')));

  it.each(Object.keys(settings))('is obeyed somewhere: %s', (name) => {
    expect(named).toContain(name);
  });
});

/** Lists the names in the code of a source, without its comments and texts. */
function namesIn(source: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('', source, ts.ScriptTarget.Latest));
  return names;
}
