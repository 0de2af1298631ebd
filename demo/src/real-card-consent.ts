import { createInterface } from 'node:readline/promises';

const WARNING = `--device: the card in this machine's readers WILL BE ISSUED. Its PIN, PUK and management key are replaced,
and the keys and certificates in its slots 9A, 9C, 9D and 9E are overwritten. This cannot be undone. Use a blank card.`;

/**
 * Warns that a real card will be issued, and asks whether to continue.
 *
 * @param yes true if the command line contains --yes
 * @returns true if the person agreed; without a terminal, only with --yes
 */
export async function mayIssueRealCard(yes: boolean): Promise<boolean> {
  console.log(WARNING);
  if (yes) return true;
  if (!process.stdin.isTTY) {
    console.log('There is no terminal to ask at: say --yes to agree.');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  try {
    return (await terminal.question('Type "yes" to continue: ', { signal: closed.signal })).trim() === 'yes';
  } catch (error) {
    // The terminal was closed, or Ctrl-C was pressed. No answer means no.
    if (closed.signal.aborted) return false;
    throw error;
  } finally {
    terminal.close();
  }
}
