import path from 'node:path';
import { runInThisContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { commands, userRequests } from '@cardwright/protocol';
import { toJsonSchema } from '@valibot/to-json-schema';
import { build } from 'esbuild';
import type * as v from 'valibot';
import { withoutDocumentation } from '../../../extension/without-documentation.mjs';
import { describeSettings, readSettings } from '../../../extension/src/policy/settings.js';

const EXTENSION = path.resolve(import.meta.dirname, '../../../extension');
const CONTENTS =
  "export { commands, userRequests } from '@cardwright/protocol'; export { describeSettings, readSettings } from './src/policy/settings.js';";

interface Bundled {
  readonly commands: typeof commands;
  readonly userRequests: typeof userRequests;
  readonly describeSettings: typeof describeSettings;
  readonly readSettings: typeof readSettings;
}

async function bundledFor(bundle: 'background' | 'pages'): Promise<{ readonly text: string; readonly has: Bundled }> {
  const { outputFiles } = await build({
    stdin: { contents: CONTENTS, resolveDir: EXTENSION },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'bundled',
    plugins: [withoutDocumentation(bundle)],
  });
  const text = outputFiles[0]?.text ?? '';
  return { text, has: runInThisContext(`${text}; bundled`) as Bundled };
}
const background = await bundledFor('background');
const pages = await bundledFor('pages');

/** The members of a command that a bundle reads besides its schemas. */
const READ = ['permission', 'handledBy', 'capability', 'timeout', 'reach', 'concurrent'];

/** Describes the demands of a schema, and its secrets. */
function demandsOf(schema: v.GenericSchema): unknown {
  const json = toJsonSchema(schema, {
    errorMode: 'ignore',
    overrideAction: ({ valibotAction: { type, ...action }, jsonSchema }) =>
      type === 'metadata' ? { ...jsonSchema, ...('metadata' in action ? (action.metadata as object) : {}) } : null,
  });
  return JSON.parse(JSON.stringify(json, (key, value: unknown) => (key === 'description' ? undefined : value)));
}

describe.each([
  ['background', background],
  ['pages', pages],
])('the bundle of the %s', (_, { text, has }) => {
  it.each(Object.entries({ ...commands, ...userRequests }))(
    'demands of %s the same as the table',
    (method, definition) => {
      const found = { ...has.commands, ...has.userRequests }[method as keyof typeof commands];
      expect(demandsOf(found.params)).toEqual(demandsOf(definition.params));
      expect(demandsOf(found.result)).toEqual(demandsOf(definition.result));
      for (const member of READ) expect(Reflect.get(found, member)).toEqual(Reflect.get(definition, member));
    },
  );

  it('reads a policy as the sources do', () => {
    const written = {
      inspectorPanel: false,
      allowedSites: { 'https://portal.example': ['read', 'use'], 'https://other.example': 'all' },
      blockedSites: ['*'],
      support: { name: 'IT', url: 'http://it.example' },
      pinRules: { piv: { minLength: 7 } },
      logLevel: 'loud',
      locale: 'de',
    };
    expect(has.describeSettings(has.readSettings(written))).toEqual(describeSettings(readSettings(written)));
  });

  it('contains no sentences of the reference', () => {
    expect(text).not.toContain('Names its model, as a UUID.');
    expect(text).not.toContain('Sites that may not');
  });
});

describe('the summary of a command', () => {
  it('is only in pages, which show it', () => {
    const { summary, errors } = commands['device.open'];
    expect(pages.has.commands['device.open']).toMatchObject({ summary, errors });
    expect(Object.keys(background.has.commands['device.open'])).not.toContain('summary');
  });
});
