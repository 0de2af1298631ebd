import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { chooseLanguage, LANGUAGES, type Language } from '@cardwright/cms';
import type { HelpDesk } from '@cardwright/protocol';
import type { FastifyInstance } from 'fastify';
import { escapeHtml } from '../html.js';
import { inPortal } from '../portal-folder.js';

const BUILT_PAGES = inPortal('dist', 'public');

/** Addresses of the pages, each with the languages in which there is a file of it; English there always is. */
const PAGES: Readonly<Record<string, readonly Language[]>> = {
  login: LANGUAGES,
  'my-devices': LANGUAGES,
  operator: ['en'],
  'operator-device': ['en'],
};
/** Where a page is that is not at its name. */
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'operator-device': ['/operator/devices/:id', '/operator/operations/:id'],
};

/**
 * Serves the built pages; without them (as in tests of the server) only the redirect of `/`. Each page brings the help desk
 * with it: it is needed most where nothing else of the portal can be reached.
 */
export async function pageRoutes(app: FastifyInstance, helpDesk: HelpDesk, folder = BUILT_PAGES): Promise<void> {
  app.get('/', async (_request, reply) => reply.redirect('/my-devices'));
  if (!existsSync(folder)) return;
  await app.register(fastifyStatic, { root: folder, prefix: '/', index: false });
  const support = escapeHtml(JSON.stringify(helpDesk));
  const read = (page: string, language: Language): string =>
    readFileSync(join(folder, `${page}.${language}.html`), 'utf8').replace('{helpDesk}', () => support);
  for (const [page, languages] of Object.entries(PAGES)) {
    const texts = new Map(languages.map((language) => [language, read(page, language)]));
    for (const address of ADDRESSES[page] ?? [`/${page}`])
      app.get(address, async (request, reply) => {
        const wished = chooseLanguage(request.headers['accept-language']);
        const language = texts.has(wished) ? wished : 'en';
        return reply
          .headers({ 'content-language': language, vary: 'accept-language', 'cache-control': 'no-cache' })
          .type('text/html; charset=utf-8')
          .send(texts.get(language));
      });
  }
}
