import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';

/** Folders with the code that an installed portal runs, in its process or in its pages. */
const FOLDERS = ['portal/src', 'cms/src', 'sdk/src', 'protocol/src', 'words/src'];

const files = FOLDERS.flatMap((folder) =>
  readdirSync(inRepository(folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.posix.join(folder, name.replaceAll(path.sep, '/'))),
);

interface Danger {
  readonly what: string;
  readonly code: RegExp;
  /** A line that has it, by which the expression is tested. */
  readonly example: string;
  /** Files that use it with care. Each says beside the use why it is harmless. */
  readonly except?: readonly string[];
}

const DANGERS: readonly Danger[] = [
  {
    what: 'starts a program',
    code: /child_process/,
    example: "import { exec } from 'node:child_process';",
    // systemd's, by a command of root, to decrypt the key file.
    except: ['portal/src/server/settings/encrypted-credential.ts'],
  },
  { what: 'runs a text as code', code: /\beval\(|new Function\(|node:vm\b/, example: "eval('1')" },
  {
    what: 'makes a text into elements',
    code: /\b(?:inner|outer)HTML\b|unsafe(?:HTML|SVG|Static)|insertAdjacentHTML|document\.write|srcdoc/,
    example: 'element.innerHTML = name;',
  },
  {
    what: 'puts a text into a statement of SQL',
    code: /\bsql\.raw\(/,
    example: 'sql.raw(name)',
    // The statements that list migrations and read the clock, and one of two signs, which no request names.
    except: [
      'portal/src/server/health/health-watch.ts',
      'portal/src/server/monitor/portal-sources.ts',
      'portal/src/server/store/device-list.ts',
    ],
  },
  {
    what: 'reads a foreign key or certificate whose bytes nobody has judged',
    code: /\bcreatePublicKey\(|\bnew (?:x509\.)?X509Certificate\(|\bgetPeerCertificate\(|\bimport(?:SPKI|X509)\(|\bcreateRemoteJWKSet\(|\bverifyRegistrationResponse\(|\bPkcs10CertificateRequest\(/,
    example: "createPublicKey({ key: spki, format: 'der', type: 'spki' });",
    except: [
      // The judges themselves.
      'cms/src/keys/foreign-certificate.ts',
      'cms/src/keys/foreign-key.ts',
      // Uncompresses the point of a key that was judged.
      'cms/src/keys/card-key.ts',
      // Judge the request, and the registration, first.
      'cms/src/authority/signed-request.ts',
      'cms/src/passkeys/verify.ts',
      // Fetches keys through the judge.
      'portal/src/server/login/oidc/logout-token.ts',
      // Parse what the portal itself or its authority has made, without OpenSSL.
      'cms/src/devices/read-certificate.ts',
      'portal/src/server/ca/development-ca.ts',
      'portal/src/server/ca/embedded-authorities.ts',
      'portal/src/server/commands/authority.ts',
      'portal/src/server/routes/authority.ts',
      'portal/src/server/store/issuer-key.ts',
      // The doctor is a process of its own. What it is shown it judges.
      'portal/src/server/commands/doctor/handshake.ts',
    ],
  },
  {
    what: 'reads a private key in a file whose public half nobody has judged',
    code: /\bcreatePrivateKey\(/,
    example: 'createPrivateKey(pem)',
    except: [
      'cms/src/keys/foreign-key.ts',
      // Keys that the portal itself has made.
      'portal/src/server/ca/development-ca.ts',
      'portal/src/server/commands/doctor/certification-authority.ts',
      'portal/src/server/mobile/enrolments/registration-authority.ts',
    ],
  },
  { what: 'makes random values that can be guessed', code: /\bMath\.random\(/, example: 'Math.random()' },
  {
    what: 'uses a broken hash',
    code: /createH(?:ash|mac)\(\s*'(?:md[245]|sha-?1|ripemd\w*)'/i,
    example: "createHash('sha1')",
    // Phones know a fingerprint of SHA-1 or MD5 alone. The profile with it is signed.
    except: ['portal/src/server/mobile/profiles/scep-method.ts'],
  },
  {
    what: 'uses a mode or cipher that is broken',
    code: /-ecb\b|'rc4|'des-(?!ede3)/i,
    example: "'aes-128-ecb'",
    // A card proves its management key by one block (SP 800-73-4, part 2, 3.2.4).
    except: ['cms/src/keys/management-key.ts'],
  },
  {
    what: 'accepts the certificate of any server',
    code: /rejectUnauthorized: false|NODE_TLS_REJECT_UNAUTHORIZED/,
    example: 'rejectUnauthorized: false',
    // The doctor looks at any certificate, judges it afterwards, and sends nothing secret.
    except: ['portal/src/server/commands/doctor/ask.ts', 'portal/src/server/commands/doctor/handshake.ts'],
  },
  {
    what: 'lets pages of other sites read an answer',
    code: /access-control-allow/i,
    example: "header('access-control-allow-origin', '*')",
    // The public keys of the card management, which extensions read; the other file documents that.
    except: ['portal/src/server/routes/authority.ts', 'protocol/src/publish/chapters/cms-keys.ts'],
  },
  {
    what: 'keeps something in the browser for good',
    code: /\blocalStorage\b|\bindexedDB\b|document\.cookie/,
    example: "localStorage.setItem('a', 'b')",
  },
];

it.each(DANGERS)('no code of the portal $what', ({ code, example, except = [] }) => {
  expect(example).toMatch(code);
  const found = files.filter((file) => code.test(readFileSync(inRepository(file), 'utf8')));
  expect(files.length).toBeGreaterThan(300);
  expect(found.sort()).toEqual([...except].sort());
});
