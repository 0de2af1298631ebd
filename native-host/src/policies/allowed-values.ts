import { settings, type PolicySchema } from '@cardwright/protocol/settings';

const SITES = 'for each site its exact origin, such as https://cms.example.org (no slash at the end, no default port)';
const HTTPS = 'an https address without user name and password';
const VERSION = 'a version such as 1.2.0: up to four numbers, with dots between them';

/** Allowed values, in words, of settings and of their members whose schema does not say them all. */
const IN_WORDS: Readonly<Record<string, string>> = {
  allowedSites: `${SITES}, with a list of read, use, manage`,
  blockedSites: 'a list of web addresses such as https://www.example.org, or * for every other site',
  siteKeys: `${SITES}, with a JWK set of at most 16 public keys on P-256`,
  foreignRelyingParties: `${SITES}, with a list of at most 32 relying parties: the origin of each, and optionally the path of a page there`,
  'support.name': 'a text of 1 to 100 characters',
  'support.phone': 'a phone number such as +1 555 0100',
  'support.email': 'an e-mail address such as help@example.org',
  'support.url': HTTPS,
  'support.extension': HTTPS,
  'support.windows': HTTPS,
  'support.macos': HTTPS,
  'support.linux': HTTPS,
  minimumExtensionVersion: VERSION,
  minimumHostVersion: VERSION,
};

/**
 * Says in words which values the extension reads at a place in its settings.
 *
 * @param name names on the way to the place, joined by dots, as `readSettings` returns those of unreadable parts
 */
export function allowedAt(name: string): string {
  const [key, setting] = Object.entries(settings).find(([one]) => name === one || name.startsWith(`${one}.`)) ?? [];
  if (key === undefined || setting === undefined) return `one of the settings ${listed(Object.keys(settings))}`;
  const schema: PolicySchema = setting.schema;
  const member = name.slice(key.length + 1);
  const inner =
    schema.type === 'object' && Object.hasOwn(schema.properties ?? {}, member)
      ? schema.properties?.[member]
      : undefined;
  return inner === undefined ? inWords(key, schema) : inWords(name, inner);
}

function inWords(path: string, schema: PolicySchema): string {
  const own = IN_WORDS[path];
  if (own !== undefined) return own;
  switch (schema.type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number from ${schema.minimum} to ${schema.maximum}`;
    case 'string':
      return `one of ${listed(schema.enum)}`;
    case 'array':
      return `a list of ${'enum' in schema.items ? listed(schema.items.enum) : schema.items.type}`;
    case 'object':
      return `an object with the members ${listed(Object.keys(schema.properties ?? {}))}`;
  }
}

const listed = (words: readonly string[] = []): string => words.join(', ');
