/**
 * Writes a defect of the extension to the background's console, where an administrator finds it by its incident id. Logs only names
 * and stacks, never a message of the protocol.
 */
export function logDefect(incident: string, error: unknown): void {
  console.error('Cardwright:', incident, error instanceof Error ? (error.stack ?? error.message) : typeof error);
}
