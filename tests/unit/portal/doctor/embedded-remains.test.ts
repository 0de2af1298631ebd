import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { readConfiguration } from '@cardwright/portal';
import { checkDatabase } from '../../../../portal/src/server/commands/doctor/database.js';
import { newAuthority } from '../../../../portal/src/server/ca/development-ca.js';
import { openData } from '../../../../portal/src/server/start/data.js';
import { Counters } from '../../../../portal/src/server/monitor/counters.js';
import { OpenParts } from '../../../../portal/src/server/start/open-parts.js';
import { newKeyRing } from '@cardwright/cms/keys';

/** A server that nobody runs, so nothing is opened. */
const NOWHERE = 'postgres://nobody@127.0.0.1:1/none';

let folder: string;
let database: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-remains-'));
  database = path.join(folder, 'database');
  mkdirSync(database);
  writeFileSync(path.join(database, 'PG_VERSION'), '17\n');
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const configuration = (url = NOWHERE) => readConfiguration({ CARDWRIGHT_DATA: folder, DATABASE_URL: url });
const sentence = () =>
  `The embedded database in ${database} is no longer used, and still has the passwords' hashes and the sealed PUKs of that time.`;

it('are named by doctor, with the command that removes them', async () => {
  const { findings } = await checkDatabase(configuration(), null);
  expect(findings).toContainEqual({
    area: 'database',
    outcome: 'warning',
    text: sentence(),
    advice: `Once nothing of it is needed any more, remove it: rm -r ${database}`,
  });
});

it('are no finding once they are removed', async () => {
  rmSync(database, { recursive: true });
  const { findings } = await checkDatabase(configuration(), null);
  expect(findings.filter(({ outcome }) => outcome === 'warning')).toEqual([]);
});

it('are told in the log of each start', async () => {
  const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const keys = {
    ...(await newKeyRing()),
    authority: await newAuthority(),
    laterAuthorities: [],
    cookieKey: Buffer.alloc(32),
    rolePassword: '',
  };
  const opening = {
    configuration: configuration(),
    keys,
    origin: () => '',
    parts: new OpenParts(),
    counters: new Counters(),
  };
  await expect(openData(opening)).rejects.toThrow();
  expect(log.mock.calls).toEqual([[`${sentence()} Remove it once nothing of it is needed any more.`]]);
});
