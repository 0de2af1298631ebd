/** The properties that differ between FIDO2 applications. */
export interface FidoProfile {
  /**
   * Set when the application can be selected through the contacts. A YubiKey before firmware 5.8 offers its FIDO2 application only over NFC and USB
   * HID.
   */
  readonly overContacts: boolean;
  /** The answer to SELECT (CTAP 2.1, 11.3.3). */
  readonly greeting: 'U2F_V2' | 'FIDO_2_0';
  readonly versions: readonly string[];
  /** The identifier of the authenticator's model (AAGUID): 16 bytes. */
  readonly aaguid: Buffer;
  /**
   * The attestation of a new credential: signed with the key of the authenticator's batch, signed with the credential's own key (as programs that
   * emulate a key do), or none.
   */
  readonly attestation: 'batch' | 'self' | 'none';
  /** COSE algorithms in order of preference. */
  readonly algorithms: readonly number[];
  /**
   * Set for an application of CTAP 2.1 or later: PIN tokens have permissions, and the commands that CTAP 2.1 added exist. If not set, every PIN token
   * permits everything.
   */
  readonly permissions: boolean;
  /** Set when enterprise attestation can be enabled. */
  readonly enterpriseAttestation: boolean;
  /** Capacity for discoverable credentials. */
  readonly maxCredentials: number;
  readonly maxMessageBytes: number;
  readonly transports: readonly string[];
  /**
   * Transports over which the application can be reset (CTAP 2.3). If undefined, getInfo reports no such transports, and every transport can reset
   * the application.
   */
  readonly resetTransports: readonly string[] | undefined;
  /** Set when getInfo contains two members of CTAP 2.3: the length of the longest PIN, and whether simple PINs are refused. */
  readonly tellsPinPolicy: boolean;
  /** The FIDO PIN: `own`, or `shared` with the PIV application (one value and one retry counter). */
  readonly pin: 'own' | 'shared';
  /** Set when the application is no longer selected after authenticatorReset. */
  readonly resetEndsSelection: boolean;
  /** Set when credential management accepts a token that is bound to a relying party (CTAP 2.1, 6.8). */
  readonly managesWithBoundToken: boolean;
  /**
   * Set when the application can sign an assertion without a touch, as a client requests by the option "up" false (CTAP 2.1, 6.2). If not set, the
   * application refuses this option.
   */
  readonly signsSilently: boolean;
  /**
   * Set when the application does not store a discoverable credential that is created while user verification is always required (alwaysUv), although
   * its answer reports success.
   */
  readonly losesCredentialsUnderAlwaysUv: boolean;
  /** Firmware version as one number, such as 0x050702; undefined if the application reports no version. */
  readonly firmwareVersion: number | undefined;
}

/** COSE algorithm identifiers (RFC 9053). */
export const CoseAlgorithm = { es256: -7, edDsa: -8 } as const;
