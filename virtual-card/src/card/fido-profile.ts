/** The properties in which FIDO2 applications differ. */
export interface FidoProfile {
  /** Set when a reader with contacts reaches it. A YubiKey before firmware 5.8 offers it only over NFC, and over USB as HID. */
  readonly overContacts: boolean;
  /** The answer to SELECT (CTAP 2.1, 11.3.3). */
  readonly greeting: 'U2F_V2' | 'FIDO_2_0';
  readonly versions: readonly string[];
  /** The model: 16 bytes. */
  readonly aaguid: Buffer;
  /** The attestation of a new credential: by its batch's certificate, by the credential's own key as programs do, or none. */
  readonly attestation: 'batch' | 'self' | 'none';
  /** COSE algorithms in order of preference. */
  readonly algorithms: readonly number[];
  /** Set when tokens have permissions and authenticatorConfig exists (CTAP 2.1). Before, a token permits everything. */
  readonly permissions: boolean;
  /** Set when enterprise attestation can be enabled. */
  readonly enterpriseAttestation: boolean;
  /** Capacity for discoverable credentials. */
  readonly maxCredentials: number;
  readonly maxMessageBytes: number;
  readonly transports: readonly string[];
  /** Transports that may reset it (CTAP 2.3). If undefined, it does not report them, and any may. */
  readonly resetTransports: readonly string[] | undefined;
  /** Set when getInfo contains the members of CTAP 2.3: the longest PIN, and whether simple PINs are refused. */
  readonly tellsPinPolicy: boolean;
  /** `shared`: the PIN of the PIV application, with its value and counter. */
  readonly pin: 'own' | 'shared';
  /** Firmware version as one number, such as 0x050702; undefined if it reports none. */
  readonly firmwareVersion: number | undefined;
}

/** COSE algorithm identifiers (RFC 9053). */
export const CoseAlgorithm = { es256: -7, edDsa: -8 } as const;
