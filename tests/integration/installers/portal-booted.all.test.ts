import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { whyNoBootedRoot } from '../../support/booted-root.js';
import { BootedPortal, ORIGIN, SETTINGS } from '../../support/booted-portal.js';
import { makeNewerDeb } from '../../support/newer-portal.js';
import { putPortalDeb } from '../../support/product-packages.js';
import { typeAt } from '../../support/terminal.js';
import { TypedGuide } from '../../support/typed-guide.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { registerKey } from '../portal/support/sign-in-key.js';
import { type Browser, listDevices, TEST_VENDOR } from '../portal/support/test-portal.js';

/**
 * The life of a portal on a computer that systemd has booted: embedded first, then with PostgreSQL and two processes, upgraded, backed up, restored and
 * rolled back. An administrator types what `docs/operate.md` shows. Each test begins where the one before has ended.
 */

const MINUTES = 60_000;
const NEWER = '0.2.0';
const PASSWORD = 'correct horse battery';
const OTHER_PASSWORD = 'another horse battery';
const DATABASE_PASSWORD = 'database-password';
const BEHIND = 'Several processes behind a proxy';
const TOML = `${SETTINGS}/portal.toml`;
const PROXY = '/etc/nginx/conf.d/portal.conf';
const BACKUPS = '/var/backups/cardwright-portal';
const SEVERAL = 'cardwright-portal@1 cardwright-portal@2';
/** Milliseconds between two requests of someone who uses the portal while it is upgraded. */
const EVERY = 50;

const why = whyNoBootedRoot();
if (why !== undefined) console.warn(`Skipped, because ${why}.`);

(why === undefined ? describe : describe.skip)('a portal on a computer that systemd has booted', () => {
  const guide = new TypedGuide('operate.md');
  let packages: string;
  let portal: BootedPortal;
  /** Serial numbers of the cards that the portal knows. */
  let known: string[] = [];
  let beforeUpgrade: readonly string[] = [];
  let cards = 0;

  beforeAll(async () => {
    packages = mkdtempSync(path.join(tmpdir(), 'cardwright-portal-booted-'));
    const deb = await putPortalDeb(packages);
    const newer = makeNewerDeb(deb, NEWER);
    portal = await BootedPortal.boot();
    for (const one of [deb, newer]) portal.bring(one);
  }, 20 * MINUTES);
  afterAll(async () => {
    await portal.remove();
    rmSync(packages, { recursive: true, force: true });
  });

  const walk = (name: string, work: () => Promise<void>): void => it(name, work, 10 * MINUTES);

  const newCard = (): TestCard => new TestCard('yubikey', String(88_000_000 + (cards += 1)), TEST_VENDOR);
  const alice = (): Promise<Browser> => portal.signIn('alice', PASSWORD);
  const note = ({ serial }: TestCard): void => void known.push(serial ?? '');

  /** Issues another card through the proxy. */
  async function issue(browser: Browser): Promise<void> {
    const card = newCard();
    const answer = await browser.relay(await browser.openHost(card));
    expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
    note(card);
  }
  /** Expects that the portal still has each card that it knew, active, and that a further one can be issued. */
  async function expectAll(): Promise<void> {
    const browser = await alice();
    const { devices } = await listDevices(browser);
    expect(devices.map(({ serial, state }) => `${serial ?? ''} ${state}`).sort()).toEqual(
      known.map((serial) => `${serial} active`).sort(),
    );
    await issue(browser);
  }
  /** Types the commands of a block, one after the other. What an editor is for is done instead. */
  async function follow(block: string, edit: () => void = () => undefined): Promise<string> {
    let told = '';
    for (const line of block.trimEnd().split('\n'))
      if (line.startsWith('editor ')) edit();
      else told += await portal.type(line, line.startsWith('apt ') ? 'y\n' : '');
    return told;
  }
  function writeSecret(file: string, secret: string): void {
    portal.write(file, `${secret}\n`);
    chmodSync(portal.system.root.at(file), 0o600);
  }
  /** Types a command at a terminal, and answers its questions. */
  async function typeAtTerminal(command: string, ...answers: (readonly [string, string])[]): Promise<void> {
    const line = portal.system.commandLine(['sh', '-c', `cd /root && ${command}`]);
    const { shown, code } = await typeAt(line, answers, { PATH: process.env.PATH, TERM: 'dumb' });
    expect([code, shown]).toEqual([0, shown]);
  }
  async function expectHealth(...complaints: string[]): Promise<void> {
    expect(await portal.complaints()).toEqual(complaints);
    expect(await portal.type('systemctl --failed --no-legend --plain')).toBe('');
  }
  /** Removes what a restored backup has taken the place of, as `doctor` says. */
  async function dropReplaced(database: string): Promise<void> {
    const [replaced = '', ...others] = await portal.complaints();
    const [schema = 'none'] = /replaced_\w+/.exec(replaced) ?? [];
    expect([replaced, others]).toEqual([expect.stringContaining(`The schema ${schema} has a database`), []]);
    await portal.type(`runuser -u postgres -- psql --command 'DROP SCHEMA ${schema} CASCADE' ${database}`);
  }
  /** Sets what an administrator decides before people use the portal. */
  function set(database = ''): void {
    const policies = ['proved', 'unproved'].map(
      (one, index) => `policy-oid-${one} = "1.3.6.1.4.1.99999.1.${index + 1}"`,
    );
    const limits = ['device-limit = 100', 'operations-per-hour = 1000', 'cards-per-hour = 1000'];
    const log = guide.block('The journal', 'toml');
    portal.write(TOML, [guide.block(BEHIND, 'toml'), log, ...policies, ...limits, database, ''].join('\n'));
  }
  /** Sets a password by the link in what a command has told, as its owner does. */
  async function setPassword(told: string, newPassword: string): Promise<void> {
    const [, token] = /\/set-password#([\w-]+)$/m.exec(told) ?? [];
    const answer = await portal.browser().send('PUT', '/api/password-link', { token, newPassword });
    expect([told, answer.body]).toEqual([told, { outcome: 'set' }]);
  }
  const databaseUrl = (name: string): string =>
    guide
      .block('PostgreSQL', 'toml')
      .replaceAll('PASSWORD', DATABASE_PASSWORD)
      .replaceAll(/\/cardwright"$/gm, `/${name}"`);
  /** Returns the version that a process tells to those who watch it. */
  const versionOf = async (process: number): Promise<string> => {
    const metrics = await portal.ask(9460 + process, '/metrics').catch(() => '');
    return /cardwright_build_info\{version="([^"+]*)[^"]*"\}/.exec(metrics)?.[1] ?? 'none';
  };
  const versions = () => Promise.all([versionOf(1), versionOf(2)]);

  walk('is installed, and starts nothing before it has keys', async () => {
    expect(await portal.type(guide.commands('Install', 'apt install'))).toContain("run 'cardwright-portal init'");
    await expect(portal.type('systemctl start cardwright-portal')).rejects.toThrow();
    expect(await portal.type('journalctl -u cardwright-portal')).toContain('CREDENTIALS');
    await portal.type('systemctl stop cardwright-portal && systemctl reset-failed');
  });

  walk('issues a card with the embedded database, behind nginx with TLS', async () => {
    const proxy = guide.block(BEHIND, 'nginx');
    portal.write(PROXY, proxy.replaceAll(/^ {2}server 127.*\n/gm, '').replace('# One process: ', ''));
    await follow(guide.block(BEHIND, 'sh', 'nginx -t'));
    await typeAtTerminal(
      guide.commands('Install', 'cardwright-portal init'),
      ['Address of the portal [', `${ORIGIN}\r`],
      ['Database [embedded]: ', '\r'],
      ['Addresses of the proxy [127.0.0.1]: ', '\r'],
      ['Name of the authority [', '\r'],
      ['First administrator [local]: ', '\r'],
      ['User name [admin]: ', 'olga\r'],
      ['Full name [Administrator]: ', 'Olga Operator\r'],
      ['Password of olga: ', `${PASSWORD}\r`],
      ['The same password again: ', `${PASSWORD}\r`],
      ["Vendors' certificates [skip]: ", '\r'],
      ['Do this? [yes]: ', '\r'],
      ['Check again? [yes]: ', 'no\r'],
    );
    set();
    writeSecret('/root/password', PASSWORD);
    await portal.type(
      'cardwright-portal account add alice --display-name "Alice Example" --password-file /root/password',
    );
    portal.write('/root/vendor.pem', TEST_VENDOR.root);
    const importing = guide.commands("Vendors' certificates", 'cardwright-portal import-vendor-certificates');
    await portal.type(importing.replace('FILE', '/root/vendor.pem').replaceAll(/[[\]]/g, ''));
    await portal.type(guide.commands('Install', 'systemctl enable'));
    await follow(guide.block('Settings', 'sh', 'cardwright-portal config check'));
    await expectHealth();
    await expectAll();
    await expect(portal.browser().get('/login')).resolves.toMatchObject({ status: 200 });
  });

  walk('refuses its embedded database to a second process', async () => {
    await expect(portal.type('systemctl start cardwright-portal@1')).rejects.toThrow();
    expect(await portal.type('journalctl -u cardwright-portal@1')).toContain(
      'several processes need a PostgreSQL database',
    );
    await portal.type('systemctl stop cardwright-portal@1 && systemctl reset-failed');
    await expectAll();
  });

  walk('gives a file with a secret to its group alone', async () => {
    portal.write('/root/entra-secret', 'secret');
    await portal.type(guide.commands('Help for users', 'install'));
    expect(await portal.type(`stat -c '%a %U %G' ${SETTINGS}/entra-secret`)).toBe('640 root cardwright-portal\n');
    await portal.type(`runuser -u cardwright-portal -- cat ${SETTINGS}/entra-secret`);
    await expect(portal.type(`runuser -u nobody -- cat ${SETTINGS}/entra-secret`)).rejects.toThrow('Permission denied');
    await portal.type(`rm ${SETTINGS}/entra-secret`);
  });

  walk('shows all of one request in the journal, and what needs its administrator', async () => {
    const { headers } = await portal.browser().get('/api/devices');
    const id = headers.get('x-request-id') ?? 'none';
    const command = guide.commands('The journal', 'journalctl').replace(/[\da-f]{8}-[\da-f-]+/, id);
    const told = await portal.type(command);
    expect(told.match(/"requestId": ".*"/g)).toEqual([`"requestId": "${id}"`]);
    expect(told).toContain('"route": "/api/devices"');
    const warnings = await portal.type('journalctl -p warning -o cat -u cardwright-portal');
    expect(warnings).not.toContain(id);
  });

  walk('lets its administrator in again without the password, and then without a passkey', async () => {
    await setPassword(await follow(guide.block('When nobody can sign in', 'sh')), OTHER_PASSWORD);
    await expect(portal.signIn('olga', PASSWORD)).rejects.toThrow('401');
    const olga = await portal.signIn('olga', OTHER_PASSWORD);
    await registerKey(olga);
    expect((await olga.get('/api/devices')).status).toBe(200);
    const secondFactor = async (browser: Browser): Promise<unknown> => (await browser.get('/api/session')).body;
    expect(await secondFactor(await portal.signIn('olga', OTHER_PASSWORD))).toMatchObject({ secondFactor: 'needed' });
    const command = guide.commands('Second factor', 'cardwright-portal account second-factor').replace('NAME', 'olga');
    await expect(portal.type(command)).rejects.toThrow();
    await portal.type(`systemctl stop cardwright-portal\n${command}\nsystemctl start cardwright-portal`);
    expect(await secondFactor(await portal.signIn('olga', OTHER_PASSWORD))).toMatchObject({
      secondFactor: 'to-register',
    });
    expect((await olga.get('/api/devices')).status).toBe(401);
    await expectHealth();
  });

  walk('is backed up while it runs, by the command and each night', async () => {
    await portal.type(guide.commands('Back up', 'cardwright-portal backup'));
    // The timer last ran two days ago, and begins without the delay that spreads backups over the night.
    const stamp = '/var/lib/systemd/timers/stamp-cardwright-portal-backup.timer';
    portal.write('/etc/systemd/system/cardwright-portal-backup.timer.d/now.conf', '[Timer]\nRandomizedDelaySec=0\n');
    await portal.type(`mkdir -p ${path.dirname(stamp)} && touch -d '2 days ago' ${stamp} && systemctl daemon-reload`);
    await portal.type(guide.commands('Back up', 'systemctl enable'));
    const isMade = `ls ${BACKUPS}/*.gz && [ "$(systemctl show -P ActiveState cardwright-portal-backup)" = inactive ]`;
    await portal.type(`timeout 120 sh -c 'until ${isMade}; do sleep 1; done'`);
    expect(await portal.type('systemctl list-timers --no-legend')).toContain('cardwright-portal-backup.timer');
    await portal.type(`touch -d '31 days ago' ${BACKUPS}/portal-old.gz`);
    await follow(guide.block('Back up', 'sh', 'cardwright-portal-backup.timer'));
    const files = (await portal.type(`stat -c '%a %U %n' ${BACKUPS} ${BACKUPS}/*`)).trimEnd().split('\n');
    expect(files).toEqual([
      `700 root ${BACKUPS}`,
      ...Array<unknown>(2).fill(expect.stringMatching(/^600 root .*\.gz$/)),
    ]);
    await expectHealth();
  });

  walk('moves to PostgreSQL, and nothing is left of the embedded database', async () => {
    const asked = [
      ['for new role: ', `${DATABASE_PASSWORD}\r`],
      ['again: ', `${DATABASE_PASSWORD}\r`],
    ] as const;
    await typeAtTerminal(guide.block('PostgreSQL', 'sh', 'createdb'), ...asked, ...asked);
    // For a database of before the two roles. Here it changes nothing.
    await portal.type(guide.commands('PostgreSQL', 'runuser -u postgres -- psql'));
    await follow(guide.block('PostgreSQL', 'sh', 'editor'), () => set(databaseUrl('cardwright')));
    await expectHealth(expect.stringContaining('is no longer used') as unknown as string);
    await follow(guide.block('PostgreSQL', 'sh', 'rm -r'));
    await expectHealth();
    await expectAll();
    expect(await portal.type('ls -A /var/lib/cardwright-portal')).toBe('last-backup\n');
  });

  walk('has local accounts by the command line, while it runs', async () => {
    const told = new Map<string, string>();
    for (const line of guide.block('Local accounts', 'sh').trimEnd().split('\n')) {
      const output = await portal.type(line);
      const [, verb = '', name = ''] = /account ([\w-]+) ?(\w*)/.exec(line) ?? [];
      told.set(`${verb} ${name}`.trim(), output);
      if (verb === 'add' || verb === 'reset') await setPassword(output, OTHER_PASSWORD);
      if (verb === 'add' || verb === 'reset' || verb === 'roles') await portal.signIn(name, OTHER_PASSWORD);
      if (verb === 'disable') await expect(portal.signIn(name, OTHER_PASSWORD)).rejects.toThrow('401');
    }
    expect([...told.keys()]).toEqual([
      'list',
      'add olaf',
      'add emma',
      'roles olaf',
      'reset emma',
      'end-sessions emma',
      'disable emma',
      'delete emma',
    ]);
    expect(told.get('list')).toContain('olga\tOlga Operator\t');
    const list = await portal.type(guide.commands('Local accounts', 'cardwright-portal account list'));
    expect(list).toMatch(/^olaf\tOlaf Operator\tuser, help-desk for Sales\tactive$/m);
    expect(list).not.toContain('emma');
    await expectHealth();
  });

  walk('renews its authority, and publishes the certificate of the next one', async () => {
    const told = await follow(guide.block('Renew the authority', 'sh'));
    const addresses = new Set(told.match(/(?<=portal\.example\.com)\/ca\/\S*ca\.der$/gm));
    expect([told, addresses.size]).toEqual([told, 2]);
    for (const address of addresses) expect(await portal.browser().get(address)).toMatchObject({ status: 200 });
    await expectHealth();
    await expectAll();
  });

  walk('has its keys encrypted, and none in the clear', async () => {
    await portal.type(`cp ${SETTINGS}/keys.json /root/keys.json`);
    await portal.type(guide.commands('The keys', 'systemd-creds encrypt'));
    await portal.type(guide.commands('The keys', 'chmod 600'));
    portal.write('/root/credentials.conf', guide.block('The keys', 'ini'));
    // An editor gets the place of its cursor first, and the file last.
    portal.write('/root/edit', '#!/bin/sh\nfor file; do :; done\ncat /root/credentials.conf > "$file"\n');
    const edit = guide.commands('The keys', 'systemctl edit');
    for (const command of [edit, `${edit}@`])
      await typeAtTerminal(`chmod +x edit && SYSTEMD_EDITOR=/root/edit ${command}`);
    await portal.type(`rm ${SETTINGS}/keys.json && systemctl restart cardwright-portal`);
    await expectHealth();
    await expectAll();
  });

  walk('becomes two processes behind the proxy', async () => {
    portal.write(PROXY, guide.block(BEHIND, 'nginx'));
    await follow(guide.block('Several processes', 'sh', 'cardwright-portal@1'));
    await follow(guide.block(BEHIND, 'sh', 'nginx -t'));
    for (const port of [8081, 8082]) await portal.type(`PORT=${port} cardwright-portal ready`);
    expect(await versions()).toEqual([PRODUCT_VERSION, PRODUCT_VERSION]);
    for (const port of [9461, 9462]) {
      expect(await portal.ask(port, '/healthz')).toBe('ok\n');
      expect(await portal.ask(port, '/readyz')).toBe(
        'database ok\nmigrations ok\nauthority ok\nsign-in ok\nclock ok\n',
      );
    }
    await expectHealth();
    await expectAll();
  });

  walk('is upgraded under a running issuance, one process after the other, and every request is answered', async () => {
    await portal.type(guide.commands('Upgrade', 'cardwright-portal backup'));
    beforeUpgrade = [...known];
    const [browser, busy] = [await alice(), await alice()];
    const card = newCard();
    const host = await browser.openHost(card);
    let answer = await browser.relay(host, ({ phase }) => phase.name === 'keys');
    expect(answer).toMatchObject({ state: 'running' });

    const seen = new Set<string>();
    const upgraded = new AbortController();
    const upgrade = portal.type(guide.commands('Upgrade', `apt install ./cardwright-portal_${NEWER}`)).finally(() => {
      upgraded.abort();
    });
    const watching = (async () => {
      while (!upgraded.signal.aborted) seen.add((await versions()).join(' '));
    })();
    const using = (async () => {
      const answers = new Map<number, number>();
      while (!upgraded.signal.aborted) {
        const { status } = await busy.get('/api/devices');
        answers.set(status, (answers.get(status) ?? 0) + 1);
        await delay(EVERY);
      }
      return answers;
    })();
    while (answer.step) {
      // A step for each state in which the processes are.
      const outcomes = await host.run(answer.step.jws);
      answer = await browser.operate(`/${answer.operation}/results`, { step: answer.step.number, outcomes });
      const states = seen.size;
      while (!upgraded.signal.aborted && seen.size === states) await delay(EVERY);
    }
    expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
    note(card);
    await upgrade;
    await watching;
    const answers = await using;
    expect([...answers.keys()]).toEqual([200]);
    expect([...seen]).toEqual(
      expect.arrayContaining([`${NEWER} ${PRODUCT_VERSION}`, expect.stringMatching(`^${NEWER} `)]),
    );
    expect(await versions()).toEqual([NEWER, NEWER]);
    await expectHealth();
    await expectAll();
  });

  walk('is backed up each night with encrypted keys, from PostgreSQL', async () => {
    await portal.type(guide.commands('Back up', 'systemctl start cardwright-portal-backup'));
    expect((await portal.type(`ls ${BACKUPS}`)).trim().split('\n')).toHaveLength(3);
    await expectHealth();
  });

  walk('is rolled back while it runs: the version before runs with the expanded tables', async () => {
    await portal.type(guide.commands('Upgrade', 'apt install --allow-downgrades').split('\n')[0] ?? '', 'y\n');
    expect(await versions()).toEqual([PRODUCT_VERSION, PRODUCT_VERSION]);
    await expectHealth();
    await expectAll();
    await portal.type(guide.commands('Upgrade', `apt install ./cardwright-portal_${NEWER}`));
    expect(await versions()).toEqual([NEWER, NEWER]);
  });

  walk('is rolled back to the backup from before the upgrade', async () => {
    const block = guide.block('Upgrade', 'sh', 'restore --replace');
    await follow(block.replaceAll(/^(systemctl \w+) cardwright-portal$/gm, `$1 ${SEVERAL}`));
    known = [...beforeUpgrade];
    expect(await versions()).toEqual([PRODUCT_VERSION, PRODUCT_VERSION]);
    await dropReplaced('cardwright');
    await expectHealth();
    await expectAll();
  });

  walk('goes, and leaves what is told', async () => {
    await portal.type(guide.commands('Back up', 'cardwright-portal backup').replace('11-26', '11-27'));
    const told = await portal.type('apt purge cardwright-portal', 'y\n');
    for (const kept of [`${SETTINGS}/keys.cred`, BACKUPS]) expect(told).toContain(`${kept} is kept`);
    expect(await portal.type('systemctl list-units --all --no-legend --plain "cardwright-portal*"')).toBe('');
    expect(await portal.type('ps -u cardwright-portal -o pid= || true')).toBe('');
  });

  walk('comes back on a computer with nothing but its backup and its keys', async () => {
    await portal.type(`rm -r ${SETTINGS} ${BACKUPS} /etc/systemd/system/cardwright-portal*`);
    await portal.type('systemctl daemon-reload && runuser -u postgres -- createdb --owner cardwright_owner another');
    const proxy = guide.block(BEHIND, 'nginx');
    portal.write(PROXY, proxy.replaceAll(/^ {2}server 127.*\n/gm, '').replace('# One process: ', ''));
    await follow(guide.block(BEHIND, 'sh', 'nginx -t'));
    for (const line of guide.block('Restore', 'sh', 'keys.json').trimEnd().split('\n')) {
      await portal.type(line.replace('11-26', '11-27'), 'y\n');
      if (line.startsWith('apt ')) set(databaseUrl('another'));
    }
    await expectHealth();
    await expectAll();
  });

  walk('is restored in place of what happened since the backup', async () => {
    await follow(guide.block('Restore', 'sh', '--replace').replaceAll('11-26', '11-27'));
    await dropReplaced('another');
    known = known.slice(0, -1);
    await expectHealth();
    await expectAll();
  });

  walk('is made by a script, with PostgreSQL', async () => {
    await portal.type('systemctl disable --now cardwright-portal');
    await portal.type(`rm ${SETTINGS}/keys.json && runuser -u postgres -- createdb --owner cardwright_owner third`);
    set();
    const [, url = ''] = /"(.*)"/.exec(databaseUrl('third')) ?? [];
    writeSecret('/root/database-url', url);
    // The vendor of the tests is none that the product knows.
    const init = guide.commands('Install by a script', 'cardwright-portal init');
    await portal.type(init.replace(/ --vendor-certificates \S+/, ''));
    const [owner = '', serving = ''] = databaseUrl('third').trim().split('\n');
    await portal.type(`sed -i 's|^database-url = .*|${owner}\\n${serving}|' ${TOML}`);
    const doctor = guide.commands('Install by a script', 'cardwright-portal doctor');
    await expect(portal.type(doctor)).rejects.toThrow('status 502');
    await portal.type(guide.commands('Install by a script', 'systemctl enable'));
    await portal.type(doctor);
    await portal.signIn('olga', PASSWORD);
    await expectHealth('warning: One administrator alone may widen what is trusted (CARDWRIGHT_ACTING_ALONE).');
  });

  it('has typed every command of the guide', () => {
    expect(guide.untyped('integration/installers/portal-booted.all')).toEqual([]);
  });
});
