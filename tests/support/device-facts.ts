import type { DeviceInfo, FidoFacts } from '@cardwright/protocol/devices';
import { models } from '@cardwright/words/en/dialogs/models';

/** Describes a blank security key as the host does, with changes. */
export function blankYubikey(serial: string, changes: Partial<DeviceInfo> = {}): DeviceInfo {
  return {
    id: `yubikey ${serial}`,
    provisional: false,
    reader: `Yubico YubiKey OTP+FIDO+CCID ${serial}`,
    atr: 'O_0TAACBMf4VgHPAIcBXWXViaUtleUA',
    state: 'ready',
    model: 'yubikey',
    modelName: models.yubikey,
    drawing: 'key',
    firmware: '5.7.1',
    serial,
    guid: null,
    applications: ['piv'],
    fido2: null,
    capabilities: { serial: true, metadata: true, attestation: true, changeManagementKey: true, reset: true },
    certificates: [],
    pin: { retriesLeft: 3, blocked: false, isDefault: true },
    puk: { retriesLeft: 3, blocked: false, isDefault: true },
    managementKey: { algorithm: 'AES-192', isDefault: true },
    ...changes,
  };
}

/** Describes a blank plain PIV card, which only its reader distinguishes from another one. */
export function blankPivCard(reader: string, changes: Partial<DeviceInfo> = {}): DeviceInfo {
  return {
    ...blankYubikey('', { model: 'piv', modelName: models.piv, drawing: 'card', firmware: null, serial: null }),
    id: `provisional ${reader}`,
    provisional: true,
    reader,
    atr: 'O9YYAIGx_kUfAwg',
    applications: ['piv'],
    capabilities: { serial: false, metadata: false, attestation: false, changeManagementKey: false, reset: false },
    pin: null,
    puk: null,
    managementKey: null,
    ...changes,
  };
}

/** The facts of a security key's unused FIDO application. */
export const freshFido = (changes: Partial<FidoFacts> = {}): FidoFacts => ({
  versions: ['FIDO_2_0', 'FIDO_2_1'],
  aaguid: 'd7781e5d-e353-46aa-afe2-3ca49f13332a',
  pinSet: false,
  minPinLength: 4,
  forcePinChange: false,
  pinComplexity: false,
  alwaysUv: false,
  credentialManagement: true,
  canSetMinPinLength: true,
  enterpriseAttestation: null,
  resetTransports: null,
  ...changes,
});

/** Describes a security key with FIDO alone, which only its reader distinguishes from another one. */
export const blankSecurityKey = (reader: string, changes: Partial<DeviceInfo> = {}): DeviceInfo => ({
  ...blankPivCard(reader, { model: 'fido2', modelName: models.fido2, drawing: 'key', applications: ['fido2'] }),
  capabilities: null,
  fido2: freshFido(),
  ...changes,
});
