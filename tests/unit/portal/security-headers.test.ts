import { afterEach, describe, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { sendSecurityHeaders } from '../../../portal/src/server/requests/security-headers.js';

const PATHS = ['/my-devices', '/api/devices', '/ca/crl.der', '/none'];

let app: FastifyInstance | undefined;
afterEach(() => app?.close());

/** Asks a server with the portal's headers, which is known to browsers by an origin. */
async function ask(path: string, origin = 'https://cms.example.com') {
  app = fastify();
  sendSecurityHeaders(app, () => origin);
  for (const url of ['/my-devices', '/api/devices', '/ca/crl.der']) app.get(url, () => Promise.resolve('content'));
  return (await app.inject(path)).headers;
}

/** Returns the directives of a content security policy, by name. */
const directivesOf = (policy: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    String(policy)
      .split(/; ?/)
      .map((directive): [string, string] => {
        const [name = '', ...sources] = directive.split(' ');
        return [name, sources.join(' ')];
      }),
  );

describe.each(PATHS)('the answer at %s', (path) => {
  it('lets a browser load only what the portal serves, and show it in no frame', async () => {
    const { 'content-security-policy': policy, 'x-frame-options': older } = await ask(path);
    expect(directivesOf(policy)).toEqual({
      'default-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
      'object-src': "'none'",
      'img-src': "'self' data:",
      'style-src': "'self'",
    });
    expect(older).toBe('DENY');
  });

  it('is of the stated type, tells other sites no address, and shares no window with them', async () => {
    expect(await ask(path)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
  });

  it('has browsers use https for a year, for the host and all below it', async () => {
    const [, age = '0'] =
      /^max-age=(\d+); includeSubDomains$/.exec(String((await ask(path))['strict-transport-security'])) ?? [];
    expect(Number(age)).toBeGreaterThanOrEqual(365 * 24 * 60 * 60);
  });

  it('says nothing of https on this computer without TLS', async () => {
    expect(await ask(path, 'http://localhost:8080')).not.toHaveProperty('strict-transport-security');
  });
});

it('can be loaded by pages of other sites only where it is for everyone', async () => {
  const policies = await Promise.all(PATHS.map(async (path) => (await ask(path))['cross-origin-resource-policy']));
  expect(policies).toEqual(['same-origin', 'same-origin', 'cross-origin', 'same-origin']);
});
