import { build } from 'esbuild';
import type { Page } from 'puppeteer-core';
import { entriesOf } from '../../scripts/api/entries.mjs';
import { madeOnce } from './made-once.js';
import { openPage, PageServer, type Look, type PageBrowser } from './page-stage.js';
import type { ScriptedCms } from './scripted-cms.js';
import { WIZARD_PAGES, type DialogName } from './wizard-page/pages.js';
import type { Script } from './wizard-page/scripted-extension.js';

export type { DialogName } from './wizard-page/pages.js';

const ROOT = new URL('../../', import.meta.url).pathname;

/** Bundles a page's script from the sources, so that a test never sees an older build. Each run bundles it once. */
export async function bundlePage(entry: string): Promise<string> {
  const bundled = await madeOnce(entry.replaceAll('/', '-'), () => bundle(entry));
  return bundled.toString();
}

async function bundle(entry: string): Promise<Buffer> {
  const result = await build({
    entryPoints: [`${ROOT}${entry}`],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    // `sideEffects` of the sdk names what is built.
    ignoreAnnotations: true,
    alias: Object.fromEntries(
      ['words', 'protocol', 'sdk']
        .flatMap(entriesOf)
        .map(({ specifier, source }) => [specifier.replace('/*', ''), `${ROOT}${source.replace('/*.ts', '')}`]),
    ),
  });
  return Buffer.from(result.outputFiles[0]?.contents ?? []);
}

/** Serves pages with one dialog each, in front of a scripted CMS. */
export async function serveWizard(cms: () => ScriptedCms): Promise<PageServer> {
  const script = await bundlePage('tests/support/wizard-page/main.ts');
  const files = new Map([...Object.entries(WIZARD_PAGES), ['/main.js', script]]);
  return PageServer.start(
    files,
    (_method, path, body) => cms().answer(path, body),
    (path, response) => cms().stream(path, response),
  );
}

/** Opens the page; `script` sets the extension's behaviour before the wizard opens. */
export async function openWizardPage(
  browser: PageBrowser,
  server: PageServer,
  script: Partial<Script>,
  look: Look & { readonly lang?: string } = {},
  dialog: DialogName = 'cardwright-add-device',
): Promise<Page> {
  const page = await openPage(browser, `${server.origin}/${dialog}?lang=${look.lang ?? 'en'}`, look);
  await page.evaluate((changes) => Object.assign(window.extension.script, changes), script);
  return page;
}
