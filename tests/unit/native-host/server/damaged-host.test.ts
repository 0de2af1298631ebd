import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { DamagedHost } from '../../../../native-host/src/server/damaged-host.js';

describe('a host whose files are missing', () => {
  const answersTo = (message: unknown): object[] => {
    const sent: object[] = [];
    new DamagedHost((answer) => sent.push(answer)).receive(message);
    return sent;
  };

  it('refuses each request with the error of the catalogue', () => {
    const error = new CardwrightError('HOST_DAMAGED').toWire();
    expect(answersTo({ jsonrpc: '2.0', id: 7, method: 'device.list', params: {} })).toEqual([
      { jsonrpc: '2.0', id: 7, error },
    ]);
  });

  it.each<[string, unknown]>([
    ['a notification', { jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 1 } }],
    ['an answer', { jsonrpc: '2.0', id: 1, result: {} }],
    ['no message', undefined],
  ])('does not answer %s', (_, message) => {
    expect(answersTo(message)).toEqual([]);
  });
});
