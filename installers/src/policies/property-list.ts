import { createHash } from 'node:crypto';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import {
  EXTENSION_SETTINGS,
  FIREFOX_EXTENSION_SETTINGS,
  hostLists,
  type Strictness,
  userLevelHosts,
} from './browser-policies.js';
import { TEMPLATE_SETTINGS } from './examples.js';
import { type Element, element, xmlDocument } from './xml.js';

const DOCUMENT_TYPE =
  '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n';

/** A preference domain of macOS, with its settings. */
interface Domain {
  readonly domain: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Writes the profile for a browser of Chromium's family. The extension has its own domain (Chromium, policy_loader_mac.mm). */
export const chromiumProfile = (browser: string, domain: string, strictness: Strictness): string =>
  profile(browser, strictness, [
    {
      domain,
      values: { ExtensionSettings: EXTENSION_SETTINGS, ...hostLists(strictness), ...userLevelHosts(strictness) },
    },
    { domain: `${domain}.extensions.${CHROMIUM_EXTENSION_ID}`, values: TEMPLATE_SETTINGS },
  ]);

/** Writes the profile for Firefox, which reads policies from its preferences if `EnterprisePoliciesEnabled` is set. */
export const firefoxProfile = (): string =>
  profile('Firefox', 'open', [
    {
      domain: 'org.mozilla.firefox',
      values: {
        EnterprisePoliciesEnabled: true,
        ExtensionSettings: FIREFOX_EXTENSION_SETTINGS,
        '3rdparty': { Extensions: { [FIREFOX_EXTENSION_ID]: TEMPLATE_SETTINGS } },
      },
    },
  ]);

/** Writes a configuration profile of the computer, which an MDM server installs (Apple, "TopLevel" and "Common payload keys"). */
function profile(browser: string, strictness: Strictness, domains: readonly Domain[]): string {
  const identifier = `org.cardwright.policy.${browser.toLowerCase()}.${strictness}`;
  const content = {
    PayloadType: 'Configuration',
    PayloadVersion: 1,
    PayloadScope: 'System',
    PayloadDisplayName: `Cardwright for ${browser}`,
    PayloadDescription: `Installs the Cardwright extension in ${browser}, and says which sites may use it.`,
    ...identity(identifier),
    PayloadContent: domains.map(({ domain, values }) => ({
      PayloadType: domain,
      PayloadVersion: 1,
      PayloadDisplayName: domain,
      ...identity(`${identifier}.${domain}`),
      ...values,
    })),
  };
  return xmlDocument(element('plist', { version: '1.0' }, [plist(content)]), DOCUMENT_TYPE);
}

/** Returns an identifier with a name-based UUID (RFC 9562, 5.8, of SHA-256). The same file thus always has the same UUID. */
function identity(identifier: string): { PayloadIdentifier: string; PayloadUUID: string } {
  const bytes = createHash('sha256').update(identifier).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const uuid = bytes
    .toString('hex')
    .toUpperCase()
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return { PayloadIdentifier: identifier, PayloadUUID: uuid };
}

function plist(value: unknown): Element {
  if (typeof value === 'boolean') return element(String(value));
  if (typeof value === 'number') return element('integer', {}, String(value));
  if (Array.isArray(value)) return element('array', {}, value.map(plist));
  if (typeof value === 'object' && value !== null) {
    return element(
      'dict',
      {},
      Object.entries(value).flatMap(([key, member]) => [element('key', {}, key), plist(member)]),
    );
  }
  return element('string', {}, String(value));
}
