/** The definition of an entry of the command table, and the requests by which the host asks the user while a command runs. */
export * from '../command.js';
export { diagnosticCheck, type DiagnosticCheck } from '../commands/diagnostics.js';
export { enteredSecrets, userSecret, type UserSecret } from '../commands/entered-secrets.js';
export { MANAGEMENT_KEY_PROOF_SINCE } from '../commands/credentials.js';
export { MAY_ASK_AGAIN_SINCE, PINPAD_SINCE, READER_ENTRIES, userRequests } from '../commands/user.js';
