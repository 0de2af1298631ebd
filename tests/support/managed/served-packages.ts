import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packExtension } from '@cardwright/installers';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { openStage, type Stage } from '@cardwright/stage';
import { portalOf } from '../portal-options.js';
import { startUpdateServer, type UpdateServer } from './update-server.js';

/** The time of the files in the packages, in seconds since 1970. */
const EPOCH = Date.UTC(2026, 0, 1) / 1000;

/** The extension's packages as built, on an administrator's server, with a stage without a browser. */
export interface ServedPackages {
  readonly server: UpdateServer;
  /** The id of the .crx, which is signed with a test key, not the product's. */
  readonly crxId: string;
  readonly stage: Stage;
  /** @returns what the stage left behind */
  close(): Promise<string[]>;
}

export async function servePackages(): Promise<ServedPackages> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-managed-'));
  const output = path.join(folder, 'output');
  mkdirSync(output);
  const server = await startUpdateServer(output);
  const closeServer = async (): Promise<void> => {
    await server.close();
    rmSync(folder, { recursive: true });
  };
  try {
    const scratch = (name: string): string => mkdtempSync(path.join(folder, `${name}-`));
    const context = { version: PRODUCT_VERSION, epoch: EPOCH, output, scratch };
    const { id: crxId } = await packExtension(context, { key: null, base: server.base });
    const stage = await openStage({ readers: 1, portal: portalOf({ algorithm: 'P-256' }), browser: false });
    const close = async (): Promise<string[]> => {
      const left = await stage.close();
      await closeServer();
      return left;
    };
    return { server, crxId, stage, close };
  } catch (error) {
    await closeServer();
    throw error;
  }
}
