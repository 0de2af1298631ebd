/** Signed messages: a CMS's steps and displays, and the message by which a card proves that it has a key. */
export { commandOutcome, type CommandOutcome } from '../commands/step.js';
export * from '../display.js';
export * from '../key-proof.js';
export * from '../step.js';
