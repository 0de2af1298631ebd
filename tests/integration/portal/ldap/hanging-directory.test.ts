import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import { Browser, startTestPortal, type TestPortal } from '../support/test-portal.js';
import { expectOnlyPrinted } from '../../../support/printed-lines.js';

expectOnlyPrinted(/^Directory corp cannot be used\. /, /^Nobody can sign in by the directory corp\. /);

/** Seconds that the portal waits for the directory: far longer than a sign-in here takes. */
const PATIENCE = 30;
/** The portal looks at the directory itself when it starts, and only minutes later again. */
const OWN_LOOKS = 1;

let folder: string;
let portal: TestPortal;
const sockets: Socket[] = [];
/** A directory that takes every connection, and never answers. */
const directory = createServer((socket) => sockets.push(socket.on('error', () => undefined)));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardwright-hanging-'));
  await writeFile(join(folder, 'password'), 'what the portal knows\n', { mode: 0o600 });
  directory.listen(0, '127.0.0.1');
  await once(directory, 'listening');
  const ldap = {
    name: 'corp',
    url: `ldap://127.0.0.1:${(directory.address() as AddressInfo).port}`,
    bind: { dn: 'cn=portal,dc=corp,dc=test', password: { file: join(folder, 'password') } },
    base: 'dc=corp,dc=test',
    timeout: PATIENCE,
  };
  portal = await startTestPortal({ CARDWRIGHT_SIGN_IN: JSON.stringify({ ldap }) });
});
afterAll(async () => {
  directory.close();
  await portal.remove();
  await rm(folder, { recursive: true });
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
