/** How an entry of the command table is defined, and what the host asks the user for while a command runs. */
export * from '../command.js';
export { diagnosticCheck, type DiagnosticCheck } from '../commands/diagnostics.js';
export { enteredSecrets, userSecret, type UserSecret } from '../commands/entered-secrets.js';
export { MAY_ASK_AGAIN_SINCE, userRequests } from '../commands/user.js';
