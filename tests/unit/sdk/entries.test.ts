// Needs the build.
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';

const ROOT = new URL('../../../', import.meta.url).pathname;

/** Bundles a script of a CMS's page that imports from the built sdk. */
async function bundle(script: string): Promise<{ readonly code: string; readonly packages: ReadonlySet<string> }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: script, resolveDir: `${ROOT}portal` },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    logLevel: 'silent',
  });
  const packages = Object.keys(metafile.inputs).flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  return { code: outputFiles.map(({ text }) => text).join('\n'), packages: new Set(packages) };
}

const isOfLit = (name: string): boolean => name === 'lit' || name.startsWith('lit-') || name.startsWith('@lit');

describe('the entry . of the sdk', () => {
  it('brings connect without Lit, and touches no custom elements', async () => {
    const { code, packages } = await bundle("import { connect } from '@cardwright/sdk'; void connect();");
    expect(code).toContain('EXTENSION_MISSING');
    expect([...packages].filter(isOfLit)).toEqual([]);
    expect(code).not.toContain('customElements');
  });

  it('brings nothing more with the whole of it', async () => {
    const { code, packages } = await bundle("import * as sdk from '@cardwright/sdk'; console.log(sdk);");
    expect(code).toContain('runOperation');
    expect([...packages].filter(isOfLit)).toEqual([]);
    expect(code).not.toContain('customElements');
  });

  it('has the class of the errors of connect, so that a page can distinguish them', async () => {
    const sdk = await import('@cardwright/sdk');
    const window = { postMessage: () => undefined, location: { origin: 'https://cms.example' } };
    const failure: unknown = await sdk
      .connect({ window, signal: AbortSignal.abort() })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(sdk.CardwrightError);
    expect(sdk.isCardwrightError(failure, 'CANCELLED')).toBe(true);
  });
});

describe('the entry ./elements of the sdk', () => {
  it('brings the elements, and Lit with them', async () => {
    const { code, packages } = await bundle("import '@cardwright/sdk/elements';");
    expect(code).toContain('cardwright-add-device');
    expect(code).toContain('customElements');
    expect([...packages]).toContain('lit');
  });
});
