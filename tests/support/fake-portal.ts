import { createServer, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import { listen, stopServer } from './loopback-server.js';

/**
 * The portal's answer to a request for the well-known document: `missing` is a 404, `slow` never comes, `huge` never ends, `cut off` ends
 * the connection, and `away` is the answer of a proxy whose portal is down.
 */
export type WellKnown =
  | 'keys'
  | 'missing'
  | 'redirect'
  | 'junk'
  | 'other json'
  | 'too many keys'
  | 'huge'
  | 'server error'
  | 'slow'
  | 'cut off'
  | 'away';

/** A bare web site that speaks the wire protocol without the sdk. */
export interface FakePortal {
  readonly origin: string;
  /** Keys as the well-known document serves them. */
  readonly keys: object;
  /** Its key for signatures. */
  readonly signingKey: CryptoKey;
  wellKnown: WellKnown;
  close(): Promise<void>;
}

export async function startFakePortal(): Promise<FakePortal> {
  const signing = await generateKeyPair('ES256');
  const sealing = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
  const keys = { keys: [await publish(signing.publicKey, 'sig'), await publish(sealing.publicKey, 'enc')] };
  const state: { wellKnown: WellKnown } = { wellKnown: 'keys' };
  const answers = wellKnownAnswers(keys);
  const server = createServer(({ url }, response) => {
    response.setHeader('access-control-allow-origin', '*');
    if (url === '/.well-known/cardwright') {
      answers[state.wellKnown](response);
      return;
    }
    if (url === '/keys') {
      answers.keys(response);
      return;
    }
    if (url === '/sandboxed') response.setHeader('content-security-policy', 'sandbox allow-scripts');
    response.setHeader('content-type', 'text/html').end(PAGES[url ?? ''] ?? PAGE);
  });
  const origin = await listen(server);
  return {
    origin,
    keys,
    signingKey: signing.privateKey,
    get wellKnown() {
      return state.wellKnown;
    },
    set wellKnown(next) {
      state.wellKnown = next;
    },
    close: async () => {
      await stopServer(server);
    },
  };
}

function wellKnownAnswers(keys: { readonly keys: readonly object[] }): Record<WellKnown, (to: ServerResponse) => void> {
  const json = (content: object) => (response: ServerResponse) =>
    void response.setHeader('content-type', 'application/json').end(JSON.stringify(content));
  return {
    keys: json(keys),
    missing: (response) => void response.writeHead(404).end(),
    // The target of the redirect has keys.
    redirect: (response) => void response.writeHead(302, { location: '/keys' }).end(),
    junk: (response) => void response.end('<html>'),
    'other json': json({ cardwright: true }),
    'too many keys': json({ keys: Array.from({ length: 17 }, () => keys.keys[0]) }),
    slow: () => null,
    huge: (response) => {
      const more = (): void => {
        if (response.write(' '.repeat(64 * 1024))) setImmediate(more);
        else response.once('drain', more);
      };
      response.once('close', () => response.removeAllListeners('drain'));
      more();
    },
    'server error': (response) => void response.writeHead(500).end(),
    'cut off': (response) => void response.destroy(),
    away: (response) => void response.writeHead(502).end(),
  };
}

/** Exports a key as the well-known document has it; its `kid` is its use. */
const publish = async (key: CryptoKey, use: 'sig' | 'enc'): Promise<object> => ({
  ...(await exportJWK(key)),
  use,
  kid: use,
});

const FRAMED = '<!doctype html><title>Framed</title><iframe src="/" title="a page in a frame"></iframe>';

/** Speaks the wire in any page. Keeps the sessions by number; `heard` has every message of the extension. */
export const WIRE_SCRIPT = `
const sessions = [];
function hello() {
  const { port1, port2 } = new MessageChannel();
  const session = { port: port1, heard: [], lastId: 0, onHeard: [] };
  sessions.push(session);
  port1.onmessage = ({ data }) => {
    session.heard.push(data);
    for (const listener of session.onHeard) listener(data);
  };
  postMessage({ cardwright: 'hello' }, location.origin, [port2]);
  return sessions.length - 1;
}
function hear(number, test) {
  const session = sessions[number];
  return new Promise((resolve) => {
    const known = session.heard.find(test);
    if (known) resolve(known);
    else session.onHeard.push((data) => test(data) && resolve(data));
  });
}
function call(number, method, params) {
  const session = sessions[number];
  const id = ++session.lastId;
  session.port.postMessage({ jsonrpc: '2.0', id, method, params });
  return hear(number, (data) => data.id === id && !data.method).then(({ result, error }) => ({ result, error }));
}
`;

const PAGE = `<!doctype html>
<html lang="en"><title>A portal</title><h1>A portal</h1><script>${WIRE_SCRIPT}</script></html>`;

/** Asks for a session while it is loaded, and keeps what it heard where another page of the site finds it. */
const PRERENDERED = `<!doctype html>
<html lang="en"><title>Not yet shown</title><script>
const { prerendering } = document;
const { port1, port2 } = new MessageChannel();
const heard = [];
port1.onmessage = ({ data }) => heard.push(data);
addEventListener('load', () => setTimeout(() => {
  postMessage({ cardwright: 'hello' }, location.origin, [port2]);
  const version = { major: 3, minor: 0 };
  const params = { protocol: { min: version, max: version }, sdk: '0' };
  port1.postMessage({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  setTimeout(() => localStorage.setItem('heard', JSON.stringify({ prerendering, heard })), 1200);
}, 300));
</script></html>`;

const PAGES: Readonly<Record<string, string>> = { '/framed': FRAMED, '/prerendered': PRERENDERED };
