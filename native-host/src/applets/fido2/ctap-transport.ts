/** Options of one message to an authenticator: how it is watched and cancelled. */
export interface SendOptions {
  /** Cancels the message: the authenticator is asked to stop, and `send` throws `CANCELLED`. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each keep-alive of the authenticator: one of `KEEP_ALIVE`. */
  readonly onKeepAlive?: ((status: number) => void) | undefined;
  /** Set when the message may wait for the user. The time limit is then `USER_TIME` instead of `WORK_TIME`. */
  readonly waitsForUser?: boolean | undefined;
}

/** Carries CTAP2 messages to one authenticator (CTAP 2.1, 11). One message runs at a time. */
export interface Ctap2Transport {
  /** The transport in the terms of WebAuthn (5.8.4): `usb`, `nfc`, `smart-card`. Lists several if they cannot be distinguished. */
  readonly transports: readonly string[];
  /**
   * Sends a command byte followed by its CBOR.
   *
   * If an authenticator finishes although it was asked to stop, its answer is returned, because what it created exists.
   *
   * @returns the status byte followed by the CBOR of the answer; never empty, at most `MAX_ANSWER` bytes. An authenticator that
   *   stays silent, or only sends keep-alives, is asked to stop and counts as having answered with a timeout.
   * @throws CardwrightError `CANCELLED`, and any error that ends the connection
   */
  send(message: Uint8Array, options?: SendOptions): Promise<Uint8Array>;
  /**
   * Makes the authenticator ready for the next message after authenticatorReset. Some forget with it that they were selected.
   *
   * @throws CardwrightError any error that ends the connection
   */
  reopen(): Promise<void>;
}
