/**
 * Thrown for a message that is not a genuine answer of a phone. The error's `message` gives the reason for the audit log, and
 * quotes nothing that the phone sent.
 */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
}
