import { readFileSync } from 'node:fs';
import { parsePem, splitPem } from '@cardwright/cms/attestation';
import { readForeignCertificate, readPrivateKey } from '@cardwright/cms/keys';
import type {
  ClientCredential,
  EntraSettings,
  PasskeyServiceSettings,
  SecretReference,
  WebauthnSettings,
  WrittenService,
} from './settings.js';

/**
 * Reads the secrets, keys and certificates that the settings of services refer to.
 *
 * @throws Error that names the service and the member with the fault, but never the value
 */
export const readServices = (
  services: readonly WrittenService[],
  environment: NodeJS.ProcessEnv,
): readonly PasskeyServiceSettings[] =>
  services.map((service) =>
    service.kind === 'entra'
      ? ({ ...service, credential: readCredential(service, environment) } satisfies EntraSettings)
      : ({
          ...service,
          roots: readCertificates(service, 'roots'),
          intermediates: readCertificates(service, 'intermediates'),
        } satisfies WebauthnSettings),
  );

function readCredential(
  { name, credential }: Extract<WrittenService, { kind: 'entra' }>,
  environment: NodeJS.ProcessEnv,
): ClientCredential {
  if ('secret' in credential)
    return { secret: readSecret(`${name}.credential.secret`, credential.secret, environment) };
  const certificate = readText(`${name}.credential.certificate`, credential.certificate);
  const privateKey = readText(`${name}.credential.key`, credential.key);
  if (!belongTogether(certificate, privateKey))
    throw new Error(`${name}.credential expected a PEM certificate and its RSA private key`);
  return { certificate, privateKey };
}

function belongTogether(certificate: string, privateKey: string): boolean {
  try {
    const key = readPrivateKey(privateKey);
    return key.asymmetricKeyType === 'rsa' && readForeignCertificate(certificate).checkPrivateKey(key);
  } catch {
    // OpenSSL throws errors of many kinds. Each means that the certificate or the key cannot be read.
    return false;
  }
}

function readSecret(where: string, reference: SecretReference, environment: NodeJS.ProcessEnv): string {
  const value = 'file' in reference ? readText(where, reference.file) : environment[reference.environment];
  // An editor ends a file with a line break, which does not belong to the secret.
  const secret = value?.trim() ?? '';
  if (secret === '') throw new Error(`${where} expected a secret where it refers to`);
  return secret;
}

function readCertificates(
  service: Extract<WrittenService, { kind: 'webauthn' }>,
  which: 'roots' | 'intermediates',
): string[] {
  return service[which].flatMap((file) => {
    const where = `${service.name}.${which}`;
    const pems = splitPem(readText(where, file));
    if (pems.length === 0 || pems.some((pem) => !parsePem(pem)))
      throw new Error(`${where} expected files of PEM certificates`);
    return pems;
  });
}

function readText(where: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${where} refers to a file that cannot be read`, { cause });
  }
}
