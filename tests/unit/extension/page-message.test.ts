import { describe, expect, it } from '@jest/globals';
import { idOf, readPageMessage } from '../../../extension/src/background/page-message.js';

const request = (params: string): unknown =>
  JSON.parse(`{"jsonrpc":"2.0","id":7,"method":"device.list","params":${params}}`);
const nested = (levels: number): string => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;

describe('a message of a page', () => {
  it('is read if it belongs to the protocol', () => {
    expect(readPageMessage(request('{"toString":1}'))).toMatchObject({ id: 7, method: 'device.list' });
  });

  it.each(['__proto__', 'prototype', 'constructor'])('is refused with a member %s, however deep', (name) => {
    expect(readPageMessage(request(`{"${name}":1}`))).toBeNull();
    expect(readPageMessage(request(`{"a":[{"${name}":{}}]}`))).toBeNull();
  });

  it('is refused if it is nested too deeply, and no depth breaks the reader', () => {
    expect(readPageMessage(request(nested(20)))).not.toBeNull();
    expect(readPageMessage(request(nested(100_000)))).toBeNull();
  });

  it('is refused by its id if it has one', () => {
    expect(idOf(request(nested(100)))).toBe(7);
    for (const value of [null, 'text', {}, { id: {} }, { id: 'x'.repeat(65) }]) expect(idOf(value)).toBeNull();
  });
});
