import 'reflect-metadata';
import { X509Certificate } from '@peculiar/x509';
import type { FastifyInstance } from 'fastify';
import type { CrlPublisher, PublishedCrl } from '../ca/published-crl.js';
import type { Services } from '../services.js';

const SECOND = 1000;

/** What programs that check certificates fetch (RFC 5280, 4.2.1.13 and 4.2.2.1), and what extensions fetch to know the CMS. */
export function authorityRoutes(app: FastifyInstance, { authority, keys }: Services, crl: CrlPublisher): void {
  app.get('/ca/ca.der', async (_request, reply) =>
    reply.type('application/pkix-cert').send(Buffer.from(authority.certificate)),
  );

  app.get('/ca/ca.pem', async (_request, reply) =>
    reply
      .type('application/x-pem-file')
      .send(new X509Certificate(new Uint8Array(authority.certificate)).toString('pem')),
  );

  app.get('/ca/crl.der', async (request, reply) => {
    const current = await crl.current();
    reply.headers({
      // Caches on the way serve it no longer than the portal does.
      'cache-control': `public, max-age=${Math.floor(current.freshFor / SECOND)}`,
      etag: etagOf(current),
      'last-modified': current.thisUpdate.toUTCString(),
    });
    if (isKnown(request.headers['if-none-match'], current)) return reply.code(304).send();
    const { buffer, byteOffset, byteLength } = current.der;
    return reply.type('application/pkix-crl').send(Buffer.from(buffer, byteOffset, byteLength));
  });

  app.get('/.well-known/cardwright', async (_request, reply) =>
    // Read by the extension, whose origin is not the portal's; there is nothing secret in it.
    reply.header('access-control-allow-origin', '*').type('application/jwk-set+json').send(keys.published),
  );
}

const etagOf = ({ number, thisUpdate }: PublishedCrl): string => `"${number}-${thisUpdate.getTime() / SECOND}"`;

/**
 * Whether a request names the CRL that its sender has, and it is this one (RFC 9110, 13.1.2). Not by `if-modified-since`: two CRLs
 * can be from the same second.
 */
const isKnown = (tags: string | undefined, crl: PublishedCrl): boolean =>
  tags?.split(',').some((tag) => ['*', etagOf(crl)].includes(tag.trim().replace(/^W\//, ''))) ?? false;
