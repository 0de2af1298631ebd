/**
 * Writes a defect of the extension to the background's console, where an administrator finds the defect by its incident id or description.
 * Logs the stack of an error, which begins with the error's name and text. Of anything else that was thrown, logs only the type. Callers must
 * never pass a message of the protocol.
 *
 * @param incident id of the incident, or a description
 */
export function logDefect(incident: string, error: unknown): void {
  console.error('Cardwright:', incident, error instanceof Error ? (error.stack ?? error.message) : typeof error);
}
