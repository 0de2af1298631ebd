import 'reflect-metadata';
import { X509Certificate } from '@peculiar/x509';
import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PublishedAuthority, PublishedCrl } from '../ca/published-crl.js';
import type { PortalServices } from '../services.js';
import { serve } from './serve.js';
import { AUTHORITY_ROUTES } from './table/public.js';

const SECOND = 1000;

/**
 * Publishes the certificates and CRLs of the authorities, and the portal's public keys (`AUTHORITY_ROUTES`).
 *
 * @param published by folder; the first authority has the empty text
 */
export function authorityRoutes(
  app: FastifyInstance,
  services: PortalServices,
  published: ReadonlyMap<string, PublishedAuthority>,
): void {
  const find = (folder: string): PublishedAuthority => {
    const found = published.get(folder);
    if (!found) throw new CardwrightError('METHOD_NOT_FOUND');
    return found;
  };
  const ofLater = ({ parameters }: { readonly parameters: { readonly authority: string } }): PublishedAuthority =>
    find(parameters.authority);
  serve(app, services, AUTHORITY_ROUTES, {
    'GET /ca/ca.der': async (_input, { reply }) => sendDer(reply, find('')),
    'GET /ca/ca.pem': async (_input, { reply }) => sendPem(reply, find('')),
    'GET /ca/crl.der': async (_input, exchange) => sendCrl(exchange, find('')),
    'GET /ca/{authority}/ca.der': async (input, { reply }) => sendDer(reply, ofLater(input)),
    'GET /ca/{authority}/ca.pem': async (input, { reply }) => sendPem(reply, ofLater(input)),
    'GET /ca/{authority}/crl.der': async (input, exchange) => sendCrl(exchange, ofLater(input)),
    'GET /.well-known/cardwright': async (_input, { reply }) =>
      // The extension reads these keys from another origin. All of them are public keys.
      reply.header('access-control-allow-origin', '*').type('application/jwk-set+json').send(services.keys.published),
  });
}

const sendDer = (reply: FastifyReply, { certificate }: PublishedAuthority): FastifyReply =>
  reply.type('application/pkix-cert').send(Buffer.from(certificate()));

const sendPem = (reply: FastifyReply, { certificate }: PublishedAuthority): FastifyReply =>
  reply.type('application/x-pem-file').send(new X509Certificate(new Uint8Array(certificate())).toString('pem'));

async function sendCrl(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  { crl }: PublishedAuthority,
): Promise<FastifyReply> {
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
}

const etagOf = ({ number, thisUpdate }: PublishedCrl): string => `"${number}-${thisUpdate.getTime() / SECOND}"`;

/**
 * True if the request's `if-none-match` names this CRL, which the sender thus has already (RFC 9110, 13.1.2). `if-modified-since` is not used,
 * because two CRLs can have the same date, to the second.
 */
const isKnown = (tags: string | undefined, crl: PublishedCrl): boolean =>
  tags?.split(',').some((tag) => ['*', etagOf(crl)].includes(tag.trim().replace(/^W\//, ''))) ?? false;
