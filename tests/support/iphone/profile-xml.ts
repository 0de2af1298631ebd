import { randomUUID } from 'node:crypto';

type Value = string | number | Buffer | readonly Value[] | { readonly [key: string]: Value };
type Dictionary = Readonly<Record<string, Value>>;

/** Writes a property list by hand, independently of the libraries of product and phone. */
export const propertyList = (dictionary: Dictionary): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">${element(dictionary)}</plist>`;

function element(value: Value): string {
  if (typeof value === 'string') return `<string>${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</string>`;
  if (typeof value === 'number') return `<integer>${value}</integer>`;
  if (Buffer.isBuffer(value)) return `<data>${value.toString('base64')}</data>`;
  if (isList(value)) return `<array>${value.map(element).join('')}</array>`;
  return `<dict>${Object.entries(value)
    .map(([key, one]) => `<key>${key}</key>${element(one)}`)
    .join('')}</dict>`;
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** Builds a payload or profile with the required keys, which `content` can override. */
export const payload = (type: string, identifier: string, content: Dictionary): Dictionary => ({
  PayloadType: type,
  PayloadVersion: 1,
  PayloadIdentifier: identifier,
  PayloadUUID: randomUUID().toUpperCase(),
  ...content,
});

export const serviceProfile = (url: string, challenge: string): Dictionary =>
  payload('Profile Service', 'com.example.service', {
    PayloadContent: { URL: url, DeviceAttributes: ['UDID', 'VERSION', 'PRODUCT', 'SERIAL'], Challenge: challenge },
  });

export const configuration = (payloads: readonly Dictionary[], identifier = 'com.example.configuration'): Dictionary =>
  payload('Configuration', identifier, { PayloadContent: payloads });

/** Builds a SCEP payload whose name contains characters that could break an openssl configuration. */
export const scepPayload = (identifier: string, content: Dictionary): Dictionary =>
  payload('com.apple.security.scep', identifier, {
    PayloadContent: {
      Subject: [[['O', 'Example "Quoted" $HOME'] as const], [['CN', `${identifier} #1, \\ & more`] as const]],
      Keysize: 2048,
      'Key Type': 'RSA',
      'Key Usage': 5,
      ...content,
    },
  });
