import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import type { MobileDevices } from '../../mobile/mobile-devices.js';
import type { Sessions } from '../../requests/request-guards.js';
import { serve } from '../serve.js';
import { PROFILE_ROUTES, PROFILE_TYPE } from '../table/phones.js';
import { uuid } from '../table/route.js';

/** Serves Apple's Profile Service (`PROFILE_ROUTES`). */
export function profileServiceRoutes(phones: FastifyInstance, sessions: Sessions, devices: MobileDevices): void {
  serve(phones, sessions, PROFILE_ROUTES, {
    'POST /mobile/profile-service/{id}': async ({ parameters: { id } }, { request, reply }) => {
      if (!v.is(uuid, id)) throw new CardwrightError('ENROLMENT_NOT_FOUND');
      if (!(request.body instanceof Uint8Array)) throw new CardwrightError('INVALID_MESSAGE');
      const profile = await devices.answerPhone(id, request.body);
      return reply.type(PROFILE_TYPE).send(Buffer.from(profile));
    },
  });
}
