import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import type { InstalledPage, MobileDevices } from '../../mobile/mobile-devices.js';
import type { Sessions } from '../../requests/request-guards.js';
import { serve, type Call } from '../serve.js';
import { ICON_ROUTES } from '../table/phones.js';
import { uuid } from '../table/route.js';
import { writeIconPage } from './icon-page.js';
import { languageOf } from './link.js';

/** Schema of the secret in an icon's address, in base64url. */
const secret = v.pipe(v.string(), v.regex(/^[\w-]{20,100}$/));
const NOT_FOUND = 404;
const DEAD: InstalledPage = { kind: 'dead', language: null };

type Asked = v.InferOutput<(typeof ICON_ROUTES)['GET /mobile/installed/{id}/{token}']['takes']>;

/** Serves the page of the icon that the configuration brings to a phone (`ICON_ROUTES`). */
export function iconRoutes(phones: FastifyInstance, sessions: Sessions, devices: MobileDevices): void {
  const answerTo =
    (isPressed: boolean) =>
    async ({ parameters: { id, token } }: Asked, { request, reply }: Call<'phone'>) => {
      const isAddress = v.is(uuid, id) && v.is(secret, token);
      return sendPage(request, reply, isAddress ? await devices.openIcon(id, token, { isPressed }) : DEAD);
    };
  serve(phones, sessions, ICON_ROUTES, {
    'GET /mobile/installed/{id}/{token}': answerTo(false),
    'POST /mobile/installed/{id}/{token}': answerTo(true),
  });
}

function sendPage(request: FastifyRequest, reply: FastifyReply, page: InstalledPage): FastifyReply {
  const language = languageOf(request, page);
  return reply
    .code(page.kind === 'dead' ? NOT_FOUND : 200)
    .headers({ 'content-language': language, vary: 'accept-language' })
    .type('text/html; charset=utf-8')
    .send(writeIconPage(page.kind, language));
}
