/**
 * Writes a defect of the extension to the background's console, where an administrator finds it by its incident id.
 * Names and stacks only: no message of the protocol is ever logged.
 */
export function logDefect(incident: string, error: unknown): void {
  console.error('Cardwright:', incident, error instanceof Error ? (error.stack ?? error.message) : typeof error);
}
