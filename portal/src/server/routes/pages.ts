import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { chooseLanguage, LANGUAGES, type Language } from '@cardwright/cms';
import type { FastifyInstance } from 'fastify';

const BUILT_PAGES = fileURLToPath(new URL('../../../dist/public', import.meta.url));

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

/** Serves the built pages; without them (as in tests of the server) only the redirect of `/`. */
export async function pageRoutes(app: FastifyInstance, folder = BUILT_PAGES): Promise<void> {
  app.get('/', async (_request, reply) => reply.redirect('/my-devices'));
  if (!existsSync(folder)) return;
  await app.register(fastifyStatic, { root: folder, prefix: '/', index: false });
  for (const [page, languages] of Object.entries(PAGES))
    for (const address of ADDRESSES[page] ?? [`/${page}`])
      app.get(address, async (request, reply) => {
        const wished = chooseLanguage(request.headers['accept-language']);
        const language = languages.includes(wished) ? wished : 'en';
        return reply
          .headers({ 'content-language': language, vary: 'accept-language' })
          .sendFile(`${page}.${language}.html`);
      });
}
