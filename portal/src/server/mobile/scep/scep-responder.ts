/** An answer to a SCEP client over HTTP (RFC 8894, 4). */
export interface ScepAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** To be called once the answer has left. */
  readonly sent?: () => Promise<void>;
}

/** Answers SCEP clients, whatever they send. */
export interface ScepResponder {
  /**
   * @param place the last part of the address that the client was given
   * @param query `operation` and `message` of the address
   * @param body that of a POST
   */
  answer(
    place: string,
    query: { readonly operation?: string; readonly message?: string },
    method: 'GET' | 'POST',
    body: Uint8Array,
  ): Promise<ScepAnswer>;
}
