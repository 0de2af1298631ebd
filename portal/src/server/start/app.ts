import fastifyCookie from '@fastify/cookie';
import fastify, { type FastifyInstance } from 'fastify';
import { ROUTES } from '../../features/list.js';
import type { OpenFeature } from '../features/feature.js';
import { countRequests } from '../monitor/count-requests.js';
import { followRequests } from '../requests/follow-requests.js';
import { answerErrors } from '../requests/http-errors.js';
import { readJsonBodies } from '../requests/json-bodies.js';
import { logRequests } from '../requests/log-requests.js';
import { requireOwnHost, requireSameOrigin } from '../requests/request-guards.js';
import { requestIds } from '../requests/request-ids.js';
import { answerBadPaths, answerUnparsed, sendSecurityHeaders } from '../requests/security-headers.js';
import { accountRoutes } from '../routes/account.js';
import { localAccountRoutes } from '../routes/accounts.js';
import { auditRoutes } from '../routes/audit.js';
import { authorityRoutes } from '../routes/authority.js';
import { cardStepRoutes } from '../routes/card-step.js';
import { devicePageRoutes } from '../routes/device-page.js';
import { deviceRoutes } from '../routes/devices.js';
import { helpRoutes } from '../routes/help.js';
import { enrolmentRoutes } from '../routes/mobile/enrolments.js';
import { phoneRoutes, type PhoneSide } from '../routes/mobile/phones.js';
import { operationRoutes } from '../routes/operations.js';
import { operatorRoutes } from '../routes/operator.js';
import { pageRoutes } from '../routes/pages.js';
import { passkeyLoginRoutes } from '../routes/passkey-login.js';
import { passwordLinkRoutes } from '../routes/password-link.js';
import { personRoutes } from '../routes/people.js';
import { policyRoutes } from '../routes/policies.js';
import { providerLogoutRoutes } from '../routes/provider-logout.js';
import { providerRoutes } from '../routes/providers.js';
import { roleRoutes } from '../routes/roles.js';
import { securityRoutes } from '../routes/security.js';
import { requireRows } from '../routes/serve.js';
import { sessionRoutes } from '../routes/session.js';
import { signInPasskeyRoutes } from '../routes/sign-in-passkeys.js';
import { vendorCertificateRoutes } from '../routes/vendor-certificates.js';
import type { PortalServices } from '../services.js';
import type { DueWork } from '../work/due-work.js';
import type { PortalAuthority } from '../ca/portal-authority.js';
import type { Opening } from './opening.js';
import { removeAfterRequests } from './passkey-removals.js';

/**
 * Maximum number of bytes in a body, if the route sets no other limit. It suffices for the results of a step, which hold at most a few
 * certificates and requests.
 */
const BODY_LIMIT = 256 * 1024;
/** Milliseconds in which a client has to send a request. */
const REQUEST_TIMEOUT = 30_000;
/** Milliseconds between two looks for requests that are not complete in time. */
const REQUEST_CHECKS = 5000;
/** Milliseconds after which a connection ends on which nothing moves: its client reads no answer. What takes long in the portal takes less. */
const CONNECTION_TIMEOUT = 120_000;

/** Parts of the portal that its routes and hooks need besides its services. */
interface AppParts {
  readonly removals: Pick<DueWork, 'nudge'>;
  readonly published: PortalAuthority['published'];
  /** The portal's services for phones; null if the portal does not support mobile devices. */
  readonly phones: PhoneSide | null;
  readonly features: readonly OpenFeature[];
}

/** Makes the server with all its routes. The server does not listen yet. */
export async function openApp(
  { configuration: { trustedProxies, helpDesk, securityContacts }, origin, counters, parts }: Opening,
  services: PortalServices,
  { removals, published, phones, features }: AppParts,
): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    connectionTimeout: CONNECTION_TIMEOUT,
    forceCloseConnections: 'idle',
    // A request that had begun when the portal was told to end is answered like any other: the database is closed after the listener. A proxy gives
    // what is refused to another process, but not what was answered with 503.
    return503OnClosing: false,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    genReqId: requestIds(trustedProxies),
    frameworkErrors: answerBadPaths(origin),
    clientErrorHandler: answerUnparsed(origin),
    // By default, Node.js itself would refuse a request without a Host header, and its answer would lack the portal's security headers.
    http: { requireHostHeader: false, connectionsCheckingInterval: REQUEST_CHECKS },
  });
  parts.add({ close: () => app.close() });
  followRequests(app);
  logRequests(app);
  sendSecurityHeaders(app, origin);
  answerErrors(app);
  countRequests(app, counters);
  readJsonBodies(app);
  requireOwnHost(app, origin);
  requireSameOrigin(app, origin);
  requireRows(app, ROUTES);
  removeAfterRequests(app, removals);
  await app.register(fastifyCookie, { secret: services.keys.cookieKey });
  sessionRoutes(app, services);
  passkeyLoginRoutes(app, services);
  signInPasskeyRoutes(app, services);
  cardStepRoutes(app, services);
  accountRoutes(app, services);
  passwordLinkRoutes(app, services);
  providerRoutes(app, services);
  await providerLogoutRoutes(app, services);
  deviceRoutes(app, services);
  operationRoutes(app, services);
  operatorRoutes(app, services);
  auditRoutes(app, services);
  policyRoutes(app, services);
  devicePageRoutes(app, services);
  personRoutes(app, services);
  roleRoutes(app, services);
  localAccountRoutes(app, services);
  vendorCertificateRoutes(app, services);
  authorityRoutes(app, services, published);
  enrolmentRoutes(app, services);
  if (phones) await phoneRoutes(app, services, phones);
  for (const feature of features) feature.serve(app, services);
  securityRoutes(app, services, securityContacts);
  helpRoutes(app, services, helpDesk);
  await pageRoutes(app, services, helpDesk);
  return app;
}
