import { setTimeout as delay } from 'node:timers/promises';
import { Iphone, PhoneFailure, readShownLink, type Stage } from '@cardwright/stage';

/** Milliseconds between two looks at the pages. */
const LOOK_EVERY = 500;
/** Pause between two requests of the simulated phone, as a share of the pause of a real phone. */
const DELAY_FACTOR = 0.1;

/**
 * Plays a simulated iPhone in front of the screen. Until the browser is closed, the iPhone scans every new code that a page shows,
 * and installs its profile. The person who clicks through the demo decides whether to confirm the iPhone.
 */
export async function scanCodes(stage: Stage): Promise<void> {
  const phone = await Iphone.make({ delayFactor: DELAY_FACTOR });
  let last: string | null = null;
  while (stage.browser.browser.connected) {
    const link = await shownLink(stage);
    if (link !== null && link !== last) await enrol(phone, link);
    last = link ?? last;
    await delay(LOOK_EVERY);
  }
}

async function enrol(phone: Iphone, link: string): Promise<void> {
  try {
    await phone.openLink(link);
    await phone.downloadProfile();
    console.log(`A simulated iPhone, serial number ${phone.serial}, scanned the code and installs the profile.`);
    await phone.install();
    await phone.finishSetup();
    console.log('The iPhone has its certificates.');
  } catch (error) {
    if (!(error instanceof PhoneFailure)) throw error;
    console.log(`The iPhone says: ${error.message}`);
  }
}

/** Returns the link below the code in one of the pages; null if no page shows a link, or the browser is just being closed. */
async function shownLink(stage: Stage): Promise<string | null> {
  const pages = await stage.browser.browser.pages().catch(() => []);
  const links = await Promise.all(pages.map((page) => readShownLink(page).catch(() => null)));
  return links.find((link) => link !== null) ?? null;
}
