import { certificatePolicyOid } from '@cardwright/cms/authority';
import * as v from 'valibot';
import { number, text } from '../setting.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Maximum lifetime of a CRL in minutes: a day. Expired certificates stay on the CRL for the same time (`AFTER_EXPIRY` in ca/revocations.ts). */
const LONGEST_CRL = 24 * 60;
/**
 * Maximum number of seconds that the authority may take for a certificate. A step waits for the certificates of the four slots, one after
 * another. After 60 s without a command, the page gives up and the host releases the card. All four certificates must arrive well before that.
 */
const LONGEST_ANSWER = 12;

const oid = {
  schema: certificatePolicyOid,
  expected: 'an OID, like 1.3.6.1.4.1.NUMBER.1.1 with your enterprise number',
};
const authorityModule = { schema: v.pipe(v.string(), v.minLength(1)), expected: 'the path of a module' };

/** The issuer of certificates, and their content. */
export const CERTIFICATES = {
  authority: {
    module: text(
      {
        variable: 'CARDWRIGHT_AUTHORITY',
        sentence:
          'The path of an ES module that makes your certification authority; the user cardwright-portal has to be able to read it.',
        example: '/etc/cardwright-portal/authority.mjs',
        standard: 'the embedded authority, which is for small places',
        emptyCounts: true,
      },
      authorityModule,
      () => null,
    ),
    timeout: number(
      {
        variable: 'CARDWRIGHT_AUTHORITY_TIMEOUT',
        sentence: 'Seconds that the authority may take for one certificate, 12 at most.',
        standard: 10,
      },
      { least: 1, most: LONGEST_ANSWER, unit: SECOND },
    ),
    crl: {
      lifetime: number(
        {
          variable: 'CARDWRIGHT_CRL_LIFETIME',
          sentence:
            'Minutes for which a CRL can be used, 5 to 1440. For that long its readers may trust a certificate that was revoked since.',
          standard: 60,
        },
        { least: 5, most: LONGEST_CRL, unit: MINUTE },
      ),
      interval: number(
        {
          variable: 'CARDWRIGHT_CRL_INTERVAL',
          sentence:
            'Seconds for which readers are served the same CRL, and so at most how late they learn of a revocation: 0 to 3600, and half of the lifetime at most. With 0 one is made for each change.',
          standard: 60,
        },
        { most: 60 * 60, unit: SECOND },
      ),
    },
  },
  certificatePolicies: {
    proved: text(
      {
        variable: 'CARDWRIGHT_POLICY_OID_PROVED',
        sentence:
          "The certificate policy of certificates whose key the card's vendor attests: an OID below your own enterprise number. Set it before people use the portal.",
        example: '1.3.6.1.4.1.NUMBER.1.1',
        standard: 'what the installation began with: a placeholder',
        emptyCounts: true,
      },
      oid,
      () => undefined,
    ),
    unproved: text(
      {
        variable: 'CARDWRIGHT_POLICY_OID_UNPROVED',
        sentence: 'The certificate policy of all other certificates: another OID.',
        example: '1.3.6.1.4.1.NUMBER.1.2',
        standard: 'what the installation began with: a placeholder',
        emptyCounts: true,
      },
      oid,
      () => undefined,
    ),
  },
};
