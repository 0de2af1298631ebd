import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openStage, type Stage } from '@cardwright/stage';
import { secretsOf, traces } from '../../support/card-secrets.js';
import { HostProcess } from '../../support/host-process.js';
import { PortalClient } from '../../support/portal-client.js';
import { ALICE, portalOf } from '../../support/portal-options.js';
import { secretsInMemory } from '../../support/process-memory.js';

/** Eight digits, so that they are not found by chance. */
const NEW_PIN = '73915482';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({
    readers: 1,
    browser: false,
    portal: portalOf({ algorithm: 'P-256', pinRules: { minLength: 8 } }),
  });
});
afterAll(() => stage.close());

/** What each process had to hold during the issuance, and so may still have. Nothing wipes what a program has freed. */
const MAY_HOLD = {
  // Its user has signed in there. It opens what the host has sealed for it: what it stores, encrypted.
  portal: ['password', 'initial PIN', 'PUK', 'management key'],
  // It ends with its page session.
  host: ['initial PIN', 'PIN', 'PUK', 'management key'],
} as const;

it("a process's memory, and a core of it, hold only the secrets that went through it, and the host's end with the page", async () => {
  const portal = await new PortalClient(stage.portal.url).login('alice');
  const { stateFile } = await stage.insert({ profile: 'yubikey' });
  let initialPin = '';
  const host = await HostProcess.start({
    env: stage.env,
    origin: stage.portal.url,
    cms: await portal.keys(),
    choosePin: () => {
      initialPin = secretsOf(stateFile).pin;
      return NEW_PIN;
    },
  });
  const [device] = (await host.call('device.list', {})).devices;
  if (device === undefined) throw new Error('no device');
  await expect(portal.issue(host, device)).resolves.toMatchObject({ state: 'done' });
  const { pin, puk, managementKey } = secretsOf(stateFile);
  const secrets = new Map(
    Object.entries({
      'initial PIN': Buffer.from(initialPin),
      PIN: Buffer.from(pin),
      PUK: Buffer.from(puk),
      'management key': Buffer.from(managementKey, 'hex'),
      password: Buffer.from(ALICE.password),
    }).map(([name, secret]) => [name, traces(secret)] as const),
  );
  const [hostPid = 0, ...others] = stage.processes('native-host');
  expect(others).toEqual([]);

  const inHost = [...secretsInMemory(hostPid, secrets)];
  // The scan finds what is there.
  expect(inHost).toContain('PIN');
  expect(inHost.filter((name) => !MAY_HOLD.host.some((one) => one === name))).toEqual([]);
  const inPortal = [...secretsInMemory(stage.portal.pid ?? 0, secrets)];
  expect(inPortal).not.toEqual([]);
  expect(inPortal.filter((name) => !MAY_HOLD.portal.some((one) => one === name))).toEqual([]);

  await host.close();
  expect(stage.processes('native-host')).toEqual([]);
});
