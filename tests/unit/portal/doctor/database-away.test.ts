import dns from 'node:dns';
import { afterEach, expect, it, jest } from '@jest/globals';
import { readConfiguration } from '@cardwright/portal';
import { freePort } from '@cardwright/stage';
import * as v from 'valibot';
import { checkDatabase } from '../../../../portal/src/server/commands/doctor/database.js';

afterEach(() => {
  jest.restoreAllMocks();
});

it('says why a database cannot be read, also where a name has several addresses and none answers', async () => {
  const port = await freePort();
  const both = [
    { address: '127.0.0.1', family: 4 },
    { address: '127.0.0.2', family: 4 },
  ];
  jest.spyOn(dns, 'lookup').mockImplementation((...given: readonly unknown[]) => {
    v.parse(v.function(), given.at(-1))(null, both);
  });
  const configuration = readConfiguration({ DATABASE_URL: `postgres://two.example:${port}/portal` });
  const [finding] = (await checkDatabase(configuration, null)).findings;
  expect(finding).toMatchObject({
    outcome: 'problem',
    text: expect.stringMatching(/^It cannot be read: connect ECONNREFUSED 127\.0\.0\.1:\d+; .*127\.0\.0\.2:\d+\.$/),
  });
});
