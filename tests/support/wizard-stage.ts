import { build } from 'esbuild';
import type { Browser, Page } from 'puppeteer-core';
import { openPage, PageServer, type Look } from './page-stage.js';
import type { ScriptedCms } from './scripted-cms.js';
import type { Script } from './wizard-page/scripted-extension.js';

const ROOT = new URL('../../', import.meta.url).pathname;

const HTML = `<!doctype html>
<html>
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Portal</title>
    <script type="module" src="/main.js"></script>
  </head>
  <body>
    <main>
      <h1>My Devices</h1>
      <button id="add">Add Device</button>
      <cardwright-add-device endpoint="/api" help="/help"></cardwright-add-device>
      <button id="add-mobile">Add Mobile</button>
      <cardwright-add-mobile endpoint="/api" help="/help"></cardwright-add-mobile>
    </main>
  </body>
</html>`;

/** Bundles a page's script from the sources, so that a test sees what is written and not what was built before. */
export async function bundlePage(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [`${ROOT}${entry}`],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    alias: {
      '@cardwright/protocol': `${ROOT}protocol/src/index.ts`,
      '@cardwright/protocol/german': `${ROOT}protocol/src/german.ts`,
      '@cardwright/sdk': `${ROOT}sdk/src/index.ts`,
      '@cardwright/sdk/elements': `${ROOT}sdk/src/elements.ts`,
    },
  });
  return result.outputFiles[0]?.text ?? '';
}

/** Serves a page that holds nothing but the dialogs, in front of a scripted CMS. */
export async function serveWizard(cms: () => ScriptedCms): Promise<PageServer> {
  const script = await bundlePage('tests/support/wizard-page/main.ts');
  const files = new Map([
    ['/', HTML],
    ['/main.js', script],
  ]);
  return PageServer.start(
    files,
    (_method, path, body) => cms().answer(path, body),
    (path, response) => cms().stream(path, response),
  );
}

/** Opens the page; `script` says how the extension behaves before the wizard is opened. */
export async function openWizardPage(
  browser: Browser,
  server: PageServer,
  script: Partial<Script>,
  look: Look & { readonly lang?: string } = {},
): Promise<Page> {
  const page = await openPage(browser, `${server.origin}/?lang=${look.lang ?? 'en'}`, look);
  await page.evaluate((changes) => Object.assign(window.extension.script, changes), script);
  return page;
}
