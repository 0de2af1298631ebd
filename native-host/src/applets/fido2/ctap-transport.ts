/** Options of one message to an authenticator: how it is watched and cancelled. */
export interface SendOptions {
  /**
   * Cancels the message when aborted: the authenticator is asked to stop. If it reports success anyway, `send` returns its answer. In all other
   * cases, `send` throws `CANCELLED`.
   */
  readonly signal?: AbortSignal | undefined;
  /** Called with each keep-alive of the authenticator: one of `KEEP_ALIVE`. */
  readonly onKeepAlive?: ((status: number) => void) | undefined;
  /** Set when the message may wait for the user. The time limit is then `USER_TIME` instead of `WORK_TIME`. */
  readonly waitsForUser?: boolean | undefined;
  /** Milliseconds that replace `USER_TIME`. */
  readonly userTime?: number | undefined;
}

/** Carries CTAP2 messages to one authenticator (CTAP 2.1, 11). One message runs at a time. */
export interface Ctap2Transport {
  /** The transport by its name in WebAuthn (5.8.4): `usb`, `nfc`, `smart-card`. Several names if the host cannot tell which transport it is. */
  readonly transports: readonly string[];
  /**
   * Sends a command byte followed by its CBOR.
   *
   * If an authenticator reports success although it was asked to stop, its answer is returned, because what it created exists.
   *
   * @returns the status byte followed by the CBOR of the answer; never empty. If the time limit ends while the authenticator sends only keep-alives
   *   (or, on USB HID, nothing), the authenticator is asked to stop, and the status of a timeout is returned.
   * @throws CardwrightError `CANCELLED`, `AUTHENTICATOR_ERROR` for an answer that is malformed or too long, `CARD_ERROR` for a status word without a
   *   CTAP status, and any error that ends the connection
   */
  send(message: Uint8Array, options?: SendOptions): Promise<Uint8Array>;
  /**
   * Makes the authenticator ready for the next message after authenticatorReset. On some cards, the reset deselects the FIDO application.
   *
   * @throws CardwrightError `CARD_ERROR` if the application cannot be selected again, and any error that ends the connection
   */
  reopen(): Promise<void>;
}
