import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, PRODUCT_VERSION } from '@cardwright/protocol';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SOURCES = path.join(ROOT, 'extension/src');
const BUILT = path.join(ROOT, 'extension/dist/chromium');

const MAX_REPORT_BYTES = 16 * 1024 * 1024;

interface Manifest {
  readonly key: string;
  readonly version: string;
  readonly permissions: readonly string[];
  readonly host_permissions?: unknown;
  readonly optional_permissions: readonly string[];
  readonly optional_host_permissions: readonly string[];
  readonly web_accessible_resources?: unknown;
  readonly browser_specific_settings: { readonly gecko: { readonly id: string } };
  readonly content_security_policy: { readonly extension_pages: string };
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const manifest = readJson(path.join(BUILT, 'manifest.json')) as Manifest;

describe('the built extension', () => {
  it('has the ids that the host and an administrator name', () => {
    const hash = createHash('sha256').update(Buffer.from(manifest.key, 'base64')).digest('hex').slice(0, 32);
    const id = hash.replace(/./g, (digit) => String.fromCharCode('a'.charCodeAt(0) + Number.parseInt(digit, 16)));
    expect(id).toBe(CHROMIUM_EXTENSION_ID);
    expect(manifest.browser_specific_settings.gecko.id).toBe(FIREFOX_EXTENSION_ID);
    expect(manifest.version).toBe(PRODUCT_VERSION);
  });

  it('asks for native messaging, storage, and scripts where it is let, and gives nothing to sites', () => {
    expect(manifest.permissions).toEqual(['nativeMessaging', 'storage', 'scripting']);
    expect(manifest.host_permissions).toBeUndefined();
    // Asked for when they are needed, and never of everybody.
    expect(manifest.optional_host_permissions).toEqual(['https://*/*']);
    expect(manifest.optional_permissions).toEqual(['clipboardRead']);
    expect(manifest.web_accessible_resources).toBeUndefined();
    expect(manifest.content_security_policy.extension_pages).toContain("script-src 'self'");
    expect(manifest.content_security_policy.extension_pages).toMatch(/; frame-ancestors devtools:$/);
  });

  it('runs less than 2 KB in every page', () => {
    expect(statSync(path.join(BUILT, 'bridge.js')).size).toBeLessThan(2048);
  });

  it('has no errors for web-ext', async () => {
    const lint = path.join(ROOT, 'node_modules/web-ext/bin/web-ext.js');
    const { stdout } = await promisify(execFile)(process.execPath, [lint, 'lint', '-s', BUILT, '--output', 'json'], {
      maxBuffer: MAX_REPORT_BYTES,
    });
    const { summary, errors } = JSON.parse(stdout) as { summary: { errors: number }; errors: unknown[] };
    expect(errors).toEqual([]);
    expect(summary.errors).toBe(0);
  });
});

describe('the texts', () => {
  interface Message {
    readonly message: string;
    readonly placeholders?: object;
  }
  const textsOf = (language: string) =>
    readJson(path.join(SOURCES, '_locales', language, 'messages.json')) as Record<string, Message>;
  const english = textsOf('en');

  it.each(readdirSync(path.join(SOURCES, '_locales')))(
    'are complete in %s, with the same values in them',
    (language) => {
      const texts = textsOf(language);
      expect(Object.keys(texts).sort()).toEqual(Object.keys(english).sort());
      for (const [key, { message, placeholders }] of Object.entries(texts)) {
        expect(message).not.toBe('');
        expect(Object.keys(placeholders ?? {})).toEqual(Object.keys(english[key]?.placeholders ?? {}));
        for (const name of Object.keys(placeholders ?? {})) expect(message).toContain(`$${name}$`);
      }
      expect(texts.language?.message).toBe(language);
    },
  );

  it('are there for every name that the pages use, and none is left over', () => {
    const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|html)$/.test(file))
      .map((file) => readFileSync(path.join(SOURCES, file), 'utf8'));
    const all = sources.join('\n');
    const used = [...all.matchAll(/data-text="([^"]+)"|\bt\('([^']+)'/g)].map(
      ([, inMarkup, inCode]) => inMarkup ?? inCode ?? '',
    );
    expect(used.length).toBeGreaterThan(30);
    expect(used.filter((key) => !Object.hasOwn(english, key))).toEqual([]);
    const families = [...all.matchAll(/\bt\(`([a-zA-Z_]+)\$\{/g)].map(([, family]) => family ?? '');
    const manifestTexts = readFileSync(path.join(ROOT, 'extension/manifest.json'), 'utf8');
    const orphans = Object.keys(english).filter(
      (key) =>
        !used.includes(key) &&
        !manifestTexts.includes(`__MSG_${key}__`) &&
        !families.some((family) => key.startsWith(family)),
    );
    expect(orphans).toEqual([]);
  });
});
