import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import type { MobileWork } from '../../mobile/mobile-work.js';
import type { ScepServer } from '../../mobile/scep/scep-server.js';
import type { Sessions } from '../../requests/request-guards.js';
import { serve, type Call } from '../serve.js';
import { SCEP_ROUTES } from '../table/phones.js';

/** Schema of the query of a SCEP request. The schema refuses a repeated parameter. */
const query = v.object({ operation: v.exactOptional(v.string()), message: v.exactOptional(v.string()) });

type Asked = v.InferOutput<(typeof SCEP_ROUTES)['GET /mobile/scep/{place}']['takes']>;

export interface ScepSide {
  readonly scep: Pick<ScepServer, 'answer'>;
  readonly work: MobileWork;
}

/** Serves SCEP (`SCEP_ROUTES`). */
export function scepRoutes(phones: FastifyInstance, sessions: Sessions, { scep, work }: ScepSide): void {
  const answerTo =
    (method: 'GET' | 'POST') =>
    async ({ parameters: { place } }: Asked, { request, reply }: Call<'phone'>) => {
      const asked = v.safeParse(query, request.query);
      if (!asked.success) throw new CardwrightError('INVALID_MESSAGE');
      const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
      const answer = await scep.answer(place, asked.output, method, body);
      const { sent } = answer;
      // If the connection breaks, `sent` must not be called, because the client will repeat its request.
      if (sent) reply.raw.once('finish', () => work.do(sent));
      return reply.code(answer.status).type(answer.contentType).send(Buffer.from(answer.body));
    };
  serve(phones, sessions, SCEP_ROUTES, {
    'GET /mobile/scep/{place}': answerTo('GET'),
    'POST /mobile/scep/{place}': answerTo('POST'),
  });
}
