export type Send = (message: object) => void;

/** Error codes for input that is not a message. */
export type RefusalOfInput = 'MESSAGE_TOO_LARGE' | 'INVALID_MESSAGE';

/** Answers the messages of one page session. */
export interface Receiver {
  /** Receives one message, parsed from JSON but not validated. Never throws. */
  receive(message: unknown): void;
  /** Answers input that is not a message. */
  refuse(code: RefusalOfInput): void;
  /** Ends the session: cancels its commands, and resets and releases the card. Call this method when the page is gone. */
  close(): Promise<void>;
}
