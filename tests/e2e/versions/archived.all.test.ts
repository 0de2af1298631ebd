import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import { PROTOCOL_RANGE, type ProtocolRange } from '@cardwright/protocol/messages';
import { openStage, PortalUser, type Stage } from '@cardwright/stage';
import { ArchivedBuild } from '../../support/archived-build.js';
import { expectIssued } from '../../support/card-judgement.js';
import { HostProcess } from '../../support/host-process.js';
import { ALICE, portalOf } from '../../support/portal-options.js';

/**
 * The last commit that speaks protocol 3.1 and not 3.2, of 2026-11-28: version N−1. When the protocol gets a further version, the last commit of the
 * version before that takes its place.
 */
const ARCHIVED = '6acff6793cd2a2966feb6b68ee272a1a05f0319c';

const PIN = '739154';

let archived: ArchivedBuild;
beforeAll(() => {
  archived = ArchivedBuild.of(ARCHIVED);
});

/** The parts of a stage that are of the archived build. */
type Part = 'host' | 'extension' | 'portal';

describe('the archived build', () => {
  it('speaks the version before the present one', async () => {
    const { PROTOCOL_RANGE: before } = (await archived.import('protocol/dist/index.js')) as {
      PROTOCOL_RANGE: ProtocolRange;
    };
    const { major, minor } = PROTOCOL_RANGE.max;
    expect(before.max).toEqual({ major, minor: minor - 1 });
  });

  it('has a host that agrees with a caller of the present version on its own version', async () => {
    const command = [process.execPath, archived.host, `chrome-extension://${CHROMIUM_EXTENSION_ID}/`] as const;
    const host = await HostProcess.start({
      env: process.env,
      origin: 'https://portal.example',
      cms: null,
      command,
    });
    await host.close();
    expect(host.trace.join('\n')).toMatch(/"protocol":\{"major":3,"minor":1\},"host":/);
  });
});

describe.each<[readonly Part[]]>([
  [['host']],
  [['extension']],
  [['host', 'extension']],
  [['portal']],
  [['portal', 'host']],
])('beside parts of the present version, of the version before: %s', (parts) => {
  let stage: Stage | undefined;
  let dataFolder: string;
  beforeEach(() => {
    dataFolder = mkdtempSync(path.join(tmpdir(), 'cardwright-versions-'));
  });
  afterEach(async () => {
    expect(await stage?.close()).toEqual([]);
    rmSync(dataFolder, { recursive: true });
  });

  it('issues a card', async () => {
    const isOld = (part: Part): boolean => parts.includes(part);
    stage = await openStage({
      readers: 1,
      portal: isOld('portal') ? archived.portal(dataFolder) : portalOf({ algorithm: 'P-256' }),
      browser: {
        ...(isOld('extension') ? { extensionDir: archived.extension } : {}),
        ...(isOld('host') ? { hostProgram: archived.host } : {}),
      },
    });
    const card = await stage.insert({ profile: 'yubikey' });
    const alice = await PortalUser.login(stage, ALICE);
    await alice.addDevice();
    await alice.allowSite();
    await alice.choosePin(PIN);
    await alice.wizard.closes();
    expect(await alice.devices(1)).toMatchObject([{ state: 'Active' }]);
    await expectIssued(stage, card, PIN, 'EC');
  });
});
