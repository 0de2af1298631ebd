import { isDictionary, Keys, readPropertyList } from './property-list.js';
import { readScepOrder, type ScepOrder } from './scep-order.js';

const UUID = /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/i;
/** Device attributes that the simulated phone has. */
const ATTRIBUTES = ['UDID', 'VERSION', 'PRODUCT', 'SERIAL'] as const;
export type DeviceAttribute = (typeof ATTRIBUTES)[number];

/** The members of every profile and every payload. */
interface PayloadHead {
  /** The identifier. A new profile replaces an installed profile with the same identifier. */
  readonly identifier: string;
  readonly uuid: string;
  readonly displayName: string | null;
}

/** A profile that requests the identity of a phone. */
export interface ProfileService extends PayloadHead {
  readonly kind: 'profile-service';
  readonly url: URL;
  readonly attributes: readonly DeviceAttribute[];
  readonly challenge: string | null;
}

/** A profile that configures a phone. */
export interface Configuration extends PayloadHead {
  readonly kind: 'configuration';
  readonly payloads: readonly Payload[];
}

export type Payload = PayloadHead &
  (
    | { readonly kind: 'scep'; readonly order: ScepOrder }
    /** A DER certificate. `isRoot` is true if the phone is to trust the certificate as a root. */
    | { readonly kind: 'certificate'; readonly isRoot: boolean; readonly certificate: Uint8Array }
    /** An icon on the Home Screen, which opens an address in Safari. */
    | { readonly kind: 'web-clip'; readonly label: string; readonly url: URL }
  );

export type Profile = ProfileService | Configuration;

/**
 * Reads a profile (Apple, Configuration Profile Reference). Checks that the required keys exist, and that the profile and its payloads have different
 * UUIDs.
 *
 * @param xml the content of the signed profile
 * @throws PhoneFailure `Invalid Profile`
 */
export function readProfile(xml: Uint8Array): Profile {
  const keys = new Keys(readPropertyList(xml), 'Profile');
  const head = readHead(keys);
  const type = keys.text('PayloadType');
  if (type === 'Profile Service') return { ...head, ...readProfileService(keys.inner('PayloadContent')) };
  if (type !== 'Configuration') throw keys.refusal(`PayloadType is ${type}`);
  const payloads = keys.list('PayloadContent').map((one, index) => {
    if (!isDictionary(one)) throw keys.refusal('a payload is not a dictionary');
    return readPayload(new Keys(one, `Payload ${index + 1}`));
  });
  const uuids = [head, ...payloads].map(({ uuid }) => uuid.toUpperCase());
  if (new Set(uuids).size < uuids.length) throw keys.refusal('two payloads have one PayloadUUID');
  return { kind: 'configuration', ...head, payloads };
}

function readHead(keys: Keys): PayloadHead {
  if (keys.integer('PayloadVersion') !== 1) throw keys.refusal('PayloadVersion is not 1');
  const uuid = keys.text('PayloadUUID');
  if (!UUID.test(uuid)) throw keys.refusal('PayloadUUID is no UUID');
  return { identifier: keys.text('PayloadIdentifier'), uuid, displayName: keys.optionalText('PayloadDisplayName') };
}

function readProfileService(content: Keys): Omit<ProfileService, keyof PayloadHead> {
  const attributes = content.list('DeviceAttributes').map((asked) => {
    const known = ATTRIBUTES.find((name) => name === asked);
    if (known === undefined) throw content.refusal(`DeviceAttributes asks for ${JSON.stringify(asked)}`);
    return known;
  });
  return {
    kind: 'profile-service',
    url: content.address('URL'),
    attributes,
    challenge: content.optionalText('Challenge'),
  };
}

function readPayload(keys: Keys): Payload {
  const head = readHead(keys);
  const type = keys.text('PayloadType');
  switch (type) {
    case 'com.apple.security.scep':
      return { ...head, kind: 'scep', order: readScepOrder(keys.inner('PayloadContent')) };
    case 'com.apple.security.root':
    case 'com.apple.security.pkcs1':
      return {
        ...head,
        kind: 'certificate',
        isRoot: type === 'com.apple.security.root',
        certificate: keys.data('PayloadContent'),
      };
    case 'com.apple.webClip.managed':
      return { ...head, kind: 'web-clip', label: keys.text('Label'), url: keys.address('URL') };
    default:
      throw keys.refusal(`the simulated phone does not know ${type}`);
  }
}
