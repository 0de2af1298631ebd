import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { until } from '@cardwright/stage';
import { signInSettings } from '../../../../portal/src/server/login/settings.js';
import { Browser, startTestPortal, type TestPortal } from '../support/test-portal.js';
import { expectOnlyPrinted } from '../../../support/printed-lines.js';

expectOnlyPrinted(/^Directory corp cannot be used\. /, /^Nobody can sign in by the directory corp\. /);

/** Seconds that the portal waits for the directory: no settings allow so many, but here only the directory may end a wait. */
const PATIENCE = 24 * 60 * 60;
/** The portal looks at the directory itself when it starts, and not again before that look has ended. */
const OWN_LOOKS = 1;

let portal: TestPortal;
const sockets: Socket[] = [];
/** A directory that takes every connection, and never answers. */
const directory = createServer((socket) => sockets.push(socket.on('error', () => undefined)));

beforeAll(async () => {
  directory.listen(0, '127.0.0.1');
  await once(directory, 'listening');
  const { ldap } = validate(signInSettings, {
    ldap: {
      name: 'corp',
      url: `ldap://127.0.0.1:${(directory.address() as AddressInfo).port}`,
      bind: { dn: 'cn=portal,dc=corp,dc=test', password: { file: 'unread' } },
      base: 'dc=corp,dc=test',
    },
  });
  if (!ldap) throw new Error('expected the directory');
  const hanging = { ...ldap, ca: undefined, bind: { dn: ldap.bind.dn, password: 'any' }, timeout: PATIENCE };
  portal = await startTestPortal({}, { signIn: { oidc: [], ldap: hanging, leavers: 'nothing' } });
});
afterAll(async () => {
  directory.close();
  for (const socket of sockets) socket.destroy();
  await portal.remove();
});

const enter = (username: string, password: string) => new Browser(portal).post('/api/session', { username, password });

describe('a directory that hangs', () => {
  it('does not keep a local account from signing in in a new browser, however many wait for it', async () => {
    let answered = 0;
    const waiting = Array.from({ length: 8 }, async (_, one) => {
      const answer = await enter(`nobody-${one}`, 'a guess');
      answered += 1;
      return answer;
    });
    const asked = () => sockets.length - OWN_LOOKS;
    await until(() => asked() >= waiting.length, { what: 'a question to the directory for each of them' });
    expect(await enter('olga', 'olga-password')).toMatchObject({ body: { user: { username: 'olga' } } });
    expect(answered).toBe(0);
    for (const socket of sockets) socket.destroy();
    for (const answer of await Promise.all(waiting)) expect(answer).toMatchObject({ body: { refusal: 'away' } });
  });
});
