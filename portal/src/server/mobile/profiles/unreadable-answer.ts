/**
 * Thrown for a message that is not a phone's answer. `message` gives the reason, for the audit log, and repeats nothing of the
 * message.
 */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
}
