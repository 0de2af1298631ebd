/** Sealed secrets between CMS, host and windows of the extension, so that no part between sender and receiver can read them. */
export { escrowContent, type EscrowContent } from '../commands/credentials.js';
export * from '../sealing.js';
