import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'puppeteer-core';
import { type DemoArguments, readArguments, USAGE } from './arguments.js';
import { mayIssueRealCard } from './real-card-consent.js';
import { inRepository } from './repository.js';
import { openStage, type Stage } from './stage.js';

const SCREENSHOTS = inRepository('demo', 'screenshots');

process.exitCode = await main();

async function main(): Promise<number> {
  let args: DemoArguments;
  try {
    args = readArguments(process.argv.slice(2), process.env);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (args.help) {
    console.log(USAGE);
    return 0;
  }
  if (args.device && !(await mayIssueRealCard(args.yes))) {
    console.log('Nothing was done.');
    return 1;
  }
  const stage = await setStage(args);
  try {
    await play(stage, args);
  } finally {
    await stage.close();
  }
  return 0;
}

async function setStage({ device, headless, profile }: DemoArguments): Promise<Stage> {
  console.log(device ? 'Using the readers of this machine.' : 'Starting private card readers, portal and browser ...');
  const stage = await openStage({ readers: device ? null : 2, browser: { headless } });
  console.log(`Portal: ${stage.portal.url}`);
  if (!device) {
    const card = await stage.insert({ profile });
    console.log(`A blank virtual card (${profile}) is in the reader "${card.reader.name}".`);
  }
  return stage;
}

async function play(stage: Stage, { headless }: DemoArguments): Promise<void> {
  const page = await stage.page();
  await photograph(page, 'my-devices');
  if (headless) return;
  console.log('Click through it. Close the browser or press Ctrl-C to end the demo.');
  await new Promise((resolve) => stage.browser.browser.once('disconnected', resolve));
}

async function photograph(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const file = path.join(SCREENSHOTS, `${name}.png`);
  await page.screenshot({ path: file });
  console.log(`Screenshot: ${path.relative(process.cwd(), file)}`);
}
