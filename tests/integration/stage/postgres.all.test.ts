import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from '@jest/globals';
import pg from 'pg';
import { startOwnPostgres } from '../../support/postgres.js';

it('starts a PostgreSQL server of its own, to which only its URL leads, and leaves none behind', async () => {
  const server = await startOwnPostgres();
  const client = new pg.Client({ connectionString: server.url });
  try {
    await client.connect();
    const { rows } = await client.query<{ sum: number }>('select 1 + 1 as sum');
    expect(rows).toEqual([{ sum: 2 }]);

    const stranger = new URL(server.url);
    stranger.password = 'guessed';
    await expect(new pg.Client({ connectionString: stranger.href }).connect()).rejects.toThrow(/password/);
  } finally {
    await client.end();
    await server.stop();
  }
  const visitor = connect(Number(new URL(server.url).port), '127.0.0.1');
  const [error]: unknown[] = await once(visitor, 'error').catch((reason: unknown) => [reason]);
  expect(String(error)).toContain('ECONNREFUSED');
});
