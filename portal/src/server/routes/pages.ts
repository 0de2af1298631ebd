import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { HelpDesk } from '@cardwright/protocol/policy';
import { LANGUAGES } from '@cardwright/words';
import type { words } from '@cardwright/words/at-once/portal-server';
import type { FastifyInstance } from 'fastify';
import { escapeHtml } from '../html.js';
import { inPortal } from '../portal-folder.js';
import type { Sessions } from '../requests/request-guards.js';
import { pageLanguage, VARY } from './chosen-language.js';
import { serve, type Call } from './serve.js';
import { PAGE_ROUTES, START_ROUTES } from './table/public.js';

const BUILT_PAGES = inPortal('dist', 'public');
const SVG = 'image/svg+xml';

/**
 * Serves the built pages. Without a build, as in tests of the server, serves only the redirect of `/`. Each page contains the contact of the
 * help desk, because users need it most when the rest of the portal cannot be reached.
 */
export async function pageRoutes(
  app: FastifyInstance,
  sessions: Sessions,
  helpDesk: HelpDesk,
  folder = BUILT_PAGES,
): Promise<void> {
  serve(app, sessions, START_ROUTES, { 'GET /': async (_input, { reply }) => reply.redirect('/my-devices') });
  if (!existsSync(folder)) return;
  // The library states the encoding of all texts but those of XML.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (reply.getHeader('content-type') === SVG) reply.header('content-type', `${SVG}; charset=utf-8`);
    done(null, payload);
  });
  await app.register(fastifyStatic, { root: folder, prefix: '/', index: false });
  const support = escapeHtml(JSON.stringify(helpDesk));
  const read = (name: string, language: string): string =>
    readFileSync(join(folder, `${name}.${language}.html`), 'utf8').replace('{helpDesk}', () => support);
  const page = (name: keyof typeof words.english.titles) => {
    const texts = new Map(LANGUAGES.map((language) => [language, read(name, language)]));
    return async (_input: object, { request, reply }: Call<'anyone'>) => {
      const language = pageLanguage(request, sessions.origin);
      return reply
        .headers({ 'content-language': language, vary: VARY, 'cache-control': 'no-cache' })
        .type('text/html; charset=utf-8')
        .send(texts.get(language));
    };
  };
  const device = page('operator-device');
  serve(app, sessions, PAGE_ROUTES, {
    'GET /login': page('login'),
    'GET /set-password': page('set-password'),
    'GET /password': page('password'),
    'GET /sign-in/{provider}': page('login'),
    'GET /my-devices': page('my-devices'),
    'GET /account': page('account'),
    'GET /operator': page('operator'),
    'GET /operator/devices/{id}': device,
    'GET /operator/people/{id}': page('operator-person'),
    'GET /operator/operations/{id}': device,
  });
}
