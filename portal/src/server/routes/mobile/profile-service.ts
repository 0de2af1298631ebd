import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import type { MobileDevices } from '../../mobile/mobile-devices.js';

/** The type by which a phone knows a profile. */
export const PROFILE_TYPE = 'application/x-apple-aspen-config';

const parameters = v.strictObject({ id: v.pipe(v.string(), v.uuid()) });

/** `POST /mobile/profile-service/{enrolment}`: a phone answers a profile, and is given the next one (Apple's Profile Service). */
export function profileServiceRoutes(phones: FastifyInstance, devices: MobileDevices): void {
  phones.post('/profile-service/:id', { config: { isForPhones: true } }, async (request, reply) => {
    const found = v.safeParse(parameters, request.params);
    if (!found.success) throw new CardwrightError('ENROLMENT_NOT_FOUND');
    if (!(request.body instanceof Uint8Array)) throw new CardwrightError('INVALID_MESSAGE');
    const profile = await devices.answerPhone(found.output.id, request.body);
    return reply.type(PROFILE_TYPE).send(Buffer.from(profile));
  });
}
