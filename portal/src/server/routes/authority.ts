import 'reflect-metadata';
import { X509Certificate } from '@peculiar/x509';
import { sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { listRevocations } from '../devices/devices.js';
import type { Services } from '../operations/services.js';

const sequenceRow = v.object({
  rows: v.pipe(
    v.array(v.object({ number: v.pipe(v.union([v.string(), v.number()]), v.transform(Number)) })),
    v.minLength(1),
  ),
});

/** What programs that check certificates fetch (RFC 5280, 4.2.1.13 and 4.2.2.1), and what extensions fetch to know the CMS. */
export function authorityRoutes(app: FastifyInstance, { store, authority, keys }: Services): void {
  app.get('/ca/ca.der', async (_request, reply) =>
    reply.type('application/pkix-cert').send(Buffer.from(authority.certificate)),
  );

  app.get('/ca/ca.pem', async (_request, reply) =>
    reply
      .type('application/x-pem-file')
      .send(new X509Certificate(new Uint8Array(authority.certificate)).toString('pem')),
  );

  app.get('/ca/crl.der', async (_request, reply) => {
    const crl = await store.db.transaction(async (db) => {
      const { rows } = v.parse(sequenceRow, await db.execute(sql`SELECT nextval('crl_number') AS number`));
      return authority.signCrl(rows[0]?.number ?? 0, await listRevocations(db));
    });
    return reply.type('application/pkix-crl').header('cache-control', 'no-cache').send(Buffer.from(crl));
  });

  app.get('/.well-known/cardwright', async (_request, reply) =>
    // Read by the extension, whose origin is not the portal's; there is nothing secret in it.
    reply.header('access-control-allow-origin', '*').type('application/jwk-set+json').send(keys.published),
  );
}
