import { STATUS_CODES } from 'node:http';
import { errorAnswerOf } from '@cardwright/cms';
import { OTHER_ERROR_STATUS } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { explainError } from '../../http-errors.js';
import type { MobileDevices } from '../../mobile/mobile-devices.js';
import type { MobileWork } from '../../mobile/mobile-work.js';
import type { ScepServer } from '../../mobile/scep/scep-server.js';
import type { Sessions } from '../../request-guards.js';
import { linkRoutes } from './link.js';
import { profileServiceRoutes } from './profile-service.js';
import { scepRoutes } from './scep.js';

/** What the portal has for phones. */
export interface PhoneSide {
  readonly devices: MobileDevices;
  readonly scep: Pick<ScepServer, 'answer'>;
  readonly work: MobileWork;
  /** Whether phones know who signs the profiles. */
  readonly isVerified: boolean;
}

/** Bytes. An answer with its chain, or a request for a certificate with the longest key, has less than a quarter of it. */
const BODY_LIMIT = 64 * 1024;
const FORBIDDEN = 403;

/**
 * The addresses to which phones go, below /mobile. Nobody is logged in there, and what is secret in an address or a body decides.
 *
 * Bodies are bytes of any Content-Type. An answer stays in no cache, and an error is its status and nothing more.
 */
export async function phoneRoutes(app: FastifyInstance, sessions: Sessions, side: PhoneSide): Promise<void> {
  await app.register(
    (phones, _options, ready) => {
      phones.removeAllContentTypeParsers();
      phones.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
        done(null, body),
      );
      phones.addHook('onRequest', (request, _reply, done) => {
        // One that is malformed would be refused before any parser is asked.
        delete request.raw.headers['content-type'];
        done();
      });
      phones.addHook('onSend', async (_request, reply) => {
        reply.header('cache-control', 'no-store');
      });
      phones.setErrorHandler(async (error, _request, reply) => sendError(reply, error));
      linkRoutes(phones, sessions, side);
      profileServiceRoutes(phones, sessions, side.devices);
      scepRoutes(phones, sessions, side);
      ready();
    },
    { prefix: '/mobile' },
  );
}

async function sendError(reply: FastifyReply, error: unknown): Promise<void> {
  const { status, headers } = errorAnswerOf(explainError(error), 'en');
  // What is an answer to people who can do something else is a refusal to a phone.
  const shown = status === OTHER_ERROR_STATUS ? FORBIDDEN : status;
  await reply.code(shown).headers(headers).type('text/plain; charset=utf-8').send(STATUS_CODES[shown]);
}
