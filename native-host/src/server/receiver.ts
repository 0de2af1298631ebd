export type Send = (message: object) => void;

/** Codes for input that is no message. */
export type RefusalOfInput = 'MESSAGE_TOO_LARGE' | 'INVALID_MESSAGE';

/** Answers the messages of one page session. */
export interface Receiver {
  /** Receives a message as it was parsed. Never throws. */
  receive(message: unknown): void;
  /** Answers input that is no message. */
  refuse(code: RefusalOfInput): void;
  /** Call it when the page is gone: starts no further APDU, and resets and releases the card. */
  close(): Promise<void>;
}
