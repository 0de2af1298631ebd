import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startedAgain } from '../../integration/portal/support/started-again.js';
import { fillWithSuperseded } from '../../integration/portal/support/superseded-certificates.js';
import { startTestPortal, type TestPortal } from '../../integration/portal/support/test-portal.js';

/** Number of certificates on the CRL. */
export const REVOKED = 100_000;

/** A portal in this process, on an embedded database with many revoked certificates. */
export interface CrlPortal {
  /** The portal as it runs now. */
  readonly portal: TestPortal;
  /** Starts the portal again. It then has no CRL, and makes one for its first reader. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @param interval seconds for which one CRL is served */
export async function openCrlPortal(interval: number): Promise<CrlPortal> {
  const folder = await mkdtemp(join(tmpdir(), 'cardwright-crl-bench-'));
  const database = { folder: join(folder, 'database') };
  await fillWithSuperseded(database.folder, REVOKED);
  const environment = { CARDWRIGHT_CRL_INTERVAL: String(interval), CARDWRIGHT_DEVICE_LIMIT: '1000' };
  let portal = await startTestPortal(environment, { everyKey: true, database });
  return {
    get portal() {
      return portal;
    },
    restart: async () => {
      portal = await startedAgain(portal);
    },
    close: async () => {
      await portal.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Returns the address of a portal's CRL. */
export const crlOf = ({ port }: TestPortal): string => `http://127.0.0.1:${port}/ca/crl.der`;

/** Reads the CRL with its whole body, because the portal waits at its end for unread bodies. */
export async function readCrl(portal: TestPortal): Promise<void> {
  const response = await fetch(crlOf(portal));
  if (response.status !== 200) throw new Error(`no CRL: ${response.status}`);
  await response.arrayBuffer();
}
