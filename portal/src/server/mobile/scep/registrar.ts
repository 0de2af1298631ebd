/** Why a request is refused (RFC 8894, 3.2.1.4.5). */
export type FailInfo = 'badAlg' | 'badMessageCheck' | 'badRequest' | 'badTime' | 'badCertId';

/** What becomes of a request for a certificate (RFC 8894, 3.2.1.3). */
export type ScepDecision =
  | { readonly kind: 'issued'; /** DER. */ readonly certificate: Uint8Array }
  | { readonly kind: 'pending' }
  | { readonly kind: 'refused'; readonly failInfo: FailInfo };

/** A request for a certificate, whose signature shows that its sender has the key. */
export interface ScepEnrolmentRequest {
  /** Chosen by the client; the same in each message about this certificate (RFC 8894, 3.2.1.1). */
  readonly transactionId: string;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

/**
 * Decides about what SCEP clients ask for. The server has checked signatures, encryption and form before; what the messages say
 * is still only the client's word.
 *
 * `place` is the last part of the address that the client was given: it names an enrolment.
 */
export interface ScepRegistrar {
  /**
   * A first request.
   *
   * @param challenge the challengePassword of the request; null where it has none
   */
  enrol(place: string, request: ScepEnrolmentRequest, challenge: string | null): Promise<ScepDecision>;
  /**
   * A request that is signed with a certificate of this authority instead of carrying a challenge.
   *
   * @param signer that certificate, DER; its issuer and dates were checked, nothing else
   */
  renew(place: string, request: ScepEnrolmentRequest, signer: Uint8Array): Promise<ScepDecision>;
  /** What has become of an earlier request; `publicKey` is that of the message's signer. */
  poll(place: string, request: ScepEnrolmentRequest): Promise<ScepDecision>;
  /** A client has been sent an issued certificate: the whole answer has left. */
  sent(place: string, transactionId: string): Promise<void>;
  /** A certificate that was issued here: DER. @param serialNumber hexadecimal */
  findCertificate(serialNumber: string): Promise<Uint8Array | undefined>;
  /** The current CRL: DER. */
  readCrl(): Promise<Uint8Array>;
  /** A client asked what the server can do, or for its certificates. */
  seen(place: string, what: 'capabilities' | 'certificates'): Promise<void>;
}
