// Needs the build.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { DEVICE_MODELS } from '@cardwright/protocol/policy';
import { settings } from '@cardwright/protocol/settings';
import { inRepository } from '@cardwright/stage';
import { LANGUAGES } from '@cardwright/words';
import { words as dialogs } from '@cardwright/words/at-once/dialogs';
import { words as extension } from '@cardwright/words/at-once/extension';
import { words } from '@cardwright/words/at-once/policies';
import { membersRead } from '../../support/read-members.js';
import { thoroughIt } from '../../support/thorough.js';

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

thoroughIt('has no setting that the extension never obeys', () => {
  const names = Object.keys(settings);
  const folder = inRepository('extension', 'src');
  const table = inRepository('protocol', 'dist', 'settings', 'settings.d.ts');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
  const project = inRepository('extension', 'tsconfig.json');
  const read = membersRead(names, { project, starts: sources, sources: folder, table, except: [] });
  // A page that needs one setting imports only its definition, because that weighs less.
  const imported = new Set(sources.flatMap(definitionsImportedBy));
  expect(names.filter((name) => !read.has(name) && !imported.has(name))).toEqual([]);
});

/** Lists the settings whose definitions a source imports by themselves. */
function definitionsImportedBy(file: string): readonly string[] {
  const imports = readFileSync(file, 'utf8').matchAll(/^import \{([^}]*)\} from '@cardwright\/protocol\/settings'/gm);
  return [...imports].flatMap(([, named = '']) => named.split(',').map((name) => name.replace(/ as .*/, '').trim()));
}
