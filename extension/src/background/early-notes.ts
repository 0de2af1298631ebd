import type { ApduExchange, Message } from '@cardwright/protocol';
import { preciseTime } from './precise-time.js';
import type { Recorder, SessionFacts } from './trace-record.js';
import type { Hop } from './traced-message.js';

/**
 * What happens in the first milliseconds of the background, until it is known whether it is recorded: a session that wakes it
 * would else be recorded without its beginning. No entry is made of it before.
 */
export class EarlyNotes implements Recorder {
  #notes: ((recorder: Recorder) => void)[] = [];

  message(session: SessionFacts, hop: Hop, message: Message, request: string | null, method = ''): void {
    const at = preciseTime();
    this.#notes.push((recorder) => recorder.message(session, hop, message, request, method, at));
  }

  noMessage(session: SessionFacts): void {
    const at = preciseTime();
    this.#notes.push((recorder) => recorder.noMessage(session, at));
  }

  apdu(session: SessionFacts, exchange: ApduExchange, request: string | null): void {
    const at = preciseTime();
    this.#notes.push((recorder) => recorder.apdu(session, exchange, request, at));
  }

  /** Hands them all on. */
  passOn(recorder: Recorder): void {
    for (const note of this.#notes) note(recorder);
    this.#notes = [];
  }
}
