import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { readArguments, USAGE, type SimulatorArguments } from './arguments.js';
import { openControlPage } from './control-page.js';
import { obey, USAGE_OF_ORDERS } from './order-line.js';
import { answerProgram, linesOf } from './program-requests.js';
import { Simulator } from './simulator.js';

process.exitCode = await main();

async function main(): Promise<number> {
  let args: SimulatorArguments;
  try {
    args = readArguments(process.argv.slice(2), process.env);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (args.help) {
    console.log(`${USAGE}\n\nOrders:\n${USAGE_OF_ORDERS}`);
    return 0;
  }
  await simulate(args);
  return 0;
}

async function simulate({ portal, headless, stdio, orders }: SimulatorArguments): Promise<void> {
  // Progress goes to the standard error, because with --stdio a program reads the answers on the standard output.
  console.error('Starting private card readers and a browser ...');
  const account = { username: 'author', password: randomBytes(9).toString('base64url') };
  const accounts = JSON.stringify([{ ...account, displayName: 'Portal Author', role: 'user' }]);
  const simulator = await Simulator.open({
    browser: { headless },
    ...(portal === null ? { portal: { env: { CARDWRIGHT_DEMO_ACCOUNTS: accounts } }, account } : { portal }),
  });
  try {
    for (const order of ['open', ...orders]) console.error(await said(simulator, order));
    await (stdio ? servePrograms(simulator) : converse(simulator));
  } finally {
    await simulator.close();
  }
}

/** Answers requests until `quit`, the end of the input, or the end of the program that reads the answers. */
async function servePrograms(simulator: Simulator): Promise<void> {
  // The program that reads the answers has ended. What the simulator started ends with this process.
  process.stdout.on('error', () => process.exit(1));
  for await (const line of linesOf(process.stdin)) {
    if (line?.trim() === '') continue;
    process.stdout.write(`${await answerProgram(simulator, line)}\n`);
    if (simulator.ended.aborted) return;
  }
}

/** Executes orders until `quit`, the end of the input, or the end of the browser. */
async function converse(simulator: Simulator): Promise<void> {
  const { url, account } = simulator.standing.portal;
  console.log(`The portal: ${url}`);
  if (account !== null) console.log(`Sign in as ${account.username}, password ${account.password}`);
  const control = await openControlPage(simulator);
  try {
    console.log(`Stage failures here, or on the page ${control.url}\n\n${USAGE_OF_ORDERS}\n`);
    simulator.stage.browser.browser.once('disconnected', () => simulator.end());
    const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: 'simulator> ' });
    simulator.ended.addEventListener('abort', () => terminal.close());
    terminal.prompt();
    for await (const line of terminal) {
      if (line.trim() !== '') console.log(await said(simulator, line));
      if (simulator.ended.aborted) return;
      terminal.prompt();
    }
  } finally {
    await control.close();
  }
}

/**
 * Gives an order.
 *
 * @returns a sentence with its outcome, or with the reason why it was not carried out
 */
async function said(simulator: Simulator, order: string): Promise<string> {
  try {
    return (await obey(simulator, order)).says;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
