import { Agent, request } from 'node:http';
import { randomUUID } from 'node:crypto';
import { errorAnswer } from '@cardwright/protocol/cms';
import fc from 'fast-check';
import * as v from 'valibot';
import { isRight, RIGHTS, RIGHTS_OF } from '../../../portal/src/server/rights.js';
import { ROUTES } from '../../../portal/src/features/list.js';
import { entriesOf, isOpen, type Route } from '../../../portal/src/server/routes/table/route.js';
import { Browser, startEmbeddedPortal } from '../../integration/portal/support/test-portal.js';
import { MALFORMED_SEGMENTS } from '../../support/malformed/values.js';
import { ofSchema } from '../generators/of-schema.js';
import { nonsense, spoiltJson } from '../generators/spoilt-json.js';
import { fuzzTarget } from '../target.js';

const ROWS: readonly (readonly [address: string, route: Route])[] = Object.entries(ROUTES);
/** Streams that do not end, and a request that ends the session of all others. */
const LEFT_OUT = /\/events$|^DELETE \/api\/session$|sessions\/end$|\/mobile\//;
const SHORT_SEGMENTS = MALFORMED_SEGMENTS.filter(({ length }) => length < 200);

interface Sent {
  readonly route: Route;
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
}

const segment = fc.oneof(
  fc.constantFrom(...SHORT_SEGMENTS),
  fc
    .string({ unit: 'binary', maxLength: 40 })
    .map((text) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, ''))),
  fc.uuid(),
);

/** Requests for every route of the table, with nonsense in path, query and body. */
const requests = fc.constantFrom(...ROWS.filter(([address]) => !LEFT_OUT.test(address))).chain(([address, route]) => {
  const [method = '', path = ''] = address.split(' ');
  const { body, query } = entriesOf(route.takes);
  const names = [...Object.keys(entriesOf(query)), 'x'];
  const texts = body && spoiltJson(ofSchema(body));
  return fc
    .record({
      segments: fc.array(segment, { minLength: 3, maxLength: 3 }),
      asked: fc.dictionary(fc.constantFrom(...names), segment, { maxKeys: 2 }),
      body: method === 'GET' ? fc.constant(undefined) : fc.oneof(texts ?? nonsense, nonsense),
    })
    .map(({ segments, asked, body: text }): Sent => {
      const left = [...segments];
      const filled = path.replaceAll(/\{\w+\}|\*/g, () => left.shift() ?? randomUUID());
      const search = Object.entries(asked).map(([name, one]) => `${name}=${one}`);
      return { route, method, path: search.length > 0 ? `${filled}?${search.join('&')}` : filled, body: text };
    });
});

/** The portal over HTTP, asked by those who may. */
export const http = fuzzTarget('http', 40_000, async () => {
  const portal = await startEmbeddedPortal({ CARDWRIGHT_LOG_LEVEL: 'off' });
  const [alice, olga] = await Promise.all(['alice', 'olga'].map((name) => Browser.login(portal, name)));
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const rights = Object.keys(RIGHTS).filter(isRight);
  const cookieOf = ({ who }: Route): string => {
    if (isOpen(who) || !rights.includes(who)) return '';
    const browser = RIGHTS_OF.user.includes(who) ? alice : olga;
    return Array.from(browser?.cookies ?? [], ([name, value]) => `${name}=${value}`).join('; ');
  };
  return {
    input: requests,
    judge: async ({ route, method, path, body }) => {
      const headers = {
        cookie: cookieOf(route),
        origin: portal.origin,
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      };
      const { status, text, type } = await new Promise<{ status: number; text: string; type: string }>(
        (resolve, reject) => {
          const sent = request({ host: '127.0.0.1', port: portal.port, path, method, agent, headers }, (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('error', reject);
            response.on('end', () =>
              resolve({
                status: response.statusCode ?? 0,
                text: Buffer.concat(chunks).toString(),
                type: String(response.headers['content-type']),
              }),
            );
          });
          sent.on('error', reject);
          sent.end(body);
        },
      );
      if (status >= 500 || status < 200) throw new Error(`${status} ${text.slice(0, 300)}`);
      if (status < 400 || isOpen(route.who) || !type.includes('json')) return;
      const answer: unknown = JSON.parse(text);
      if (!v.is(errorAnswer, answer)) throw new Error(`${status} is no error of the protocol: ${text.slice(0, 300)}`);
      if (answer.error.data.name === 'INTERNAL') throw new Error(`${status} INTERNAL`);
    },
    close: async () => {
      agent.destroy();
      await portal.remove();
    },
  };
});
