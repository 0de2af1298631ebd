import type { FastifyInstance } from 'fastify';
import { endSessionsWhere } from '../accounts/session-ends.js';
import { ProofRefused, ProviderAway } from '../login/sign-in-errors.js';
import { namedBy, useLogoutToken } from '../login/provider-sessions.js';
import type { PortalServices } from '../services.js';
import { serve } from './serve.js';
import { LOGOUT_ROUTES } from './table/providers.js';

/** Maximum number of bytes in a body: a logout token has a few hundred. */
const BODY_LIMIT = 16 * 1024;
const BAD_REQUEST = 400;
const UNAVAILABLE = 503;

/**
 * Serves the logouts that providers ask for (`LOGOUT_ROUTES`, OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8). A logout token is its own
 * permission. Every token that is refused gets the same answer.
 */
export async function providerLogoutRoutes(app: FastifyInstance, services: PortalServices): Promise<void> {
  const { database, signIn } = services;
  await app.register((inner, _options, ready) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: BODY_LIMIT },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    serve(inner, services, LOGOUT_ROUTES, {
      'POST /sign-in/{provider}/logout': async ({ parameters: { provider: name } }, { request, reply }) => {
        reply.header('cache-control', 'no-store');
        const provider = signIn.find(name);
        const token = request.body instanceof URLSearchParams ? request.body.get('logout_token') : null;
        const refuse = () => reply.code(BAD_REQUEST).send({ error: 'invalid_request' });
        if (!provider || token === null) return refuse();
        try {
          const notice = await provider.readLogoutToken(token);
          const { issuer } = provider.settings;
          await database.db.transaction(async (transaction) => {
            if (!(await useLogoutToken(transaction, issuer, notice))) throw new ProofRefused('used before');
            await endSessionsWhere(transaction, namedBy(issuer, notice), {
              actor: 'portal',
              reason: 'signed-out-at-provider',
            });
          });
          return await reply.code(200).send();
        } catch (error) {
          if (error instanceof ProviderAway) return reply.code(UNAVAILABLE).send({ error: 'temporarily_unavailable' });
          if (error instanceof ProofRefused) return refuse();
          throw error;
        }
      },
    });
    ready();
  });
}
