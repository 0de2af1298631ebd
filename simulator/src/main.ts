import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { readArguments, USAGE, type SimulatorArguments } from './arguments.js';
import { openControlPage } from './control-page.js';
import { FAILURES } from './failures/index.js';
import { obey, ORDERS, readOrder } from './order.js';
import { Simulator } from './simulator.js';

process.exitCode = await main();

async function main(): Promise<number> {
  let args: SimulatorArguments;
  try {
    args = readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (args.help) {
    console.log(`${USAGE}\n\nOrders:\n${ORDERS}`);
    return 0;
  }
  return simulate(args);
}

async function simulate({ portal, headless, orders }: SimulatorArguments): Promise<number> {
  console.log('Starting private card readers and a browser ...');
  const account = { username: 'author', password: randomBytes(9).toString('base64url') };
  const accounts = JSON.stringify([{ ...account, displayName: 'Portal Author', role: 'user' }]);
  const simulator = await Simulator.open({
    portal: portal === null ? { env: { CARDWRIGHT_DEMO_ACCOUNTS: accounts } } : false,
    browser: { headless },
  });
  const control = await openControlPage(simulator);
  try {
    const { browser } = simulator.stage.browser;
    const page = await browser.newPage();
    await page.goto(portal ?? simulator.stage.portal.url);
    console.log(`The portal: ${page.url()}`);
    if (portal === null) console.log(`Sign in as ${account.username}, password ${account.password}`);
    console.log(`Stage failures here, or on the page ${control.url}\n\n${ORDERS}\n`);
    for (const order of orders) await carryOut(simulator, order);
    const closed = new AbortController();
    browser.once('disconnected', () => closed.abort());
    await converse(simulator, closed.signal);
    return 0;
  } finally {
    await control.close();
    await simulator.close();
  }
}

/** Executes orders until `quit`, the end of the input, or the end of the browser. Without a terminal, until the browser is closed. */
async function converse(simulator: Simulator, closed: AbortSignal): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: 'simulator> ' });
  closed.addEventListener('abort', () => terminal.close());
  terminal.prompt();
  for await (const line of terminal) {
    const order = line.trim();
    if (order === 'quit') return;
    if (order === 'list') listFailures();
    else if (order !== '') await carryOut(simulator, order);
    terminal.prompt();
  }
}

async function carryOut(simulator: Simulator, order: string): Promise<void> {
  try {
    console.log(await obey(simulator, readOrder(order)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}

function listFailures(): void {
  const width = Math.max(...FAILURES.map(({ name }) => name.length));
  for (const { name, title, code } of FAILURES) console.log(`  ${name.padEnd(width)}  ${title} (${code})`);
}
