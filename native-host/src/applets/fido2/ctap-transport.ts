/** How to watch and end one message to an authenticator. */
export interface SendOptions {
  /** Ends it: the authenticator is told to stop, and `send` throws `CANCELLED`. */
  readonly signal?: AbortSignal | undefined;
  /** Told each time that the authenticator says that it still works: one of `KEEP_ALIVE`. */
  readonly onKeepAlive?: ((status: number) => void) | undefined;
  /** Whether it may wait for its user: it then has `USER_TIME` instead of `WORK_TIME`. */
  readonly waitsForUser?: boolean | undefined;
}

/** Carries CTAP2 messages to one authenticator (CTAP 2.1, 11). One message runs at a time. */
export interface Ctap2Transport {
  /** What it is in the words of WebAuthn (5.8.4): `usb`, `nfc`, `smart-card`; several where they cannot be told apart. */
  readonly transports: readonly string[];
  /**
   * Sends a command byte followed by its CBOR.
   *
   * An authenticator that did its work although it was told to stop has its answer returned: what it made exists.
   *
   * @returns the status byte followed by the CBOR of the answer; never empty, at most `MAX_ANSWER` bytes. An authenticator that
   *   stays silent, or only says that it works, is told to stop, and counts as one that answered with a timeout.
   * @throws CardwrightError `CANCELLED`, and whatever ends the connection
   */
  send(message: Uint8Array, options?: SendOptions): Promise<Uint8Array>;
}
