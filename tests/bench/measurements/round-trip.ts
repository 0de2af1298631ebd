import { validate } from '@cardwright/protocol';
import { deviceListing, type DeviceListing } from '@cardwright/protocol/devices';
import { openStage, until, type InsertedCard } from '@cardwright/stage';
import { startFakePortal } from '../../support/fake-portal.js';
import { grantSite } from '../../support/granted-site.js';
import { HostProcess } from '../../support/host-process.js';
import { WireSession } from '../../support/wire-page.js';
import { inTurn, type Measurement } from '../measurement.js';
import { elapsed } from '../support/clocks.js';

/** What stands between a page and a card: bridge, background and native messaging. Each side has a card of its own. */
export const ROUND_TRIP: Measurement = {
  lines: [
    {
      name: 'round trip: a command of one APDU from page to card',
      beside: 'the same command, from a parent process to host and card',
      unit: 'ms',
      goal: { atMost: 4 },
    },
  ],
  rounds: 200,
  warmUp: 50,
  open: async () => {
    const stage = await openStage({ portal: false });
    const site = await startFakePortal();
    const close = async (): Promise<void> => {
      await stage.close();
      await site.close();
    };
    try {
      const cards = [await stage.insert({ profile: 'piv' }), await stage.insert({ profile: 'piv' })] as const;
      await grantSite(stage.browser.browser, site.origin, ['read', 'use', 'manage']);
      const page = await stage.browser.browser.newPage();
      await page.goto(site.origin);
      const session = await WireSession.open(page);
      await session.initialize();
      const { result } = await session.call('device.list');
      const code = await session.code('device.open', { device: deviceIn(cards[0], validate(deviceListing, result)) });
      if (code !== undefined) throw new Error(`the page opens no device: ${code}`);
      const host = await HostProcess.start({ env: stage.env, origin: site.origin, cms: null });
      await host.call('device.open', { device: deviceIn(cards[1], await host.call('device.list', {})) });
      const fromPage = () => page.evaluate(askFromPage);
      const fromParent = () => elapsed(() => host.call('pin.getStatus', {}));
      await demandOneApdu(cards[0], fromPage);
      await demandOneApdu(cards[1], fromParent);
      return { round: inTurn(fromPage, fromParent), close: () => host.close().then(close) };
    } catch (error) {
      await close();
      throw error;
    }
  },
};

declare const call: (session: number, method: string, params: object) => Promise<{ readonly error?: object }>;

/** Runs in the page. Sends the command by the page's only session. @returns milliseconds */
async function askFromPage(): Promise<number> {
  const begun = performance.now();
  const { error } = await call(0, 'pin.getStatus', {});
  if (error) throw new Error(JSON.stringify(error));
  return performance.now() - begun;
}

/** Returns the id of the device in a card's reader. */
function deviceIn({ reader }: InsertedCard, { devices }: DeviceListing): string {
  const device = devices.find((one) => one.reader === reader.name);
  if (!device) throw new Error(`no device in ${reader.name}`);
  return device.id;
}

/** @throws when the command sends more than one APDU to the card */
async function demandOneApdu(card: InsertedCard, ask: () => Promise<unknown>): Promise<void> {
  const before = card.apdus.length;
  const commands = 10;
  for (let sent = 0; sent < commands; sent += 1) await ask();
  await until(() => card.apdus.length >= before + commands, { what: 'the APDUs of ten commands' });
  const sent = card.apdus.slice(before);
  if (sent.length > commands) throw new Error(`more than one APDU for a command: ${sent.join(', ')}`);
}
