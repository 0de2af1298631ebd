import { STANDARD_OPERATIONS } from '@cardwright/cms';
import type { OperationDefinition } from '@cardwright/cms/operations';
import type { FastifyInstance } from 'fastify';
import { FEATURES, METRICS } from '../features/list.js';
import { Passwords } from './accounts/password.js';
import { onFailedLogin } from './accounts/failed-logins.js';
import { openFeatures } from './features/open-features.js';
import { offersOf } from './features/ports.js';
import { HealthWatch } from './health/health-watch.js';
import { isOnDisk } from './running-portal.js';
import { loadKeyRing } from './keys/key-ring.js';
import { passwordVerifier } from './login/password-login.js';
import { log } from './log/log.js';
import { reasonOf } from './log/reason-of.js';
import { SignIn } from './login/sign-in.js';
import { Counters } from './monitor/counters.js';
import type { Sample } from './monitor/metrics.js';
import { Monitor } from './monitor/monitor.js';
import { portalSources } from './monitor/portal-sources.js';
import { openMobile, type OpenMobile } from './open-mobile.js';
import { openPasskeyServices } from './passkeys/open-passkey-services.js';
import type { PortalServices } from './services.js';
import type { Configuration } from './settings/configuration.js';
import { openApp } from './start/app.js';
import { openAuthority } from './start/authority.js';
import { fillData, openControl, openData } from './start/data.js';
import { OpenParts } from './start/open-parts.js';
import type { Opening } from './start/opening.js';
import { jobsOf, passkeyRemovals } from './start/jobs.js';
import { openOperations } from './start/operations.js';
import { openPhones } from './start/phones.js';
import { DueWork } from './work/due-work.js';

/** A portal that accepts requests. */
export interface Portal {
  readonly origin: string;
  /** The port on which the portal listens. */
  readonly port: number;
  /** Stops listening, answers the requests under way, then closes the database. */
  close(): Promise<void>;
}

/**
 * Starts the portal: opens the database, adds the configured device policies and accounts that the database lacks, and listens. If the portal
 * cannot start, everything that was opened is closed.
 *
 * @param open opens the service for mobile devices; called only if mobile devices are configured
 * @param operations the operations that the portal offers
 * @throws the error because of which the portal cannot start
 */
export async function startPortal(
  configuration: Configuration,
  open: OpenMobile = openMobile,
  operations: readonly OperationDefinition[] = STANDARD_OPERATIONS,
): Promise<Portal> {
  const parts = new OpenParts();
  try {
    return await openPortal(configuration, parts, open, operations);
  } catch (error) {
    // The caller gets the reason why the portal cannot start, not a failure to close its parts.
    await parts
      .close()
      .catch((unclosed: unknown) =>
        log.error('Parts of the portal could not be closed.', { reason: reasonOf(unclosed) }),
      );
    throw error;
  }
}

/** Opens the parts of a portal. The parts are closed in reverse order. */
async function openPortal(
  configuration: Configuration,
  parts: OpenParts,
  open: OpenMobile,
  operations: readonly OperationDefinition[],
): Promise<Portal> {
  let origin = configuration.origin ?? '';
  // The monitor is opened first and so closed last: it also tells of the start and of the end.
  const monitor = configuration.monitor.port === 0 ? null : parts.add(await Monitor.open(configuration.monitor));
  const counters = new Counters();
  const keys = await loadKeyRing(configuration.dataFolder, configuration.keys);
  const opening: Opening = { configuration, keys, origin: () => origin, counters, parts };

  const data = await openData(opening);
  const passkeys = openPasskeyServices(configuration.passkeyServices, configuration.origin, opening.origin);
  const passwords = new Passwords(configuration.passwordCost, configuration.passwordWords);
  await fillData(opening, data, passkeys.all);
  const authority = await openAuthority(opening, data);
  const signIn = new SignIn(configuration.signIn, keys, opening.origin);
  const verifyPassword = passwordVerifier(data.database.db, signIn);
  const phones = await openPhones(opening, data, authority, verifyPassword, open);
  const cms = openOperations(opening, { data, authority, passkeyServices: passkeys.all }, operations);
  const { db } = data.database;
  const features = openFeatures(FEATURES, offersOf(configuration, data.database, authority));
  const folder = isOnDisk(configuration) ? configuration.dataFolder : null;
  const health = new HealthWatch({ folder, database: data.database, signIn });
  const removals = new DueWork(passkeyRemovals(cms));
  const jobs = [
    ...jobsOf(configuration, { database: data.database, cms, signIn }),
    ...features.flatMap((one) => one.jobs),
  ];
  const work = [removals, ...[...jobs, health.job].map((job) => new DueWork(job))].map((one) => parts.add(one));
  onFailedLogin(db, (way) => counters.add('cardwright_sign_ins_failed_total', { way }));
  const services: PortalServices = {
    database: data.database,
    cms,
    store: data.store,
    keys,
    passwords,
    verifyPassword,
    authority: authority.bound,
    passkeys,
    signIn,
    mobile: phones?.devices ?? null,
    sessionEnds: configuration.sessionEnds,
    secondFactor: configuration.secondFactor,
    mayActAlone: configuration.actingAlone === 'allowed',
    deviceLimit: configuration.deviceLimit,
    quotas: configuration.quotas,
    deviceSource: configuration.deviceSource,
    get origin() {
      return origin;
    },
  };
  const app = await openApp(opening, services, { removals, published: authority.published, phones, features });

  const port = await listen(app, configuration);
  await openControl(opening, data);
  origin ||= `http://localhost:${port}`;
  for (const one of work) one.start();
  phones?.work.start();
  const { dataFolder } = configuration;
  const { bound, currentCrl: crl } = authority;
  const ofFeatures = async (): Promise<readonly Sample[]> =>
    (await Promise.all(features.map((one) => one.samples()))).flat();
  monitor?.run(
    portalSources({ db, authority: bound, crl, metrics: METRICS, ofFeatures, counters, health, dataFolder }),
  );
  return {
    origin,
    port,
    close: () => {
      monitor?.end();
      return parts.close();
    },
  };
}

/** Listens, and returns the port. If the configured port is 0, the system chooses one. */
async function listen(app: FastifyInstance, { host, port }: Configuration): Promise<number> {
  await app.listen({ host, port });
  const address = app.server.address();
  return address !== null && typeof address === 'object' ? address.port : port;
}
