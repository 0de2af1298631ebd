import { readFileSync } from 'node:fs';
import { policySeeds, type SeedPolicies } from '@cardwright/cms';
import { parsePem, splitPem } from '@cardwright/cms/attestation';
import * as v from 'valibot';
import { sortByRole, type VendorRole } from '../../attestation/vendor-certificates.js';
import { readMobileSettings } from '../../mobile/read-settings.js';
import { writtenMobileSettings } from '../../mobile/settings.js';
import { readServices } from '../../passkeys/read-services.js';
import { passkeyServiceList } from '../../passkeys/settings.js';
import { inPortal } from '../../portal-folder.js';
import { check, parse, refer, setting, tables, text, Unfit } from '../setting.js';

const DEFAULT_POLICIES = inPortal('config', 'device-policies.json');

const readText = (file: string): string => readFileSync(file, 'utf8');

const sentence = {
  schema: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200), v.regex(/^\P{Cc}*$/u)),
  expected: 'a sentence in one line, of 200 characters at most',
};
const pageAddress = {
  schema: v.pipe(v.string(), v.maxLength(500), v.url(), v.regex(/^https?:\/\//i)),
  expected: 'the address of a page, with http or https',
};

/** The devices that users may have, and the places where users get devices. */
export const DEVICES = {
  devicePolicies: setting(
    'text',
    {
      variable: 'CARDWRIGHT_DEVICE_POLICIES',
      sentence:
        'The path of a JSON file with the policy of each model, for an empty database. Later they are changed on the page Device policy.',
      example: '/etc/cardwright-portal/device-policies.json',
      standard: 'policies for all models with PIV',
      emptyCounts: true,
    },
    readPolicies,
    () => readPolicies(DEFAULT_POLICIES),
  ),
  attestationRoots: setting(
    'text',
    {
      variable: 'CARDWRIGHT_ATTESTATION_ROOTS',
      sentence:
        'The path of a file with PEM certificates of vendors, trusted for every model in an empty database: those that are signed with their own key as roots, the others as intermediates.',
      example: '/etc/cardwright-portal/vendors.pem',
      standard: 'none',
    },
    readRoots,
    () => null,
  ),
  deviceSource: {
    text: text(
      {
        variable: 'CARDWRIGHT_DEVICE_SOURCE',
        sentence: 'Where people get a card or a security key: a sentence for those who have none.',
        example: 'At the service desk, room 12.',
      },
      sentence,
      () => null,
    ),
    url: text(
      {
        variable: 'CARDWRIGHT_DEVICE_SOURCE_URL',
        sentence: 'The address of a page where people get one.',
        example: 'https://it.example.com/cards',
      },
      pageAddress,
      () => null,
    ),
  },
  passkeyServices: tables(
    {
      variable: 'CARDWRIGHT_PASSKEY_SERVICES',
      sentence:
        'Where the passkeys of devices are registered: a list of services, or the path of a JSON file with it. Their secrets are in files or variables that it names.',
      example: '/etc/cardwright-portal/passkey-services.json',
      standard: 'nowhere',
    },
    passkeyServiceList,
    readServices,
    () => [],
    readText,
  ),
  mobile: tables(
    {
      variable: 'CARDWRIGHT_MOBILE',
      sentence:
        'How phones and tablets are added, or the path of a JSON file that says it. Phones need `origin` to be https.',
      example: '/etc/cardwright-portal/mobile.json',
      standard: 'not at all',
    },
    writtenMobileSettings,
    (written) => readMobileSettings(written),
    () => null,
    readText,
  ),
};

function readPolicies(file: string): SeedPolicies {
  return check(policySeeds, parse(refer(() => readText(file))));
}

function readRoots(file: string): Readonly<Record<VendorRole, readonly string[]>> {
  const pems = splitPem(refer(() => readText(file)));
  if (pems.length === 0 || pems.some((pem) => !parsePem(pem))) throw new Unfit('expected a file of PEM certificates');
  return sortByRole(pems);
}
