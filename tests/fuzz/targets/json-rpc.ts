import fc from 'fast-check';
import { readMessage } from '../../../native-host/src/server/serve.js';
import { nonsense, spoiltJson } from '../generators/spoilt-json.js';
import { FuzzedHost, makeCms } from '../support/fuzzed-host.js';
import { fuzzTarget } from '../target.js';

const GOOD = [
  { jsonrpc: '2.0', id: 'a', method: 'diagnostics.run', params: {} },
  { jsonrpc: '2.0', id: 'a', method: 'device.list', params: {} },
  { jsonrpc: '2.0', id: 'b', method: 'initialize', params: { protocol: {} } },
  { jsonrpc: '2.0', id: 'b', result: { a: [1] } },
  { jsonrpc: '2.0', id: 'host-1', error: { code: 1, message: 'x', data: { name: 'TIMEOUT', details: {} } } },
  { jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 'a' } },
  { jsonrpc: '2.0', method: '$/setTrace', params: { apdus: true } },
];

/** Messages to a host: JSON-RPC, or JSON, or no JSON. */
export const jsonRpc = fuzzTarget('json-rpc', 60_000, async () => {
  const cms = await makeCms();
  return {
    input: fc.array(fc.oneof(spoiltJson(fc.constantFrom(...GOOD)), nonsense, fc.string({ unit: 'binary' })), {
      minLength: 1,
      maxLength: 8,
    }),
    judge: async (texts) => {
      const host = await FuzzedHost.start(null, cms);
      try {
        for (const text of texts) host.send(readMessage(Buffer.from(text)));
        // It goes on as before.
        const ended = await host.ask('no.such.command', {});
        if (!('code' in ended) || ended.code !== 'METHOD_NOT_FOUND') throw new Error(JSON.stringify(ended));
      } finally {
        await host.close();
      }
      const [fault] = host.faults;
      if (fault !== undefined) throw new Error(fault);
    },
  };
});
