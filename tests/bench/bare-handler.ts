import { PGlite } from '@electric-sql/pglite';
import fastify from 'fastify';
import pg from 'pg';

/**
 * A program with a bare handler: each request sends so many statements in a transaction, half of which read a row and half of which write it.
 * `node bare-handler.js STATEMENTS [DATABASE_URL]`; without an address the database is an embedded one in memory. Prints its own address.
 */
const ROWS = 1000;
/** Characters of a row, as of an operation under way. */
const CONTENT = 2000;

type Ask = (text: string, values?: unknown[]) => Promise<unknown>;
type Transact = (work: (ask: Ask) => Promise<void>) => Promise<void>;

const [statements = '', url] = process.argv.slice(2);
const transact = url === undefined ? await openEmbedded() : openServer(url);

await transact(async (ask) => {
  await ask('CREATE TABLE rows (id int PRIMARY KEY, content text)');
  await ask(`INSERT INTO rows SELECT id, repeat('x', ${CONTENT}) FROM generate_series(0, ${ROWS - 1}) AS id`);
});

let row = 0;
const app = fastify();
app.post('/', async ({ body }) => {
  await transact(async (ask) => {
    for (let sent = 0; sent < Number(statements); sent += 1) {
      row = (row + 1) % ROWS;
      if (sent % 2 === 0) await ask('SELECT * FROM rows WHERE id = $1', [row]);
      else await ask('UPDATE rows SET content = $2 WHERE id = $1', [row, 'y'.repeat(CONTENT)]);
    }
  });
  return body;
});
console.log(await app.listen({ host: '127.0.0.1', port: 0 }));

/** Opens a pool of connections, as the portal has one. */
function openServer(address: string): Transact {
  const pool = new pg.Pool({ connectionString: address });
  return async (work) => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await work((text, values) => client.query(text, values));
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  };
}

async function openEmbedded(): Promise<Transact> {
  const database = await PGlite.create();
  return (work) => database.transaction((transaction) => work((text, values) => transaction.query(text, values)));
}
