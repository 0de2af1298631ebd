/** What a CMS signs: steps with their commands, and what the extension shows. And what a key on a card signs in its live proof. */
export { commandOutcome, type CommandOutcome } from '../commands/step.js';
export * from '../display.js';
export * from '../key-proof.js';
export * from '../step.js';
