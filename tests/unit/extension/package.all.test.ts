import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { type BrowserKind, BROWSERS } from '../../../extension/src/manifest/browser-kind.js';
import { manifests } from '../../../extension/src/manifest/manifest.js';
import { readSites } from '../../../extension/src/manifest/sites.js';
import { Counted, LANGUAGES } from '@cardwright/words';
import { words as english } from '@cardwright/words/en/extension';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, PRODUCT_VERSION } from '@cardwright/protocol/identity';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SOURCES = path.join(ROOT, 'extension/src');
const LINT = path.join(ROOT, 'node_modules/web-ext/bin/web-ext.js');

const MAX_REPORT_BYTES = 16 * 1024 * 1024;

const builtFor = (browser: BrowserKind): string => path.join(ROOT, 'extension/dist', browser);
const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** Lists the findings of web-ext, Mozilla's linter, in an unpacked extension. */
async function lint(folder: string): Promise<{ code: string; message: string; file: string }[]> {
  const args = [LINT, 'lint', '--source-dir', folder, '--output', 'json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: MAX_REPORT_BYTES }).catch(
    // web-ext fails on an error, with the same output.
    (error: unknown) => error as { stdout: string },
  );
  const { errors, warnings, notices } = JSON.parse(stdout) as Record<
    string,
    { code: string; message: string; file: string }[]
  >;
  return [errors, warnings, notices].flatMap((found = []) =>
    found.map(({ code, message, file }) => ({ code, message, file })),
  );
}

describe('the ids', () => {
  it('are those that the host and an administrator name', () => {
    const { chromium, firefox } = manifests();
    const hash = createHash('sha256').update(Buffer.from(chromium.key, 'base64')).digest('hex').slice(0, 32);
    const id = hash.replace(/./g, (digit) => String.fromCharCode('a'.charCodeAt(0) + Number.parseInt(digit, 16)));
    expect(id).toBe(CHROMIUM_EXTENSION_ID);
    expect(firefox.browser_specific_settings.gecko.id).toBe(FIREFOX_EXTENSION_ID);
  });
});

describe.each(BROWSERS)('the extension built for %s', (browser) => {
  const manifest: Readonly<Record<string, unknown>> = { ...manifests()[browser] };
  const files: readonly string[] = readdirSync(builtFor(browser), { recursive: true, encoding: 'utf8' });

  it('has the manifest that is described once for both', () => {
    const { version_name: named, ...built } = readJson(path.join(builtFor(browser), 'manifest.json')) as Record<
      string,
      unknown
    >;
    expect(built).toEqual(manifest);
    // Firefox knows no name of a version.
    if (browser === 'chromium') expect(named).toMatch(new RegExp(`^${PRODUCT_VERSION}\\+g[0-9a-f]{8}`));
    else expect(named).toBeUndefined();
    expect(manifest.version).toBe(PRODUCT_VERSION);
  });

  it('requests native messaging, storage, and scripts on permitted sites, and exposes nothing to sites', () => {
    expect(manifest.permissions).toEqual(['nativeMessaging', 'storage', 'scripting']);
    expect(manifest.host_permissions).toBeUndefined();
    // Requested when they are needed, and never in advance.
    expect(manifest.optional_host_permissions).toEqual(['https://*/*']);
    expect(manifest.optional_permissions).toBeUndefined();
    expect(manifest.web_accessible_resources).toBeUndefined();
    expect(manifest.externally_connectable).toBeUndefined();
  });

  it('loads no code from elsewhere, and can be framed only by developer tools', () => {
    const { extension_pages: policy } = manifest.content_security_policy as { readonly extension_pages: string };
    expect(policy).toMatch(/^script-src 'self'; object-src 'none';/);
    expect(policy).toMatch(browser === 'chromium' ? /; frame-ancestors devtools:$/ : /; frame-ancestors 'none'$/);
  });

  it('runs less than 2 KB in every page', () => {
    expect(statSync(path.join(builtFor(browser), 'bridge.js')).size).toBeLessThan(2048);
  });

  it('has every file that the manifest names', () => {
    const named = [...JSON.stringify(manifest).matchAll(/"((?:icons|pages)\/[^"]+|[\w-]+\.(?:js|json))"/g)];
    expect(named.length).toBeGreaterThan(8);
    expect(named.map(([, file]) => file).filter((file = '') => !files.includes(file))).toEqual([]);
  });
});

describe('web-ext', () => {
  it('finds nothing in the build for Firefox', async () => {
    await expect(lint(builtFor('firefox'))).resolves.toEqual([]);
  });

  it('finds in the build for Chromium only that its manifest is not for Firefox', async () => {
    await expect(lint(builtFor('chromium'))).resolves.toEqual([
      expect.objectContaining({ code: 'BACKGROUND_SERVICE_WORKER_NOFALLBACK', file: 'manifest.json' }),
      expect.objectContaining({ code: 'ADDON_ID_REQUIRED', file: 'manifest.json' }),
      expect.objectContaining({ code: 'MISSING_DATA_COLLECTION_PERMISSIONS', file: 'manifest.json' }),
    ]);
  });
});

describe('a build for named sites', () => {
  const matchesFor = (browser: BrowserKind, setting: string): readonly string[] =>
    manifests(readSites(setting))[browser].content_scripts.flatMap(({ matches }) => matches);

  it('has the content script only there', () => {
    const setting = 'https://cards.example  https://*.corp.example\nhttp://localhost:8080';
    expect(matchesFor('chromium', setting)).toEqual([
      'https://cards.example/*',
      'https://*.corp.example/*',
      'http://localhost:8080/*',
    ]);
    // Its patterns have no ports.
    expect(matchesFor('firefox', setting)).toContain('http://localhost/*');
  });

  it('names a host once in Firefox, whatever its ports', () => {
    expect(matchesFor('firefox', 'https://a.example https://a.example:8443')).toEqual(['https://a.example/*']);
  });

  it.each([undefined, '', ' '])('becomes one for all secure sites if %j names none', (setting) => {
    expect(readSites(setting)).toEqual([]);
    expect(matchesFor('chromium', setting ?? '')).toEqual(['https://*/*', 'http://localhost/*', 'http://127.0.0.1/*']);
  });

  it.each([
    'http://cards.example',
    'https://*',
    'https://*/*',
    'https://cards.example/path',
    'https://user@cards.example',
    'https://cards.*',
    'https://c*.example',
    'https://Cards.example',
    'ftp://cards.example',
    'cards.example',
    '<all_urls>',
    'https://cards.example,https://other.example',
    'https://cards.example:',
  ])('is refused for %s', (setting) => {
    expect(() => readSites(`https://good.example ${setting}`)).toThrow(/^CARDWRIGHT_SITES: "/);
  });
});

describe('the texts', () => {
  it.each(LANGUAGES)('are complete in %s, and named after it', (language) => {
    const texts = readJson(path.join(builtFor('chromium'), '_locales', language, 'messages.json')) as Record<
      string,
      { readonly message: string }
    >;
    expect(Object.keys(english).filter((key) => !texts[key]?.message)).toEqual([]);
    expect(texts.language?.message).toBe(language);
    const counted = Object.entries(english).filter(([, sentence]) => sentence instanceof Counted);
    expect(counted.length).toBeGreaterThan(0);
    for (const [key] of counted) expect(texts[`${key}__one`]?.message).toContain('$1');
  });

  it('exist for every name that the pages use, and for no other', () => {
    const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|html)$/.test(file))
      .map((file) => readFileSync(path.join(SOURCES, file), 'utf8'));
    const all = sources.join('\n');
    const used = [...all.matchAll(/data-text="([^"]+)"|\bt(?:Count)?\('([^']+)'/g)].map(
      ([, inMarkup, inCode]) => inMarkup ?? inCode ?? '',
    );
    expect(used.length).toBeGreaterThan(30);
    // The build adds the name of the language.
    expect(used.filter((key) => key !== 'language' && !Object.hasOwn(english, key))).toEqual([]);
    const families = [...all.matchAll(/\bt\(`([a-zA-Z_]+)\$\{/g)].map(([, family]) => family ?? '');
    const manifestTexts = JSON.stringify(manifests());
    const orphans = Object.keys(english).filter(
      (key) =>
        !used.includes(key) &&
        // One of two names that a condition chooses.
        !all.includes(`'${key}'`) &&
        !manifestTexts.includes(`__MSG_${key}__`) &&
        !families.some((family) => key.startsWith(family)),
    );
    expect(orphans).toEqual([]);
  });
});
