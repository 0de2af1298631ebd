import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Portal } from '@cardwright/portal';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { inRepository, TiedProcess } from '@cardwright/stage';
import { CleanRoot, whyNoCleanRoot } from '../../support/clean-root.js';
import { runWithInput } from '../../support/run-with-input.js';
import { freePort } from '@cardwright/stage';
import { putPortalDeb } from '../../support/product-packages.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, listDevices, TEST_VENDOR } from '../portal/support/test-portal.js';

/** The container file of the portal, built and run by buildah, on a clean Debian as its base image. */

const MINUTES = 60_000;
const PASSWORD = 'correct horse battery';

async function signIn(portal: Portal, username: string): Promise<Browser> {
  const browser = new Browser(portal);
  expect(await browser.post('/api/session', { username, password: PASSWORD })).toMatchObject({ status: 200 });
  return browser;
}
const BASE = 'localhost/clean-debian';
const IMAGE = 'localhost/cardwright-portal';
const why = existsSync('/usr/bin/buildah') ? whyNoCleanRoot() : 'the Debian package buildah is missing';

/** An image's description of how it is run (OCI Image Configuration). */
interface ImageConfiguration {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly ExposedPorts: object;
  readonly Volumes: object;
}

(why === undefined ? describe : describe.skip)(
  `the portal in a container${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let folder: string;
    let image: ImageConfiguration;
    let container: string;
    let port: number;
    let service: TiedProcess | undefined;
    const card = new TestCard('yubikey', '88000001', TEST_VENDOR);
    const at = (name: string): string => path.join(folder, name);

    /**
     * Runs buildah, with images in the test's own folder. Commands share processes and network with this one, which root may do in a
     * container too.
     */
    const buildah = (command: string, ...args: readonly string[]): readonly string[] => {
      const store = ['--root', at('store'), '--runroot', at('run'), '--storage-driver', 'vfs'];
      const isolation = ['run', 'build'].includes(command) ? ['--isolation', 'chroot'] : [];
      return [...store, command, ...isolation, ...args];
    };
    async function run(args: readonly string[], input = ''): Promise<string> {
      return (await runWithInput('buildah', args, input)).stdout.trim();
    }
    /** buildah would raise limits that only a privileged process can raise. */
    const limits = Object.entries({ nofile: 'Max open files', nproc: 'Max processes' }).flatMap(([name, title]) => {
      const most = hardLimit(title);
      return ['--ulimit', `${name}=${most}:${most}`];
    });

    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'cardwright-container-'));
      mkdirSync(at('context'));
      await putPortalDeb(at('context'));
      const root = CleanRoot.open([]);
      const scratch = await run(buildah('from', 'scratch'));
      await run(buildah('add', '--quiet', scratch, root.folder, '/'));
      await run(buildah('commit', '--quiet', scratch, BASE));
      root.remove();
      port = await freePort();
    }, 20 * MINUTES);
    afterAll(async () => {
      await service?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Runs the image's program, as `podman run IMAGE …` does, with one folder for keys and settings and one for the data. */
    function program(words: readonly string[], keys: 'rw' | 'ro', environment: Readonly<Record<string, string>> = {}) {
      const volumes = [`${at('keys')}:/run/cardwright:${keys}`, `${at('data')}:/var/lib/cardwright-portal`];
      return buildah(
        'run',
        ...volumes.flatMap((volume) => ['--volume', volume]),
        ...Object.entries(environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
        container,
        ...image.Entrypoint,
        ...words,
      );
    }

    /** Writes the administrator's settings beside the keys; they apply from `init` on. */
    function writeSettings(): void {
      writeFileSync(at('keys/vendor.pem'), TEST_VENDOR.root);
      writeFileSync(at('keys/portal.env'), 'CARDWRIGHT_ATTESTATION_ROOTS=/run/cardwright/vendor.pem');
    }

    async function startService(): Promise<void> {
      service = await TiedProcess.start('buildah', program(image.Cmd, 'ro', { HOST: '127.0.0.1', PORT: String(port) }));
      await service.line(/listening/);
    }
    const portal = () => ({ origin: `http://localhost:${port}`, port, close: () => Promise.resolve() });

    it(
      'is built from the package, by its file',
      async () => {
        const file = ['--file', inRepository('installers', 'portal', 'Containerfile')];
        const choices = ['--build-arg', `VERSION=${PRODUCT_VERSION}`, '--build-arg', `BASE=${BASE}`];
        const where = ['--pull=never', '--network=host', ...limits];
        await run(buildah('build', ...where, ...file, ...choices, '--tag', IMAGE, at('context')));
        const told = JSON.parse(await run(buildah('inspect', '--type', 'image', IMAGE))) as {
          OCIv1: { config: ImageConfiguration };
        };
        image = told.OCIv1.config;
        expect(image).toMatchObject({
          User: 'cardwright-portal',
          ExposedPorts: { '8080/tcp': {} },
          Volumes: { '/var/lib/cardwright-portal': {} },
        });
        container = await run(buildah('from', '--pull-never', '--network=host', ...limits, IMAGE));
      },
      10 * MINUTES,
    );

    it('does not start without keys, and runs as its own user', async () => {
      const inside = await run(buildah('run', container, 'sh', '-c', 'id -un; id -u; id -g'));
      const [name, uid, gid] = inside.split('\n');
      expect(name).toBe('cardwright-portal');
      for (const one of ['keys', 'data']) {
        mkdirSync(at(one), { mode: 0o700 });
        chownSync(at(one), Number(uid), Number(gid));
      }
      await expect(run(program(image.Cmd, 'ro'))).rejects.toThrow(/keys\.json/);
    });

    it('becomes a portal after init, issues a card, and keeps its data when it starts again', async () => {
      writeSettings();
      await run(program(['init', '--password-file', '-'], 'rw'), PASSWORD);
      const added = ['account', 'add', 'alice', '--display-name', 'Alice Example', '--password-file', '-'];
      await run(program(added, 'ro'), PASSWORD);
      expect(statSync(at('keys/keys.json')).mode & 0o777).toBe(0o600);
      await startService();
      const alice = await signIn(portal(), 'alice');
      expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
      await service?.stop();
      await startService();
      const administrator = await new Browser(portal()).post('/api/session', { username: 'admin', password: PASSWORD });
      // Other rights come with a second factor.
      expect(administrator.body).toMatchObject({ user: { username: 'admin', rights: ['own-account'] } });
      const again = await signIn(portal(), 'alice');
      expect((await listDevices(again)).devices).toMatchObject([{ serial: '88000001', state: 'active' }]);
    });
  },
);

/** Reads a limit of this process (proc_pid_limits(5)). */
function hardLimit(name: string): string {
  const line = readFileSync('/proc/self/limits', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(name));
  const [, hard = ''] = line?.slice(name.length).trim().split(/ +/) ?? [];
  return hard;
}
