import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type PrivatePcscd, type PrivatePcscdOptions, startPrivatePcscd } from '@cardwright/stage';

const running: PrivatePcscd[] = [];

afterEach(async () => {
  for (const pcscd of running.splice(0)) await pcscd.stop();
});

describe('a private pcscd', () => {
  it('shows an independent PC/SC client exactly its own two readers', async () => {
    const pcscd = await start();
    expect(pcscd.readers.map((reader) => reader.name)).toEqual(['Cardwright A 00 00', 'Cardwright A 00 01']);
    const seen = await listByOpenSc(pcscd);
    expect(seen.match(/Cardwright A 00 0[01]/g)).toHaveLength(2);
    expect(seen.trimEnd().split('\n')).toHaveLength(4);
  });

  it('has another number of readers, on the same socket, after a restart', async () => {
    const pcscd = await start();
    const first = pcscd.pid;
    await pcscd.restart({ readers: 4 });
    expect(pcscd.pid).not.toBe(first);
    expect(isAlive(first)).toBe(false);
    expect(pcscd.readers).toHaveLength(4);
    expect(await listByOpenSc(pcscd)).toContain('Cardwright B 00 01');
  });

  it('can have no reader at all', async () => {
    const pcscd = await start({ readers: 0 });
    expect(pcscd.readers).toEqual([]);
    expect(await listByOpenSc(pcscd)).toContain('No smart card readers found');
  });

  it('runs beside another one, each with its own readers and ports', async () => {
    const [one, two] = await Promise.all([start(), start({ readers: 4 })]);
    const ports = [...one.readers, ...two.readers].map((reader) => reader.port);
    expect(new Set(ports).size).toBe(6);
    expect(await listByOpenSc(one)).not.toContain('Cardwright B');
    expect(await listByOpenSc(two)).toContain('Cardwright B');
  });

  it('never runs as root', async () => {
    const pcscd = await start();
    const owner = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pcscd.pid}/status`, 'utf8'))?.[1];
    expect(owner).toBe(process.getuid?.() === 0 ? '65534' : String(process.getuid?.()));
  });

  it('leaves neither process nor folder when it stops', async () => {
    const pcscd = await start();
    const { pid, socket } = pcscd;
    expect(isAlive(pid)).toBe(true);
    await pcscd.stop();
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(path.dirname(socket))).toBe(false);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('ends with its owner when the owner gets %s', async (signal) => {
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', OWNER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const socket = await new Promise<string>((resolve) => {
      createInterface({ input: owner.stdout }).once('line', resolve);
    });
    const client = connect(socket);
    await once(client, 'connect');
    // A daemon that is killed resets the connection: that is an end, too.
    client.on('error', () => client.destroy());
    const dropped = new Promise((resolve) => client.once('close', resolve));
    const end = Promise.all([dropped, once(owner, 'close')]);
    owner.kill(signal);
    await end;
    expect(owner.signalCode).toBe(signal);
    // Nothing runs after SIGKILL: then the folder stays.
    expect(existsSync(path.dirname(socket))).toBe(signal === 'SIGKILL');
    rmSync(path.dirname(socket), { recursive: true, force: true });
  });
});

/** Starts a private pcscd from the built package, says its socket, and waits to be ended. */
const OWNER = `
  import { startPrivatePcscd } from ${JSON.stringify(path.resolve('stage/dist/index.js'))};
  const pcscd = await startPrivatePcscd();
  console.log(pcscd.socket);
  setInterval(() => undefined, 1000);
`;

async function start(options?: PrivatePcscdOptions): Promise<PrivatePcscd> {
  const pcscd = await startPrivatePcscd(options);
  running.push(pcscd);
  return pcscd;
}

async function listByOpenSc(pcscd: PrivatePcscd): Promise<string> {
  const { stdout } = await promisify(execFile)('opensc-tool', ['--list-readers'], { env: pcscd.env });
  return stdout;
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined || !readdirSync('/proc').includes(String(pid))) return false;
  return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}
