import { randomBytes } from 'node:crypto';
import { createInterface, type Interface } from 'node:readline/promises';
import { readArguments, USAGE, type SimulatorArguments } from './arguments.js';
import { openControlPage } from './control-page.js';
import { converse, type Conversation } from './conversation.js';
import { USAGE_OF_ORDERS } from './order-line.js';
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
  return (await simulate(args)) ? 0 : 1;
}

async function simulate({ portal, headless, stdio, orders, waitMs }: SimulatorArguments): Promise<boolean> {
  // Progress goes to the standard error, because with --stdio a program reads the answers on the standard output.
  console.error('Starting private card readers and a browser ...');
  const account = { username: 'author', password: randomBytes(9).toString('base64url') };
  const accounts = JSON.stringify([{ ...account, displayName: 'Portal Author', role: 'user' }]);
  const simulator = await Simulator.open({
    browser: { headless },
    waitMs,
    ...(portal === null ? { portal: { env: { CARDWRIGHT_DEMO_ACCOUNTS: accounts } }, account } : { portal }),
  });
  // A user sees a failure and decides, and a program reads its answer. Orders from a pipe come whatever happened before.
  const stopsAtFailure = !stdio && !process.stdin.isTTY;
  const tellFailure = (words: string): void => console.error(words);
  try {
    const first = { tell: tellFailure, tellFailure, stopsAtFailure };
    if (!(await converse(simulator, ['open', ...orders], first))) return false;
    if (!stdio)
      return await serveTerminal(simulator, { tell: (words) => console.log(words), tellFailure, stopsAtFailure });
    await servePrograms(simulator);
    return true;
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

/** Executes orders until `quit`, the end of the input, or the end of the browser. Returns false if a failure stopped them. */
async function serveTerminal(simulator: Simulator, conversation: Conversation): Promise<boolean> {
  const { url, account } = simulator.standing.portal;
  console.log(`The portal: ${url}`);
  if (account !== null) console.log(`Sign in as ${account.username}, password ${account.password}`);
  const control = await openControlPage(simulator);
  try {
    console.log(`Stage failures here, or on the page ${control.url}\n\n${USAGE_OF_ORDERS}\n`);
    simulator.stage.browser.browser.once('disconnected', () => simulator.end());
    const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: 'simulator> ' });
    simulator.ended.addEventListener('abort', () => terminal.close());
    return await converse(simulator, promptedLines(terminal), conversation);
  } finally {
    await control.close();
  }
}

/** Prompts for each line, once the order of the line before was carried out. */
async function* promptedLines(terminal: Interface): AsyncGenerator<string> {
  terminal.prompt();
  for await (const line of terminal) {
    yield line;
    terminal.prompt();
  }
}
