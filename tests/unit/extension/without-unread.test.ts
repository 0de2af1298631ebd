// Needs the build.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { runInThisContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { commands, errorCatalogue, type ErrorCode } from '@cardwright/protocol';
import { userRequests } from '@cardwright/protocol/command-definitions';
import { describeSettings, readSettings } from '@cardwright/protocol/settings';
import { toJsonSchema } from '@valibot/to-json-schema';
import { build } from 'esbuild';
import ts from 'typescript';
import type * as v from 'valibot';
import { BACKGROUND, moduleOptions, scriptOf } from '../../../extension/bundle-options.mjs';
import { UNHEARD, UNREAD, withoutUnread } from '../../../extension/without-unread.mjs';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const EXTENSION = path.join(ROOT, 'extension');
const PAGES = readdirSync(path.join(EXTENSION, 'src/pages'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const CONTENTS = `
  export { commands, errorCatalogue } from '@cardwright/protocol';
  export { userRequests } from '@cardwright/protocol/command-definitions';
  export { describeSettings, readSettings } from '@cardwright/protocol/settings';
`;

interface Bundled {
  readonly commands: typeof commands;
  readonly errorCatalogue: Readonly<Record<ErrorCode, Readonly<Record<string, unknown>>>>;
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
    plugins: [withoutUnread(bundle)],
  });
  const text = outputFiles[0]?.text ?? '';
  return { text, has: runInThisContext(`${text}; bundled`) as Bundled };
}
const background = await bundledFor('background');
const pages = await bundledFor('pages');

/** The members of a command that every bundle reads besides its schemas. */
const READ = ['permission', 'handledBy', 'capability'];

/** The errors that never pass through the background. */
const isUnheard = (code: ErrorCode): boolean =>
  errorCatalogue[code].layer === UNHEARD.layer && !UNHEARD.except.includes(code);

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

  it.each(Object.entries(errorCatalogue).filter(([code]) => !isUnheard(code as ErrorCode) || has === pages.has))(
    'has of %s number, message and details',
    (code, definition) => {
      const { number, message, data } = has.errorCatalogue[code as ErrorCode];
      expect({ number, message }).toEqual({ number: definition.number, message: definition.message });
      expect(data === undefined).toBe(!('data' in definition));
      if ('data' in definition) expect(demandsOf(data as v.GenericSchema)).toEqual(demandsOf(definition.data));
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
    const read = has.readSettings(written);
    expect(read).toEqual(readSettings(written));
    if (has === pages.has) expect(has.describeSettings(read)).toEqual(describeSettings(readSettings(written)));
  });

  it('contains no schema that nothing reads', () => {
    expect(text).toMatch(/\bvar deviceListing = /);
    // In the file of a command, for others.
    expect(text).not.toContain('escrowContent');
  });

  it('contains no sentences of the reference', () => {
    expect(text).not.toContain('Names its model, as a UUID.');
    expect(text).not.toContain('Sites that may not');
  });
});

describe('the summary of a command, and where it may come from', () => {
  it('are only in pages, which show them', () => {
    const { summary, errors, timeout, reach } = commands['device.open'];
    expect(pages.has.commands['device.open']).toMatchObject({ summary, errors, timeout, reach });
    for (const member of ['summary', 'reach'])
      expect(Object.keys(background.has.commands['device.open'])).not.toContain(member);
  });
});

describe('the layer and the recovery of an error', () => {
  it('are only in pages, which show them', () => {
    const { layer, recovery, install } = errorCatalogue.HOST_MISSING;
    expect(pages.has.errorCatalogue.HOST_MISSING).toMatchObject({ layer, recovery, install });
    expect(Object.keys(background.has.errorCatalogue.HOST_MISSING)).toEqual(['number', 'message']);
  });
});

describe('an error that only a CMS gives', () => {
  const unheard = Object.keys(errorCatalogue).filter((code) => isUnheard(code as ErrorCode));

  it('is unknown to the background, and no command has it', () => {
    expect(unheard.length).toBeGreaterThan(30);
    expect(Object.keys(background.has.errorCatalogue).filter((code) => unheard.includes(code))).toEqual([]);
    const errors: string[] = Object.values({ ...commands, ...userRequests }).flatMap((one) => one.errors);
    expect(errors.filter((code) => unheard.includes(code))).toEqual([]);
  });

  it('is named by nothing in the background', async () => {
    const sources = await sourcesOf('background', [BACKGROUND]);
    const named = sources.flatMap((file) => textsIn(path.join(ROOT, file)).filter((text) => unheard.includes(text)));
    expect(named).toEqual([]);
  });
});

/** Lists the string literals of a source. */
function textsIn(file: string): string[] {
  const texts: string[] = [];
  walk(file, (node) => {
    if (ts.isStringLiteral(node)) texts.push(node.text);
  });
  return texts;
}

function walk(file: string, see: (node: ts.Node) => void): void {
  const visit = (node: ts.Node): void => {
    see(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
}

/** Lists the members that a source reads: `one.name`, and `{ name } = one`. */
function namesReadIn(file: string): string[] {
  const names: string[] = [];
  walk(file, (node) => {
    if (ts.isPropertyAccessExpression(node)) names.push(node.name.text);
    if (ts.isBindingElement(node)) names.push((node.propertyName ?? node.name).getText());
  });
  return names;
}

/** Lists our own sources with code in a bundle. `errors.js` has the getters of an error, so it reads for the readers of those. */
async function sourcesOf(bundle: 'background' | 'pages', entryPoints: string[]): Promise<string[]> {
  const { metafile } = await build({
    ...(await moduleOptions(bundle, 'chromium')),
    absWorkingDir: ROOT,
    entryPoints,
    outdir: 'out',
    write: false,
    metafile: true,
  });
  return Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0))
    .map(([file]) => file)
    .filter((file) => /^(extension|protocol)\//.test(file) && file !== 'protocol/dist/errors.js');
}

describe('a member that is left out', () => {
  it.each([
    ['background' as const, [BACKGROUND]],
    ['pages' as const, PAGES.map(scriptOf)],
  ])('is read by nothing in the bundle of the %s', async (bundle, entryPoints) => {
    const { defineCommand, defineErrors } = UNREAD[bundle];
    // `timeout` and `errors` are also names of other things.
    const unread = [...defineCommand, ...defineErrors].filter((name) => name !== 'timeout' && name !== 'errors');
    const sources = await sourcesOf(bundle, entryPoints);
    expect(sources.length).toBeGreaterThan(20);
    const readers = sources.map((file) => ({
      file,
      reads: namesReadIn(path.join(ROOT, file)).filter((name) => unread.includes(name)),
    }));
    expect(readers.filter(({ reads }) => reads.length > 0)).toEqual([]);
  });
});
