import type { Message } from '@cardwright/protocol/messages';
import type { ApduExchange } from '@cardwright/protocol/trace';
import { preciseTime } from './precise-time.js';
import type { MessageFacts, Recorder, SessionFacts } from './trace-record.js';

/**
 * Buffers the messages and APDUs of the background's first milliseconds, until it is known whether recording is on. Until then, no trace
 * entry is made. Without the buffer, the trace would miss the beginning of a session that wakes the background.
 */
export class EarlyNotes implements Recorder {
  #notes: ((recorder: Recorder) => void)[] = [];

  message(session: SessionFacts, message: Message, facts: MessageFacts): void {
    const at = preciseTime();
    this.#notes.push((recorder) => recorder.message(session, message, { ...facts, at }));
  }

  noMessage(session: SessionFacts): void {
    const at = preciseTime();
    this.#notes.push((recorder) => recorder.noMessage(session, at));
  }

  apdu(session: SessionFacts, exchange: ApduExchange, request: string | null): void {
    const at = preciseTime();
    this.#notes.push((recorder) => recorder.apdu(session, exchange, request, at));
  }

  /** Replays all notes into a recorder. */
  passOn(recorder: Recorder): void {
    for (const note of this.#notes) note(recorder);
    this.#notes = [];
  }
}
