/** Transmits the reports of one FIDO authenticator (CTAP 2.1, 11.2.2), from `openFidoDevice` until `close`. */
export interface HidChannel {
  /**
   * Writes one report.
   *
   * @param report `REPORT_LENGTH` bytes, without a report number
   * @throws CardwrightError `CARD_REMOVED`
   */
  write(report: Uint8Array): Promise<void>;
  /**
   * Returns the next report, which has at most `REPORT_LENGTH` bytes. Returns undefined if no report came within `milliseconds`.
   *
   * @throws CardwrightError `CARD_REMOVED`
   */
  read(milliseconds: number): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
}

/** Bytes of a report: the packet size of a full-speed endpoint (CTAP 2.1, 11.2.8.1). All known authenticators use this size. */
export const REPORT_LENGTH = 64;
