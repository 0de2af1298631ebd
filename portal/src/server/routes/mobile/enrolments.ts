import { chooseLanguage } from '@cardwright/cms';
import { CardwrightError, confirmPhone, startEnrolment, validate } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import type { MobileDevices } from '../../mobile/mobile-devices.js';
import { findUser, readBody, requireUser } from '../../request-guards.js';
import type { Services } from '../../services.js';
import { StatusStreams } from './status-streams.js';

const nothing = v.strictObject({});
const parameters = v.strictObject({ id: v.pipe(v.string(), v.uuid()) });

/**
 * What the protocol's mobile.ts lists, below /api, and
 *
 *     DELETE /api/mobile/devices/{id}  {}  -> {}
 *
 * All answer `MOBILE_FORBIDDEN` where there are no mobile devices.
 */
export function enrolmentRoutes(app: FastifyInstance, services: Services): void {
  const streams = new StatusStreams();
  app.addHook('preClose', (done) => {
    streams.close();
    done();
  });

  app.get('/api/mobile', { exposeHeadRoute: false }, async (request) => {
    const user = await requireUser(services, request);
    const offer = services.mobile?.offerFor(user);
    if (!offer) throw new CardwrightError('MOBILE_FORBIDDEN');
    return offer;
  });

  app.post('/api/mobile/enrolments', async (request) => {
    const user = await requireUser(services, request);
    const language = chooseLanguage(request.headers['accept-language']);
    return mobileOf(services).start(user, readBody(startEnrolment, request), { address: request.ip, language });
  });

  app.get('/api/mobile/enrolments/:id', { exposeHeadRoute: false }, async (request) => {
    const user = await requireUser(services, request);
    return mobileOf(services).status(user, validate(parameters, request.params).id);
  });

  app.get('/api/mobile/enrolments/:id/events', { exposeHeadRoute: false }, async (request, reply) => {
    const leaving = new AbortController();
    reply.raw.once('close', () => leaving.abort());
    const user = await requireUser(services, request);
    const { id } = validate(parameters, request.params);
    const mobile = mobileOf(services);
    const isThere = async (): Promise<boolean> => (await findUser(services, request)) !== undefined;
    const stream = await streams.open(
      { userId: user.id, isThere },
      (signal) => mobile.watch(user, id, signal),
      leaving.signal,
    );
    return reply
      .headers({
        // A proxy that collects an answer before it sends it (nginx) would keep the page waiting.
        'x-accel-buffering': 'no',
        // Else the portal could not close before the connection has been idle for a while.
        connection: 'close',
      })
      .type('text/event-stream')
      .send(stream);
  });

  app.post('/api/mobile/enrolments/:id/confirm', async (request) => {
    const user = await requireUser(services, request);
    const { id } = validate(parameters, request.params);
    return mobileOf(services).confirm(user, id, readBody(confirmPhone, request).serial);
  });

  app.post('/api/mobile/enrolments/:id/cancel', async (request) => {
    const user = await requireUser(services, request);
    readBody(nothing, request);
    return mobileOf(services).cancel(user, validate(parameters, request.params).id);
  });

  app.delete('/api/mobile/devices/:id', async (request) => {
    const user = await requireUser(services, request);
    readBody(nothing, request);
    await mobileOf(services).delete(user, validate(parameters, request.params).id);
    return {};
  });
}

function mobileOf({ mobile }: Services): MobileDevices {
  if (!mobile) throw new CardwrightError('MOBILE_FORBIDDEN');
  return mobile;
}
