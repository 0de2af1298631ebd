import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { policySeeds, type SeedPolicies } from '@cardwright/cms';
import { splitPem } from '@cardwright/cms/attestation';
import { validate } from '@cardwright/protocol';
import { findElement, inRepository, pressButton, VIRTUAL_VENDOR, type Stage, patiently } from '@cardwright/stage';
import { expectIssued } from '../../support/card-judgement.js';
import { bundlePage } from '../../support/wizard-stage.js';
import { startForeignPortal, type ForeignPortal } from './portal.js';
import { thoroughDescribe } from '../../support/thorough.js';
import { openSharedStage } from '../../support/workplace/shared-computer.js';

const SOURCE = new URL('portal.ts', import.meta.url);
const LINES = 150;
/** The X.509 library needs reflect-metadata. */
const MAY_IMPORT = /^(@cardwright\/(cms|protocol)(\/.+)?|node:.+|@peculiar\/x509|reflect-metadata)$/;
const PIN = '739154';

/** Reads the reference portal's policies as data, with the virtual YubiKeys' vendor. */
async function readPolicies(): Promise<SeedPolicies> {
  const file = await readFile(inRepository('portal', 'config', 'device-policies.json'), 'utf8');
  const { yubikey } = validate(policySeeds, JSON.parse(file));
  if (!yubikey) throw new Error('the file has a policy for YubiKeys');
  const [attestationRoots, attestationIntermediates] = await Promise.all([
    readPem(VIRTUAL_VENDOR.slice(0, 2)),
    readPem(VIRTUAL_VENDOR.slice(2)),
  ]);
  const slots = { '9A': 'P-256', '9C': 'P-256', '9D': 'P-256', '9E': 'P-256' } as const;
  const policy = { ...yubikey.policy, slots, attestationRoots, attestationIntermediates };
  return { yubikey: { ...yubikey, policy } };
}

const readPem = async (files: readonly string[]): Promise<string[]> =>
  splitPem((await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n'));

describe("another author's portal, on @cardwright/cms and node:http", () => {
  let portal: ForeignPortal;

  beforeAll(async () => {
    portal = await startForeignPortal(await readPolicies(), await bundlePage('tests/e2e/foreign-portal/page.ts'));
  });
  afterAll(() => portal.close());

  it(`has at most ${LINES} lines, and imports nothing of the reference portal`, async () => {
    const source = await readFile(SOURCE, 'utf8');
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(LINES);
    const imported = [...source.matchAll(/(?:from|import) '([^']+)'/g)].map(([, name]) => name);
    expect(imported).toContain('@cardwright/cms');
    expect(imported.filter((name) => !MAY_IMPORT.test(name ?? ''))).toEqual([]);
  });

  it.each([
    ['another site', 'https://evil.example', 'application/json'],
    ['a form', undefined, 'text/plain'],
    ['no browser', undefined, 'application/json'],
  ])('refuses a request that comes from %s', async (_from, origin, type) => {
    const headers = { 'content-type': type, ...(origin === undefined ? {} : { origin }) };
    const body = JSON.stringify({ devices: [] });
    const answer = await fetch(`${portal.origin}/api/devices/eligibility`, { method: 'POST', headers, body });
    expect(answer.status).toBe(403);
  });

  thoroughDescribe('in Chromium', () => {
    let stage: Stage;

    beforeAll(async () => {
      stage = await openSharedStage();
    });
    afterAll(() => stage.close());

    it('issues a YubiKey, which then works without us', async () => {
      const card = await stage.insert({ profile: 'yubikey' });
      const page = patiently(await stage.browser.browser.newPage());
      await page.goto(portal.origin);

      await (await findElement(page, '#add')).click();
      await pressButton(await stage.extensionWindow('consent'), '#allow');
      const secret = await stage.extensionWindow('secret');
      await secret.bringToFront();
      await secret.type('#newPin', PIN);
      await secret.type('#repeated', PIN);
      await pressButton(secret, '#next');
      await (await findElement(page, '#done')).click();

      await findElement(page, 'li', 'yubikey: active');
      await expectIssued(stage, card, PIN, 'EC', { name: 'Ada CA', url: portal.origin });
    });
  });
});
