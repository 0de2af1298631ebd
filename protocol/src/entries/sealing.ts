/** Secrets sealed between CMS and host, so that nothing between them reads one. */
export { escrowContent, type EscrowContent } from '../commands/credentials.js';
export * from '../sealing.js';
