/** What came in place of a phone's answer. `message` says why, for the audit log: it repeats nothing of what was sent. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
}
