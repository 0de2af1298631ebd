/** Secrets sealed between CMS and host, so that no part between them can read them. */
export { escrowContent, type EscrowContent } from '../commands/credentials.js';
export * from '../sealing.js';
