/**
 * Libraries that the build bundles for the tests. Jest loads each module again for each file of tests, and these have more modules than all
 * sources: `jose` alone has 46.
 */
export const LIBRARIES = [
  '@fastify/cookie',
  '@fastify/static',
  '@peculiar/asn1-csr',
  '@peculiar/asn1-schema',
  '@peculiar/asn1-x509',
  '@peculiar/x509',
  '@simplewebauthn/server',
  '@simplewebauthn/server/helpers',
  'cborg',
  'drizzle-orm',
  'drizzle-orm/errors',
  'drizzle-orm/node-postgres',
  'drizzle-orm/pg-core',
  'drizzle-orm/pglite',
  'fastify',
  'jose',
  'openid-client',
  'pg',
  'plist',
  'puppeteer-core',
  'tldts',
  'toml-eslint-parser',
];

/** Returns the name of a library's bundle in `tests/dist/libraries`. @param {string} name */
export const fileOfLibrary = (name) => `${name.replaceAll(/[@/]/g, '_')}.mjs`;
