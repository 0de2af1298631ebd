/** Signed messages: a CMS's steps and displays, and a card's live proof. */
export { commandOutcome, type CommandOutcome } from '../commands/step.js';
export * from '../display.js';
export * from '../key-proof.js';
export * from '../step.js';
