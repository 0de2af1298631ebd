import { openStage } from '@cardwright/stage';
import { readArguments, USAGE, type DemoArguments } from './arguments.js';
import { clickThrough, playIssuance } from './play.js';
import { mayIssueRealCard } from './real-card-consent.js';
import { demoPortal } from './demo-portal.js';
import { entryOf } from './entry.js';
import { PROVIDER, startProvider } from './people-at-provider.js';
import { reportIndependentTools } from './tool-report.js';

const SUPERVISED = 'Every card is issued under supervision: an operator approves it on the page of the operator.';
const UNSUPERVISED = `A YubiKey has to prove itself, and this portal does not know its vendor yet. Either import Yubico's certificates, signed in
as the operator, on the page "Device policy" (docs/operate.md says where they are), before the card is issued; or start the demo with
--supervised: then an operator approves the card. A plain PIV card is approved by an operator anyway.`;

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
  return perform(args);
}

async function perform(args: DemoArguments): Promise<number> {
  const { device, supervised, headless } = args;
  console.log(device ? 'Using the readers of this machine.' : 'Starting private card readers, portal and browser ...');
  if (device) console.log(supervised ? SUPERVISED : UNSUPERVISED);
  const people = args.oidc ? await startProvider() : null;
  const { accounts, options } = demoPortal(args, people?.signIn ?? null);
  const stage = await openStage({ readers: device ? null : 2, portal: options, browser: { headless } });
  try {
    console.log(`The portal is ${stage.portal.url}`);
    people?.provider.serve(stage.portal.url, PROVIDER);
    const entry = entryOf(accounts, people);
    const reader = headless ? await playIssuance(stage, entry, args) : await clickThrough(stage, entry, args);
    if (reader !== null) await reportIndependentTools(stage.env, reader);
    return 0;
  } finally {
    await stage.close();
    await people?.provider.stop();
  }
}
