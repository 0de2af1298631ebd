import {
  askKeeper,
  backgroundOf,
  joinStage,
  KEEPER,
  resetDatabase,
  until,
  type PlaceOf,
  type Stage,
  type StageBrowser,
} from '@cardwright/stage';
import { emptyPage } from '../empty-page.js';
import { DEVICE_LIMIT, policyChanges, portalOf, type PortalChanges } from '../portal-options.js';

/** This worker's computer in a fresh state. */
export interface SharedComputer {
  readonly stage: Stage;
  /** The file that controls the certification authority. */
  readonly authorityControl: string;
  /** The address of the portal's database. */
  readonly database: string;
}

/** The file that controls the certification authority of this worker's portal. */
const controlOfAuthority = (): string => `${process.env[KEEPER] ?? ''}-authority-${process.env.JEST_WORKER_ID ?? '1'}`;

const askForComputer = (authorityControl: string): Promise<PlaceOf<'computer'>> =>
  askKeeper('computer', portalOf({ deviceLimit: DEVICE_LIMIT, authorityControl }));

/** The browser of this worker's computer, for pages that need windows. A browser context in it has no extension. */
export const browserWithWindows = async (): Promise<PlaceOf<'computer'>['browser']> =>
  (await askForComputer(controlOfAuthority())).browser;

/** Joins this worker's computer, and resets what other tests may have left: policies, devices, grants, cookies, pages. */
export async function joinSharedComputer(changes: PortalChanges): Promise<SharedComputer> {
  const authorityControl = controlOfAuthority();
  const computer = await askForComputer(authorityControl);
  await resetDatabase(computer.portal.database, policyChanges(changes));
  const stage = await joinStage(computer);
  await resetBrowser(stage.browser, computer);
  return { stage, authorityControl, database: computer.portal.database };
}

/** The readers, the browser and the portal of this worker, for tests that need no workplace. */
export const openSharedStage = async (changes: PortalChanges = {}): Promise<Stage> =>
  (await joinSharedComputer(changes)).stage;

/** Resets the browser to one empty page. */
async function resetBrowser(chromium: StageBrowser, { portal }: PlaceOf<'computer'>): Promise<void> {
  const { browser } = chromium;
  const blank = await emptyPage(browser);
  for (const page of await browser.pages()) if (page !== blank) await page.close();
  const session = await blank.createCDPSession();
  const { origin } = new URL(portal.url);
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  await session.send('Network.clearBrowserCookies');
  await session.detach();
  chromium.registerHost();
  const settings = await chromium.ownPage('options');
  // Connecting has emptied the policy.
  await until(() => settings.evaluate('chrome.storage.managed.get().then((all) => Object.keys(all).length === 0)'), {
    what: 'the end of the last policy',
  });
  await settings.evaluate('Promise.all([chrome.storage.local.clear(), chrome.storage.session.clear()])');
  await chromium.stopBackground();
  // Reloading a page of the extension restarts its background, as an installation does.
  await settings.reload();
  await backgroundOf(browser);
  await settings.close();
}
