import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStage, type Stage } from '@cardwright/stage';
import { filesBelow, leaks, secretsOf, traces } from '../../support/card-secrets.js';
import { HostProcess } from '../../support/host-process.js';
import { PortalClient } from '../../support/portal-client.js';
import { ALICE, portalOf } from '../../support/portal-options.js';

/** Eight digits, so that they are not found by chance in 40 MB of database. */
const NEW_PIN = '73915482';

describe('the secrets of an issuance', () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'cardwright-leaks-'));
  const portalLog: string[] = [];
  let stage: Stage;

  beforeAll(async () => {
    const options = portalOf({ algorithm: 'P-256', pinRules: { minLength: 8 } });
    const env = {
      ...options.env,
      CARDWRIGHT_LOG_LEVEL: 'debug',
      CARDWRIGHT_PORTAL_LOG_LEVEL: 'debug',
      CARDWRIGHT_PORTAL_LOG_FORMAT: 'json',
    };
    const portal = { ...options, env, dataFolder, onLine: (line: string) => void portalLog.push(line) };
    stage = await openStage({ readers: 1, browser: false, portal });
  });
  afterAll(async () => {
    await stage.close();
    rmSync(dataFolder, { recursive: true });
  });

  it('are neither on the wire, nor in a log, nor in the database', async () => {
    const portal = await new PortalClient(stage.portal.url).login('alice');
    const { stateFile } = await stage.insert({ profile: 'yubikey' });
    let initialPin = '';
    const choosePin = () => {
      initialPin = secretsOf(stateFile).pin;
      return NEW_PIN;
    };
    const host = await HostProcess.start({
      env: stage.env,
      origin: stage.portal.url,
      cms: await portal.keys(),
      choosePin,
    });
    const { devices } = await host.call('device.list', {});
    const [device] = devices;
    if (device === undefined) throw new Error('no device');
    await expect(portal.issue(host, device)).resolves.toMatchObject({ state: 'done' });
    await host.close();
    await stage.portal.stop();

    const { pin, puk, managementKey } = secretsOf(stateFile);
    expect(pin).toBe(NEW_PIN);
    expect(initialPin).toMatch(/^\d{8}$/);
    const secrets = [Buffer.from(pin), Buffer.from(initialPin), Buffer.from(puk), Buffer.from(managementKey, 'hex')];
    const haystacks = new Map<string, Buffer | string>([
      ['wire and host log', host.trace.join('\n')],
      ['portal log', portalLog.join('\n')],
      ...filesBelow(dataFolder),
    ]);
    expect(haystacks.size).toBeGreaterThan(100);
    const told = portalLog.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told).toContainEqual(
      expect.objectContaining({ requestId: expect.any(String), route: '/api/operations/{id}/results', status: 200 }),
    );
    expect(leaks(haystacks, [...secrets, Buffer.from(ALICE.password)])).toEqual([]);
    expect(leaks(new Map([['the card itself', JSON.stringify(secretsOf(stateFile))]]), secrets)).toHaveLength(1);
  });

  it('would be found in any of their forms', () => {
    const secret = Buffer.from('73915482');
    for (const form of traces(secret)) {
      expect(leaks(new Map([['x', Buffer.concat([Buffer.from('..'), form, Buffer.from('..')])]]), [secret])).toEqual([
        'x',
      ]);
    }
  });
});
