/** Reasons to refuse a request (RFC 8894, 3.2.1.4). */
export type FailInfo = 'badAlg' | 'badMessageCheck' | 'badRequest' | 'badTime' | 'badCertId';

/** The decision on a request for a certificate (RFC 8894, 3.2.1.3). */
export type ScepDecision =
  | { readonly kind: 'issued'; /** The certificate in DER. */ readonly certificate: Uint8Array }
  | { readonly kind: 'pending' }
  | { readonly kind: 'refused'; readonly failInfo: FailInfo };

/** A request for a certificate, or a poll for one. Its signature has proved that the sender has the private key. */
export interface ScepEnrolmentRequest {
  /** Identifier that the client chose, and sends in each message about this certificate (RFC 8894, 3.2.1.1). */
  readonly transactionId: string;
  /** The public key to be certified, a DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/**
 * Decides on the requests of SCEP clients. The server has already checked signatures, encryption and form. The contents are the client's claims,
 * which nobody has checked.
 *
 * `place` is the last part of the address that the client was given: it names an enrolment.
 */
export interface ScepRegistrar {
  /**
   * Decides on a request for a first certificate.
   *
   * @param challenge challengePassword of the request; null if the request has none
   */
  enrol(place: string, request: ScepEnrolmentRequest, challenge: string | null): Promise<ScepDecision>;
  /**
   * Decides on a request that has no challenge, but is signed with a certificate of this authority.
   *
   * @param signer the certificate that signed the request, in DER; its issuer and dates were checked, but not its revocation
   */
  renew(place: string, request: ScepEnrolmentRequest, signer: Uint8Array): Promise<ScepDecision>;
  /** Decides again on an earlier request, for which the client polls. `publicKey` is the key that signed the poll. */
  poll(place: string, request: ScepEnrolmentRequest): Promise<ScepDecision>;
  /** Called after the whole answer with an issued certificate was sent to the client. */
  sent(place: string, transactionId: string): Promise<void>;
  /**
   * Returns a certificate that was issued to a SCEP client, in DER. Returns undefined if there is no such certificate.
   *
   * @param serialNumber hexadecimal
   */
  findCertificate(serialNumber: string): Promise<Uint8Array | undefined>;
  /** Returns the DER encoding of the current CRL. */
  readCrl(): Promise<Uint8Array>;
  /** Called when a client asked for the server's capabilities or certificates. */
  seen(place: string, what: 'capabilities' | 'certificates'): Promise<void>;
}
