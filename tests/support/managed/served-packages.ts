import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { layOutHost, packExtension, readFleet, templatesOf } from '@cardwright/installers';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { openStage, type Stage } from '@cardwright/stage';
import { portalOf } from '../portal-options.js';
import { startUpdateServer, type UpdateServer } from './update-server.js';

/** The time of the files in the packages, in seconds since 1970. */
const EPOCH = Date.UTC(2026, 0, 1) / 1000;

/** The packages of a fleet as `npm run package` makes them, on an administrator's server, with a stage without a browser. */
export interface ServedPackages {
  readonly server: UpdateServer;
  /** The id of the .crx: that of the fleet's own key, not the product's. */
  readonly crxId: string;
  /** The JavaScript file of the packaged host. */
  readonly hostProgram: string;
  /** Makes the packages of another version, in the place of the former ones. */
  publish(version: string): Promise<void>;
  /** The fleet's templates of policies, by their names. */
  readonly templates: ReadonlyMap<string, string>;
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
    const key = path.join(folder, 'key.pem');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    const fleet = readFleet({ CARDWRIGHT_CRX_KEY: key, CARDWRIGHT_UPDATE_BASE: server.base });
    const pack = async (version: string): Promise<void> => {
      await packExtension({ version, epoch: EPOCH, fleet, output, scratch });
      // Mozilla would have signed it.
      const unlisted = path.join(output, `cardwright-${version}-firefox-unlisted.zip`);
      copyFileSync(unlisted, path.join(output, 'cardwright-firefox.xpi'));
    };
    await pack(PRODUCT_VERSION);
    const host = path.join(folder, 'host');
    mkdirSync(host);
    layOutHost('linux-x64', host, fleet);
    const stage = await openStage({ readers: 1, portal: portalOf({ algorithm: 'P-256' }), browser: false });
    const close = async (): Promise<string[]> => {
      const left = await stage.close();
      await closeServer();
      return left;
    };
    const hostProgram = path.join(host, 'app', 'main.js');
    return { server, crxId: fleet.chromiumId, hostProgram, templates: templatesOf(fleet), stage, publish: pack, close };
  } catch (error) {
    await closeServer();
    throw error;
  }
}
