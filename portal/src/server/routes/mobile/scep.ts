import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import type { MobileWork } from '../../mobile/mobile-work.js';
import type { ScepServer } from '../../mobile/scep/scep-server.js';

const parameters = v.object({ place: v.string() });
/** Of several of the same name none is meant. */
const query = v.object({ operation: v.exactOptional(v.string()), message: v.exactOptional(v.string()) });

/** `GET` and `POST /mobile/scep/{enrolment}`: the SCEP server (RFC 8894, 4). */
export function scepRoutes(
  phones: FastifyInstance,
  { scep, work }: { readonly scep: Pick<ScepServer, 'answer'>; readonly work: MobileWork },
): void {
  for (const method of ['GET', 'POST'] as const)
    phones.route({
      method,
      url: '/scep/:place',
      exposeHeadRoute: false,
      config: { isForPhones: true },
      handler: async (request, reply) => {
        const { place } = v.parse(parameters, request.params);
        const asked = v.safeParse(query, request.query);
        if (!asked.success) throw new CardwrightError('INVALID_MESSAGE');
        const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
        const answer = await scep.answer(place, asked.output, method, body);
        const { sent } = answer;
        // Not where the connection broke off: the client asks again.
        if (sent) reply.raw.once('finish', () => work.do(sent));
        return reply.code(answer.status).type(answer.contentType).send(Buffer.from(answer.body));
      },
    });
}
