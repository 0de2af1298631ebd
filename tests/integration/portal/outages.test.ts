import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as v from 'valibot';
import { freePort, until } from '@cardwright/stage';
import { readConfiguration } from '@cardwright/portal';
import { record } from '../../../portal/src/server/audit.js';
import { checkClock, checkProviders } from '../../../portal/src/server/commands/doctor/health.js';
import { openPostgresForReading } from '../../../portal/src/server/commands/doctor/read-only-database.js';
import { HealthWatch } from '../../../portal/src/server/health/health-watch.js';
import { log } from '../../../portal/src/server/log/log.js';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { startTestPortal } from './support/test-portal.js';

const DAY = 24 * 60 * 60 * 1000;

let server: OwnDatabase;
let folder: string;
beforeAll(async () => {
  server = await openDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-outages-'));
  writeFileSync(path.join(folder, 'secret'), 'a secret of the portal\n', { mode: 0o600 });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});
beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  jest.spyOn(log, 'info').mockImplementation(() => undefined);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** The settings of a provider and a directory of which neither listens. */
async function away(): Promise<string> {
  const secret = { file: path.join(folder, 'secret') };
  return JSON.stringify({
    oidc: [
      {
        name: 'nobody',
        title: 'Nobody',
        issuer: `http://127.0.0.1:${await freePort()}`,
        clientId: 'portal',
        credential: { secretFile: secret.file },
        everyone: ['user'],
      },
    ],
    ldap: {
      name: 'gone',
      url: `ldaps://127.0.0.1:${await freePort()}`,
      bind: { dn: 'cn=portal,dc=corp,dc=test', password: secret },
      base: 'dc=corp,dc=test',
      everyone: ['user'],
    },
  });
}

describe('a provider or directory that is away', () => {
  it('is a problem that the doctor names, with its reason', async () => {
    const findings = await checkProviders(readConfiguration({ CARDWRIGHT_SIGN_IN: await away() }));
    expect(findings).toMatchObject([
      {
        area: 'sign-in',
        outcome: 'problem',
        text: expect.stringMatching(/^Nobody can sign in by the provider nobody: .+/),
      },
      {
        area: 'sign-in',
        outcome: 'problem',
        text: expect.stringMatching(/^Nobody can sign in by the directory gone: .+/),
      },
    ]);
  });

  it('makes a portal not ready, and is in its metrics and its journal', async () => {
    const port = await freePort();
    const portal = await startTestPortal({
      DATABASE_URL: server.url,
      CARDWRIGHT_MONITOR_PORT: String(port),
      CARDWRIGHT_SIGN_IN: await away(),
    });
    const ask = (name: string): Promise<Response> => fetch(`http://127.0.0.1:${port}/${name}`);
    try {
      await until(async () => (await (await ask('readyz')).text()).includes('sign-in failed\n'), {
        what: 'the portal is not ready',
      });
      expect((await ask('readyz')).status).toBe(503);
      const metrics = await (await ask('metrics')).text();
      expect(metrics).toContain('cardwright_provider_up{provider="nobody"} 0\n');
      expect(metrics).toContain('cardwright_provider_up{provider="gone"} 0\n');
      expect(metrics).toContain('cardwright_ready{check="sign-in"} 0\n');
      expect(jest.mocked(console.error).mock.calls.flat().join('\n')).toContain(
        'Nobody can sign in by the directory gone',
      );
    } finally {
      await portal.remove();
    }
  });

  it('is told once when it goes, and once when it is back', async () => {
    const opened = await openPortalDatabase(server);
    let isAway = true;
    const probe = (): Promise<void> => (isAway ? Promise.reject(new Error('no answer')) : Promise.resolve());
    const watch = new HealthWatch({
      folder: null,
      database: opened,
      signIn: { providers: [], directory: { name: 'corp', probe } },
    });
    try {
      await watch.look();
      await watch.look();
      isAway = false;
      await watch.look();
      await watch.look();
      expect(jest.mocked(console.error).mock.calls.flat()).toEqual([
        'Nobody can sign in by the directory corp. reason="no answer"',
      ]);
      expect(jest.mocked(log.info).mock.calls).toEqual([['No longer so: Nobody can sign in by the directory corp.']]);
    } finally {
      await opened.close();
    }
  });
});

const result = v.object({ rows: v.array(v.record(v.string(), v.unknown())) });

describe('a clock', () => {
  it.each([
    ['a day ahead', DAY, 'The clock of this computer is 24 hours ahead of that of PostgreSQL.'],
    ['a day behind', -DAY, 'The clock of this computer is 24 hours behind that of PostgreSQL.'],
  ])('that is %s is a problem that the doctor names', async (_, by, text) => {
    const database = await openPostgresForReading(server.url);
    try {
      expect(await checkClock(database)).toMatchObject({ outcome: 'ok' });
      expect(await checkClock(database, () => Date.now() + by)).toMatchObject({
        area: 'clock',
        outcome: 'problem',
        text,
      });
    } finally {
      await database.close();
    }
  });

  it('that stands before the last event is a problem without PostgreSQL too', async () => {
    const opened = await openPortalDatabase({ folder: 'memory://' });
    try {
      await record(opened.db, { actor: 'portal', event: 'login' });
      const rows = async (query: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
        v.parse(result, await opened.db.execute(query)).rows;
      const embedded = { engine: 'Embedded database', rows, close: () => Promise.resolve() } as const;
      expect(await checkClock(embedded)).toMatchObject({ outcome: 'ok' });
      expect(await checkClock(embedded, () => Date.now() - DAY)).toMatchObject({
        outcome: 'problem',
        text: 'The last event of the audit log is 24 hours in the future, so the clock is wrong or was.',
      });
    } finally {
      await opened.close();
    }
  });
});
