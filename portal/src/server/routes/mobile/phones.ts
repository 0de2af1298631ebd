import { STATUS_CODES } from 'node:http';
import { errorAnswerOf } from '@cardwright/cms';
import { OTHER_ERROR_STATUS } from '@cardwright/protocol/cms';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { withinRequest } from '../../requests/follow-requests.js';
import { explainError } from '../../requests/http-errors.js';
import type { MobileDevices } from '../../mobile/mobile-devices.js';
import type { MobileWork } from '../../mobile/mobile-work.js';
import type { ScepServer } from '../../mobile/scep/scep-server.js';
import type { Sessions } from '../../requests/request-guards.js';
import { iconRoutes } from './icon.js';
import { linkRoutes } from './link.js';
import { profileServiceRoutes } from './profile-service.js';
import { scepRoutes } from './scep.js';

/** The portal's services for phones. */
export interface PhoneSide {
  readonly devices: MobileDevices;
  readonly scep: Pick<ScepServer, 'answer'>;
  readonly work: MobileWork;
  /**
   * Set if a configured certificate and key sign the profiles. If not set, the registration authority signs the profiles, and phones show them as
   * unverified.
   */
  readonly isVerified: boolean;
}

/**
 * Maximum number of bytes in a body. A phone's answer with its certificates, or a request for a certificate with the longest key,
 * needs less than a quarter of this.
 */
const BODY_LIMIT = 64 * 1024;
const FORBIDDEN = 403;

/**
 * Serves the routes for phones, below /mobile. Nobody is logged in there: the secret in the address or body of a request is its
 * permission.
 *
 * Bodies are bytes of any Content-Type. Answers are never cached. The answer to an error has only a status and its standard phrase.
 */
export async function phoneRoutes(app: FastifyInstance, sessions: Sessions, side: PhoneSide): Promise<void> {
  await app.register(
    (phones, _options, ready) => {
      phones.removeAllContentTypeParsers();
      phones.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
        done(null, body),
      );
      phones.addHook('onRequest', (request, _reply, done) => {
        // Bodies are accepted whatever their type. Fastify would refuse a malformed Content-Type before any parser runs, so the header is
        // removed.
        delete request.raw.headers['content-type'];
        done();
      });
      phones.addHook('onSend', (_request, reply, payload, done) => {
        reply.header('cache-control', 'no-store');
        done(null, payload);
      });
      phones.setErrorHandler(async (error, request, reply) => withinRequest(request, () => sendError(reply, error)));
      linkRoutes(phones, sessions, side);
      iconRoutes(phones, sessions, side.devices);
      profileServiceRoutes(phones, sessions, side.devices);
      scepRoutes(phones, sessions, side);
      ready();
    },
    { prefix: '/mobile' },
  );
}

async function sendError(reply: FastifyReply, error: unknown): Promise<void> {
  const { status, headers } = errorAnswerOf(explainError(error), 'en');
  // The answer has this status if a person could do something about the error. A phone can do nothing about it, so its answer gets 403 instead.
  const shown = status === OTHER_ERROR_STATUS ? FORBIDDEN : status;
  await reply.code(shown).headers(headers).type('text/plain; charset=utf-8').send(STATUS_CODES[shown]);
}
