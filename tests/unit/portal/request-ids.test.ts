import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { requestIds } from '../../../portal/src/server/requests/request-ids.js';

const OWN = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

/** Returns the id that a request gets. */
function idOf(brought: string | string[], remoteAddress: string | undefined, trusted: readonly string[]): string {
  const headers = { 'x-request-id': brought } as IncomingHttpHeaders;
  return requestIds(trusted)({ headers, socket: { remoteAddress } } as unknown as IncomingMessage);
}

describe('the id of a request', () => {
  it.each([
    ['127.0.0.1', ['127.0.0.1']],
    ['::ffff:127.0.0.1', ['127.0.0.1']],
    ['10.1.2.3', ['192.0.2.1', '10.0.0.0/8']],
    ['2001:db8::7', ['2001:db8::/32']],
    ['::1', ['::1']],
    ['fe80::1%eth0', ['fe80::/10']],
  ])('is what the trusted proxy %s says, by %j', (address, trusted) => {
    expect(idOf('d1f0.A_b-9', address, trusted)).toBe('d1f0.A_b-9');
  });

  it.each([
    ['nobody is trusted', '127.0.0.1', []],
    ['another is trusted', '10.0.0.2', ['10.0.0.1']],
    ['another network is trusted', '11.0.0.1', ['10.0.0.0/8']],
    ['only IPv6 is trusted', '127.0.0.1', ['2001:db8::/32']],
    ['the sender has left', undefined, ['127.0.0.1']],
  ])('is a new one if %s', (_, address, trusted) => {
    expect(idOf('chosen', address, trusted)).toMatch(OWN);
  });

  it.each([
    '',
    ' ',
    'a b',
    'a\nb',
    'a\r\nset-cookie: x=y',
    '{"level":"error"}',
    'a"b',
    '<3>a',
    '=1+1',
    'ä',
    'a, b',
    '\u202e',
    'a'.repeat(65),
    'a'.repeat(15_000),
  ])('is a new one if the proxy passes on %j', (brought) => {
    expect(idOf(brought, '127.0.0.1', ['127.0.0.1'])).toMatch(OWN);
  });

  it('is a new one for several, and no two are equal', () => {
    const ids = Array.from({ length: 100 }, () => idOf(['a', 'b'], '127.0.0.1', ['127.0.0.1']));
    expect(new Set(ids).size).toBe(100);
  });
});
