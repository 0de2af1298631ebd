import fastifyCookie from '@fastify/cookie';
import {
  boundAuthority,
  createCms,
  seedPolicies,
  STANDARD_OPERATIONS,
  type CertificationAuthority,
  type OperationDefinition,
} from '@cardwright/cms';
import fastify, { type FastifyInstance } from 'fastify';
import { createAccount, findById } from './accounts/accounts.js';
import { openAuthorityOf } from './ca/authority-module.js';
import { openCertificatePolicies } from './ca/certificate-policies.js';
import { openDevelopmentCa } from './ca/development-ca.js';
import { CrlPublisher } from './ca/published-crl.js';
import { revocationsIn } from './ca/revocations.js';
import type { Configuration } from './settings/configuration.js';
import { answerErrors } from './http-errors.js';
import { loadKeyRing, type PortalKeys } from './keys/key-ring.js';
import { requireFit } from './keys/require-fit.js';
import { MobileWork } from './mobile/mobile-work.js';
import { openMobile, type OpenMobile, type OpenedMobile } from './open-mobile.js';
import { openPasskeyServices } from './passkeys/open-passkey-services.js';
import { LONGEST_CALL } from './passkeys/settings.js';
import { PasskeyRemovals, removeAfterRequests } from './passkey-removals.js';
import { requireSameOrigin } from './request-guards.js';
import { authorityRoutes } from './routes/authority.js';
import { devicePageRoutes } from './routes/device-page.js';
import { deviceRoutes } from './routes/devices.js';
import { helpRoutes } from './routes/help.js';
import { enrolmentRoutes } from './routes/mobile/enrolments.js';
import { phoneRoutes, type PhoneSide } from './routes/mobile/phones.js';
import { operationRoutes } from './routes/operations.js';
import { operatorRoutes } from './routes/operator.js';
import { policyRoutes } from './routes/policies.js';
import { passkeyLoginRoutes } from './routes/passkey-login.js';
import { pageRoutes } from './routes/pages.js';
import { requireRows } from './routes/serve.js';
import { sessionRoutes } from './routes/session.js';
import { vendorCertificateRoutes } from './routes/vendor-certificates.js';
import { markRunning } from './running-portal.js';
import { sendSecurityHeaders } from './security-headers.js';
import type { Services } from './services.js';
import { openStore } from './store/database.js';
import { drizzleStore } from './store/drizzle-store.js';
import { fillKeyHashes } from './store/fill-key-hashes.js';
import { devicePolicies } from './store/schema.js';

/** A portal that accepts requests. */
export interface Portal {
  readonly origin: string;
  /** The port of the loopback address, or of the configured one. */
  readonly port: number;
  /** Answers the requests under way, then releases port and database. */
  close(): Promise<void>;
}

/** The results of a step hold at most a few certificates and requests. */
const BODY_LIMIT = 256 * 1024;
const REQUEST_TIMEOUT = 30_000;
const SECOND = 1000;

/**
 * Starts the portal: opens the store, makes what an empty one lacks, and listens.
 *
 * @param open opens the mobile devices, where the configuration has them
 * @param operations those that it offers
 */
export async function startPortal(
  configuration: Configuration,
  open: OpenMobile = openMobile,
  operations: readonly OperationDefinition[] = STANDARD_OPERATIONS,
): Promise<Portal> {
  const keys = await loadKeyRing(configuration.dataFolder, configuration.keys);
  const store = await openStore(configuration.store);
  const unmark = await markRunning(configuration);
  try {
    await requireFit(await store.db.select().from(devicePolicies), keys);
    await fillKeyHashes(store.db);
    const certificatePolicies = await openCertificatePolicies(store.db, configuration.certificatePolicies);
    const cmsStore = drizzleStore(store, keys);
    // Where the system chooses the port, the origin is known only once the portal listens.
    let origin = configuration.origin ?? '';
    const passkeys = openPasskeyServices(configuration.passkeyServices, configuration.origin, () => origin);
    await seedPolicies(cmsStore, configuration.policies, passkeys.all);
    for (const account of configuration.accounts) await createAccount(store.db, account);
    const authority = await openAuthority(configuration, keys, () => authorityLocation(origin));
    const { deviceLimit, operationAge, quotas } = configuration;
    const authorityTimeout = configuration.authority.timeout;
    const decided = {
      certificatePolicies,
      deviceLimit,
      operationAge,
      quotas,
      authorityTimeout,
      passkeyServices: passkeys.all,
    };
    // Their own time limits come first.
    const passkeyTimeout = (LONGEST_CALL + 1) * SECOND;
    const bound = boundAuthority(authority, authorityTimeout);
    const crl = new CrlPublisher(revocationsIn(store.db), bound, configuration.authority.crl);
    const opened =
      configuration.mobile &&
      (await open({
        settings: configuration.mobile,
        store,
        cmsStore,
        authority: bound,
        crl: async () => (await crl.current()).der,
        keys,
        origin: () => origin,
        deviceLimit,
        certificatePolicies,
        operationsPerHour: quotas.operationsPerHour,
      }));
    const phones = opened && phoneSide(opened, configuration);
    const services: Services = {
      cms: createCms({
        store: cmsStore,
        authority,
        origin: () => origin,
        findPerson: (id) => findById(store.db, id),
        operations,
        ...decided,
        passkeyTimeout,
      }),
      cmsStore,
      store,
      keys,
      authority: bound,
      passkeys,
      mobile: opened?.devices ?? null,
      deviceLimit,
      deviceSource: configuration.deviceSource,
      get origin() {
        return origin;
      },
    };
    const removals = new PasskeyRemovals((signal) => services.cms.removeDuePasskeys(signal));
    const app = await buildApp(services, { removals, crl, phones }, configuration);
    await app.listen({ host: configuration.host, port: configuration.port });
    const address = app.server.address();
    const port = address !== null && typeof address === 'object' ? address.port : configuration.port;
    origin ||= `http://localhost:${port}`;
    removals.start();
    phones?.work.start();
    let closed: Promise<void> | undefined;
    const close = (): Promise<void> =>
      (closed ??= app
        .close()
        .then(() => Promise.all([removals.close(), phones?.work.close()]))
        .then(() => store.close())
        .then(unmark));
    return { origin, port, close };
  } catch (error) {
    await store.close();
    await unmark();
    throw error;
  }
}

async function openAuthority(
  { authority: { module } }: Configuration,
  keys: PortalKeys,
  location: () => string,
): Promise<CertificationAuthority> {
  const embedded = (): Promise<CertificationAuthority> => openDevelopmentCa(keys.authority, location);
  return module === null ? embedded() : openAuthorityOf(module, { location, openDevelopmentCa: embedded });
}

/** What the portal's addresses need besides its services. */
interface AppParts {
  readonly removals: PasskeyRemovals;
  readonly crl: CrlPublisher;
  /** Null where there are no mobile devices. */
  readonly phones: PhoneSide | null;
}

const phoneSide = ({ devices, scep }: OpenedMobile, { mobile }: Configuration): PhoneSide => ({
  devices,
  scep,
  work: new MobileWork(() => devices.endOverdue()),
  isVerified: mobile?.signing != null,
});

async function buildApp(
  services: Services,
  { removals, crl, phones }: AppParts,
  { trustedProxies, helpDesk }: Configuration,
): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    forceCloseConnections: 'idle',
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
  });
  const origin = (): string => services.origin;
  sendSecurityHeaders(app, origin);
  answerErrors(app);
  requireSameOrigin(app, origin);
  requireRows(app);
  removeAfterRequests(app, removals);
  await app.register(fastifyCookie, { secret: services.keys.cookieKey });
  sessionRoutes(app, services);
  passkeyLoginRoutes(app, services);
  deviceRoutes(app, services);
  operationRoutes(app, services);
  operatorRoutes(app, services);
  policyRoutes(app, services);
  devicePageRoutes(app, services);
  vendorCertificateRoutes(app, services);
  authorityRoutes(app, services, crl);
  enrolmentRoutes(app, services);
  if (phones) await phoneRoutes(app, services, phones);
  helpRoutes(app, services, helpDesk);
  await pageRoutes(app, services, helpDesk);
  return app;
}

/** Plain http where the address allows it: a program that checks a TLS certificate must not need TLS to do so. */
function authorityLocation(origin: string): string {
  const { protocol, hostname, port } = new URL(origin);
  return protocol === 'https:' && port === '' ? `http://${hostname}/ca` : `${origin}/ca`;
}
