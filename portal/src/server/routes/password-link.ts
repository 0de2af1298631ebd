import type { FastifyInstance } from 'fastify';
import { findByLink, setByLink } from '../accounts/password-links.js';
import type { PortalServices } from '../services.js';
import { serve } from './serve.js';
import { PASSWORD_LINK_ROUTES } from './table/password-link.js';

/** Serves the page behind a link for a new password (`PASSWORD_LINK_ROUTES`). */
export function passwordLinkRoutes(app: FastifyInstance, services: PortalServices): void {
  const { database, passwords } = services;

  serve(app, services, PASSWORD_LINK_ROUTES, {
    'POST /api/password-link': async ({ body: { token } }) => {
      const user = await findByLink(database.db, token);
      return { user: user ? { username: user.username, displayName: user.displayName } : null };
    },

    'PUT /api/password-link': async ({ body: { token, newPassword } }) => ({
      outcome: await setByLink(database.db, passwords, token, newPassword),
    }),
  });
}
