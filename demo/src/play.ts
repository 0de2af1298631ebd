import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inRepository, OperatorPage, PasskeyWindows, type Look, type PortalUser, type Stage } from '@cardwright/stage';
import type { DemoArguments } from './arguments.js';
import type { Entry } from './entry.js';
import { playMobile } from './play-mobile.js';
import { scanCodes } from './scanning-iphone.js';
import { somePin } from './some-pin.js';

const SCREENSHOTS = inRepository('demo', 'screenshots');

/**
 * Plays the whole flow as a user would. Prints each step, and takes screenshots of the pages and dialogs.
 *
 * @returns the reader of the issued virtual card; null for a real card, which is in a reader that the demo does not choose
 */
export async function playIssuance(
  stage: Stage,
  entry: Entry,
  { device, profile }: DemoArguments,
): Promise<string | null> {
  const look = photographer();
  let alice = await entry.signIn(stage, 'user', look);
  console.log(`Alice has signed in${entry.place}, and sees My Devices: she has none.`);
  await alice.devices(0);

  await alice.addDevice();
  console.log('She presses Add Device. The extension asks her whether this site may use her devices.');
  await alice.allowSite();
  let reader: string | null = null;
  if (!device) {
    await alice.wizard.pane('connect');
    console.log('She is told to connect a device.');
    reader = (await stage.insert({ profile })).reader.name;
    console.log(`A blank virtual card (${profile}) is put into "${reader}": the wizard continues by itself.`);
  }
  await alice.wizard.pane('progress');
  console.log('The device is issued: management key, PUK, PIN, keys, certificates.');
  if (profile === 'yubikey-5.8') {
    await alice.wizard.pane('passkey-choose-fido-pin');
    await new PasskeyWindows(alice).choosePin(somePin());
    console.log('She chose a FIDO PIN: her device gets a passkey, with which she can sign in to the portal.');
  }
  if ((await alice.wizard.meets('pin', 'error')) === 'error') throw new Error(await problemOf(alice));
  await alice.choosePin(somePin());
  console.log('She chose a new PIN in the window of the extension; the page did not see it.');
  if ((await alice.wizard.issuanceEnds()) === 'awaiting-approval') {
    console.log('No vendor vouches for the keys of her device: she is told that an operator has to approve it.');
    await alice.click('#cancel');
    await alice.wizard.closes();
    await tellDevice(alice);
    await approve(stage, entry, look);
    alice = await entry.signIn(stage, 'user', look);
  }
  await tellDevice(alice);
  await playMobile(alice, 1);
  await showOperator(stage, entry, look);
  console.log(`Screenshots of every step: ${path.relative(process.cwd(), SCREENSHOTS)}${path.sep}`);
  return reader;
}

async function problemOf(alice: PortalUser): Promise<string> {
  const { code, what, remedy } = await alice.wizard.failure();
  return `The device was not issued: ${what} ${remedy} (${code})`;
}

async function tellDevice(alice: PortalUser): Promise<void> {
  const [row] = await alice.devices(1);
  console.log(`My Devices shows her device: ${row?.name ?? ''}, ${row?.state ?? ''}.`);
}

async function approve(stage: Stage, entry: Entry, look: Look): Promise<void> {
  const oscar = await entry.signIn(stage, 'operator', look);
  const devices = new OperatorPage(oscar);
  await devices.deviceIs('awaiting-approval');
  await devices.act('approve');
  await devices.deviceIs('active');
  console.log('An operator, who is not its owner, sees it on the page of the operator and approves it.');
}

async function showOperator(stage: Stage, entry: Entry, look: Look): Promise<void> {
  const oscar = await entry.signIn(stage, 'operator');
  await new OperatorPage(oscar).deviceIs('active');
  for (const [tab, text] of [
    ['policy', 'Keys and certificates'],
    ['audit', 'Certificate issued'],
  ] as const) {
    await oscar.click(`#tab-${tab}`);
    await oscar.reads(text);
    await look(oscar.page, `operator-${tab}`);
  }
  console.log('An operator sees her device, the device policy and the audit log.');
}

/**
 * Signs a user in and opens My Devices, so that a person can click through the demo. Resolves when that person closes the browser.
 *
 * @returns the reader of the inserted virtual card; null for a real card
 */
export async function clickThrough(
  stage: Stage,
  entry: Entry,
  { device, profile }: DemoArguments,
): Promise<string | null> {
  const reader = device ? null : (await stage.insert({ profile })).reader.name;
  if (reader !== null) console.log(`A blank virtual card (${profile}) is in "${reader}".`);
  await entry.signIn(stage, 'user');
  console.log('You are Alice. Press Add Device and follow the dialogs.');
  console.log('A plain PIV card then waits until an operator approves it.');
  console.log(
    'Or press Add Mobile: a simulated iPhone scans the code. A real one cannot be used here: it needs https, a public',
  );
  console.log("address, and a portal that trusts Apple's device authorities.");
  console.log(`To be the operator, ${entry.asOperator}`);
  console.log('Close the browser to see what independent tools say of the card; Ctrl-C ends everything.');
  const closed = new Promise((resolve) => stage.browser.browser.once('disconnected', resolve));
  await Promise.all([closed, scanCodes(stage)]);
  return reader;
}

/**
 * Returns a function that takes screenshots and numbers their files in the order of the story: 01-login.png, 02-my-devices.png, ... Deletes the
 * files of an earlier run first.
 */
function photographer(): Look {
  rmSync(SCREENSHOTS, { recursive: true, force: true });
  mkdirSync(SCREENSHOTS, { recursive: true });
  let taken = 0;
  return async (page, name) => {
    const number = String(++taken).padStart(2, '0');
    await page.screenshot({ path: path.join(SCREENSHOTS, `${number}-${name}.png`) });
  };
}
