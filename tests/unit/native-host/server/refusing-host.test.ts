import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { RefusingHost } from '../../../../native-host/src/server/refusing-host.js';

describe.each(['HOST_DAMAGED', 'HOST_FORBIDDEN'] as const)('a host that refuses everything with %s', (name) => {
  const answersTo = (message: unknown): object[] => {
    const sent: object[] = [];
    new RefusingHost((answer) => sent.push(answer), name).receive(message);
    return sent;
  };

  it('refuses each request with the error of the catalogue', () => {
    const error = new CardwrightError(name).toWire();
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
