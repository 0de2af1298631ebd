/** The properties that differ between FIDO2 applications. */
export interface FidoProfile {
  /** Set when the application can be selected through the contacts. A YubiKey before firmware 5.8 offers it only over NFC and USB HID. */
  readonly overContacts: boolean;
  /** The answer to SELECT (CTAP 2.1, 11.3.3). */
  readonly greeting: 'U2F_V2' | 'FIDO_2_0';
  readonly versions: readonly string[];
  /** The identifier of the authenticator's model (AAGUID): 16 bytes. */
  readonly aaguid: Buffer;
  /** The attestation of a new credential: with the key of the authenticator's batch, with the credential's own key (as programs do), or none. */
  readonly attestation: 'batch' | 'self' | 'none';
  /** COSE algorithms in order of preference. */
  readonly algorithms: readonly number[];
  /** Set when tokens have permissions and authenticatorConfig exists (CTAP 2.1). Before CTAP 2.1, a token permits everything. */
  readonly permissions: boolean;
  /** Set when enterprise attestation can be enabled. */
  readonly enterpriseAttestation: boolean;
  /** Capacity for discoverable credentials. */
  readonly maxCredentials: number;
  readonly maxMessageBytes: number;
  readonly transports: readonly string[];
  /** Transports over which the application can be reset (CTAP 2.3). If undefined, none are reported, and every transport can reset it. */
  readonly resetTransports: readonly string[] | undefined;
  /** Set when getInfo contains the members of CTAP 2.3: the longest PIN, and whether simple PINs are refused. */
  readonly tellsPinPolicy: boolean;
  /** The FIDO PIN: `own`, or `shared` with the PIV application (one value and one retry counter). */
  readonly pin: 'own' | 'shared';
  /** Set when the application is no longer selected after authenticatorReset. */
  readonly resetEndsSelection: boolean;
  /** Set when credential management accepts a token that is bound to a relying party (CTAP 2.1, 6.8). */
  readonly managesWithBoundToken: boolean;
  /** Set when the application signs an assertion without a touch if the client wants none (CTAP 2.1, 6.2: "up" false). Otherwise it refuses. */
  readonly signsSilently: boolean;
  /** Set when the application does not store a discoverable credential that it makes while user verification is always required. */
  readonly losesCredentialsUnderAlwaysUv: boolean;
  /** Firmware version as one number, such as 0x050702; undefined if the application reports none. */
  readonly firmwareVersion: number | undefined;
}

/** COSE algorithm identifiers (RFC 9053). */
export const CoseAlgorithm = { es256: -7, edDsa: -8 } as const;
