import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PortalUser, type Account, type Stage } from '@cardwright/stage';
import { somePin } from '../some-pin.js';
import { shownWords } from './shown-words.js';

/** Names of the pictures. Each picture has two files, `NAME-light.png` and `NAME-dark.png`. */
export const PICTURES = ['my-devices', 'inspector'] as const;
export type PictureName = (typeof PICTURES)[number];

/** The file beside the pictures that contains the words of each picture. A test compares them with the words that the demo shows today. */
export const WORDS_FILE = 'words.json';

export const SCHEMES = ['light', 'dark'] as const;

type Page = PortalUser['page'];

/** Device pixels for each CSS pixel. With this scale, the pictures are sharp on most screens, and small enough for a repository. */
const SCALE = 1.5;
interface Frame {
  /** The size of the picture in CSS pixels. */
  readonly size: Readonly<Size>;
  /** A selector of what the picture has to show. A page that was in the background is drawn late on a busy machine. */
  readonly shown: string;
  /** A selector of the elements whose text differs in each run. */
  readonly changing: string;
}

const FRAMES: Readonly<Record<PictureName, Frame>> = {
  'my-devices': { size: { width: 1100, height: 700 }, shown: '>>> portal-device-card', changing: '.good-until' },
  inspector: {
    size: { width: 1280, height: 720 },
    shown: '.canvas .row:not([hidden])',
    changing: '.canvas, .detail',
  },
};

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Takes the pictures of the documents: the inspector after a user has added a first device, and My Devices while the user is asked for the PIN
 * of a second device.
 *
 * @param folder folder for the pictures and `WORDS_FILE`, created if it does not exist
 */
export async function takePictures(stage: Stage, account: Account, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const words = new Map<PictureName, readonly string[]>();
  const photograph = async (page: Page, name: PictureName): Promise<void> => {
    await takePicture(page, name, folder);
    words.set(name, await shownWords(page, FRAMES[name].changing));
  };
  const inspector = await stage.browser.ownPage('inspector');
  const alice = await PortalUser.login(stage, account);
  await stage.insert({ profile: 'yubikey' });
  await alice.addDevice();
  await alice.allowSite();
  await alice.choosePin(somePin());
  await alice.wizard.closes();
  await alice.devices(1);
  await photograph(inspector, 'inspector');
  await stage.insert({ profile: 'yubikey' });
  await alice.addDevice();
  await alice.wizard.pane('pin');
  await photograph(alice.page, 'my-devices');
  await alice.refusePin();
  writeFileSync(path.join(folder, WORDS_FILE), `${JSON.stringify(Object.fromEntries(words), null, 2)}\n`);
}

/** Takes a screenshot of a page in both colour schemes. */
async function takePicture(page: Page, name: PictureName, folder: string): Promise<void> {
  const { size, shown } = FRAMES[name];
  await page.bringToFront();
  await page.setViewport({ ...size, deviceScaleFactor: SCALE });
  await page.waitForSelector(shown, { visible: true });
  for (const scheme of SCHEMES) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    // A screenshot during the fade would show colours of both schemes.
    await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
    await page.screenshot({ path: path.join(folder, `${name}-${scheme}.png`) });
  }
}
