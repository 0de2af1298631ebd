import { issueCertificate, openAppleAuthority } from '@cardwright/stage';
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { readAttributes } from '../../../portal/src/server/mobile/profiles/phone-attributes.js';
import { readPhoneAnswer } from '../../../portal/src/server/mobile/profiles/phone-answer.js';
import { UnreadableAnswer } from '../../../portal/src/server/mobile/profiles/unreadable-answer.js';
import { signByOpenssl } from '../../support/mobile/openssl-cms.js';
import { spoiltBytes } from '../generators/spoilt-bytes.js';
import { fuzzTarget } from '../target.js';

const LIST = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict><key>UDID</key><string>00008110-001A2B3C4D5E6F70</string><key>SERIAL</key><string>F2LXK0AAJCLM</string>
<key>PRODUCT</key><string>iPhone17,3</string><key>VERSION</key><string>22A3354</string><key>N</key><integer>7</integer>
<key>D</key><data>AAEC</data><key>A</key><array><true/><real>1.5</real><date>2026-01-01T00:00:00Z</date></array></dict></plist>`;
const LEAF = ['basicConstraints=critical,CA:FALSE'];
const P256 = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];

const der = (pem: string): Uint8Array => new X509Certificate(pem).raw;

/** Answers of phones to the profile service: a property list that is signed, and the property list alone. */
export const phoneAnswers = fuzzTarget('phone-answers', 50_000, async () => {
  const apple = await openAppleAuthority();
  const { certificatePem, keyPem, chainPem } = await apple.issueDevice();
  const ours = await issueCertificate({
    subject: '/CN=Example CA',
    extensions: ['basicConstraints=critical,CA:TRUE'],
    newKey: P256,
  });
  const identity = await issueCertificate({ subject: '/CN=phone', extensions: LEAF, newKey: P256, issuer: ours });
  const trust = { deviceAuthorities: [der(apple.rootPem)], authorities: [der(ours.certificate)] };
  const signed = await Promise.all([
    signByOpenssl(LIST, { signer: { certificate: certificatePem, key: keyPem }, chain: chainPem }),
    signByOpenssl(LIST, { signer: identity, hash: 'sha256' }),
  ]);
  return {
    input: fc.oneof(
      fc.record({ signed: spoiltBytes(signed) }),
      fc.record({ list: spoiltBytes([Buffer.from(LIST)]) }),
      fc.record({ list: fc.string({ unit: 'binary' }).map((text) => Buffer.from(LIST.replace('F2LXK0AAJCLM', text))) }),
    ),
    isRefusal: (error) => error instanceof UnreadableAnswer,
    judge: async (answer) => {
      if ('list' in answer) readAttributes(answer.list);
      else await readPhoneAnswer(answer.signed, trust);
    },
  };
});
