import { CardwrightError } from '@cardwright/protocol';
import { readJson } from '@cardwright/protocol/messages';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Set if the body may contain text that the database cannot store in a column (NUL, unpaired surrogates): the body is stored as a file
     * instead.
     */
    readonly isFile?: true;
  }
}

/**
 * Lets requests have JSON bodies only, and reads them as strictly as the protocol demands (`readJson`). The routes for phones read
 * their own bodies.
 */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    try {
      done(null, readJson(String(body), { anyText: request.routeOptions.config.isFile === true }));
    } catch (cause) {
      done(new CardwrightError('INVALID_MESSAGE', {}, { cause }));
    }
  });
}
