/** The points in which FIDO2 applications differ. */
export interface FidoProfile {
  /** Whether a reader with contacts reaches it: a YubiKey before firmware 5.8 has it over NFC only, and over USB as HID. */
  readonly overContacts: boolean;
  /** What SELECT answers (CTAP 2.1, 11.3.3). */
  readonly greeting: 'U2F_V2' | 'FIDO_2_0';
  readonly versions: readonly string[];
  /** Names the model: 16 bytes. */
  readonly aaguid: Buffer;
  /**
   * How it attests a new credential: with a certificate of its batch, with the credential's own key as programs do, or not.
   */
  readonly attestation: 'batch' | 'self' | 'none';
  /** COSE algorithms, in the order of preference. */
  readonly algorithms: readonly number[];
  /** Tokens have permissions, and there is authenticatorConfig (CTAP 2.1); before, a token permits everything. */
  readonly permissions: boolean;
  /** Enterprise attestation can be enabled. */
  readonly enterpriseAttestation: boolean;
  /** How many discoverable credentials it holds. */
  readonly maxCredentials: number;
  readonly maxMessageBytes: number;
  readonly transports: readonly string[];
  /** Over which transports it may be reset (CTAP 2.3); undefined: it does not tell, and may over any. */
  readonly resetTransports: readonly string[] | undefined;
  /** getInfo tells what came with CTAP 2.3: the longest PIN, and whether simple PINs are refused. */
  readonly tellsPinPolicy: boolean;
  /** `shared`: its PIN is the PIN of the PIV application, value and counter. */
  readonly pin: 'own' | 'shared';
  /** As one number, 0x050702; undefined where it does not tell. */
  readonly firmwareVersion: number | undefined;
}

/** COSE algorithm identifiers (RFC 9053). */
export const CoseAlgorithm = { es256: -7, edDsa: -8 } as const;
