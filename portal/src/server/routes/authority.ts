import 'reflect-metadata';
import { X509Certificate } from '@peculiar/x509';
import type { FastifyInstance } from 'fastify';
import type { CrlPublisher, PublishedCrl } from '../ca/published-crl.js';
import type { PortalServices } from '../services.js';
import { serve } from './serve.js';
import { AUTHORITY_ROUTES } from './table/public.js';

const SECOND = 1000;

/** Publishes the authority's certificate, its CRL and the portal's public keys (`AUTHORITY_ROUTES`). */
export function authorityRoutes(app: FastifyInstance, services: PortalServices, crl: CrlPublisher): void {
  const { authority, keys } = services;
  serve(app, services, AUTHORITY_ROUTES, {
    'GET /ca/ca.der': async (_input, { reply }) =>
      reply.type('application/pkix-cert').send(Buffer.from(authority.certificate)),

    'GET /ca/ca.pem': async (_input, { reply }) =>
      reply
        .type('application/x-pem-file')
        .send(new X509Certificate(new Uint8Array(authority.certificate)).toString('pem')),

    'GET /ca/crl.der': async (_input, { request, reply }) => {
      const current = await crl.current();
      reply.headers({
        // A cache keeps the CRL no longer than the portal itself would serve it.
        'cache-control': `public, max-age=${Math.floor(current.freshFor / SECOND)}`,
        etag: etagOf(current),
        'last-modified': current.thisUpdate.toUTCString(),
      });
      if (isKnown(request.headers['if-none-match'], current)) return reply.code(304).send();
      const { buffer, byteOffset, byteLength } = current.der;
      return reply.type('application/pkix-crl').send(Buffer.from(buffer, byteOffset, byteLength));
    },

    'GET /.well-known/cardwright': async (_input, { reply }) =>
      // The extension reads these keys from another origin. All of them are public keys.
      reply.header('access-control-allow-origin', '*').type('application/jwk-set+json').send(keys.published),
  });
}

const etagOf = ({ number, thisUpdate }: PublishedCrl): string => `"${number}-${thisUpdate.getTime() / SECOND}"`;

/**
 * True if the request's `if-none-match` names this CRL, which the sender thus has already (RFC 9110, 13.1.2). `if-modified-since` is not used,
 * because two CRLs can have the same date, to the second.
 */
const isKnown = (tags: string | undefined, crl: PublishedCrl): boolean =>
  tags?.split(',').some((tag) => ['*', etagOf(crl)].includes(tag.trim().replace(/^W\//, ''))) ?? false;
