import { negotiateLanguage } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import type { MobileDevices } from '../../mobile/mobile-devices.js';
import { findRequestSession } from '../../requests/request-guards.js';
import type { PortalServices } from '../../services.js';
import { serve } from '../serve.js';
import { MOBILE_ROUTES } from '../table/mobile.js';
import { StatusStreams } from './status-streams.js';

/** Serves enrolments and mobile devices to the pages of their users (`MOBILE_ROUTES`). */
export function enrolmentRoutes(app: FastifyInstance, services: PortalServices): void {
  const streams = new StatusStreams();
  app.addHook('preClose', (done) => {
    streams.close();
    done();
  });

  serve(app, services, MOBILE_ROUTES, {
    'GET /api/mobile': async (_input, { session: { user } }) => {
      const mobile = mobileOf(services);
      const offer = mobile.offerFor(user);
      if (!offer) throw new CardwrightError('MOBILE_FORBIDDEN');
      const underWay = await mobile.underWay(user);
      return { ...offer, ...(underWay && { underWay }) };
    },

    'POST /api/mobile/enrolments': async ({ body }, { session: { user }, request }) => {
      const language = negotiateLanguage(request.headers['accept-language']);
      return mobileOf(services).start(user, body, { address: request.ip, language });
    },

    'GET /api/mobile/enrolments/{id}': async ({ parameters: { id } }, { session: { user } }) =>
      mobileOf(services).status(user, id),

    'GET /api/mobile/enrolments/{id}/events': async ({ parameters: { id } }, { session: { user }, request, reply }) => {
      const leaving = new AbortController();
      reply.raw.once('close', () => leaving.abort());
      // The reader may have left while the session was checked, before `close` had a listener.
      if (reply.raw.destroyed) leaving.abort();
      const mobile = mobileOf(services);
      const isThere = async (): Promise<boolean> =>
        (await findRequestSession(services, request))?.reaches.has('own-devices') === true;
      const stream = await streams.open(
        { userId: user.id, isThere },
        (signal) => mobile.watch(user, id, signal),
        leaving.signal,
      );
      return reply
        .headers({
          // Tells nginx not to buffer the stream, because buffering would keep the page waiting.
          'x-accel-buffering': 'no',
          // If the connection stayed open after the stream, a portal that closes would wait until the connection has been idle for a while.
          connection: 'close',
        })
        .type('text/event-stream')
        .send(stream);
    },

    'POST /api/mobile/enrolments/{id}/confirm': async ({ parameters: { id }, body }, { session: { user } }) =>
      mobileOf(services).confirm(user, id, body.serial),

    'POST /api/mobile/enrolments/{id}/cancel': async ({ parameters: { id } }, { session: { user } }) =>
      mobileOf(services).cancel(user, id),

    'DELETE /api/mobile/devices/{id}': async ({ parameters: { id } }, { session: { user } }) => {
      await mobileOf(services).delete(user, id);
      return {};
    },
  });
}

function mobileOf({ mobile }: PortalServices): MobileDevices {
  if (!mobile) throw new CardwrightError('MOBILE_FORBIDDEN');
  return mobile;
}
