/** Entry point for everything that sdk, extension, host and CMS share: the command table and all that derives from it. */
export * from './base64url.js';
export * from './cms.js';
export * from './command-failure.js';
export * from './command.js';
export * from './commands.js';
export * from './display.js';
export * from './errors.js';
export type {
  ErrorDefinition,
  ErrorText,
  ErrorTranslation,
  ErrorWords,
  Installable,
  Layer,
  Recovery,
} from './errors/definition.js';
export * from './help-desk.js';
export * from './host-policy.js';
export * from './identity.js';
export * from './limits.js';
export * from './message.js';
export * from './mobile.js';
export * from './redaction.js';
export * from './rp-id.js';
export * from './schema.js';
export * from './sealing.js';
export * from './session-id.js';
export * from './key-proof.js';
export * from './page-commands.js';
export * from './passkey-proof.js';
export * from './piv-rules.js';
export * from './product-version.js';
export * from './step.js';
export * from './support-bundle.js';
export * from './trace.js';
export * from './traced-errors.js';
export * from './troubleshooting.js';
export * from './validation.js';
export * from './version.js';
export * from './webauthn.js';
export * from './wire-error.js';
export { escrowContent, type EscrowContent } from './commands/credentials.js';
export { diagnosticCheck, type DiagnosticCheck } from './commands/diagnostics.js';
export { deviceListing, type DeviceListing } from './commands/device.js';
export { pinPolicy, touchPolicy } from './commands/key.js';
export { PASSKEY_WAYS, passkeyWay, type PasskeyWay } from './commands/passkey-way.js';
export { hostInitialized, sessionEnded } from './commands/session.js';
export { initializeAtHost } from './commands/session-at-host.js';
export { commandOutcome, type CommandOutcome } from './commands/step.js';
export { enteredSecrets, userSecret, type UserSecret } from './commands/entered-secrets.js';
export { MAY_ASK_AGAIN_SINCE, userRequests } from './commands/user.js';
