import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, verify, type KeyObject } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, PRODUCT_VERSION } from '@cardwright/protocol/identity';
import {
  chromiumIdOf,
  FleetError,
  packExtension,
  PRODUCT_FLEET,
  readFleet,
  tellFleet,
  templatesOf,
  type PackagingContext,
} from '@cardwright/installers';
import { readCrx } from '../../support/crx.js';

const BUILT = path.resolve(import.meta.dirname, '../../../extension/dist');
const EPOCH = Date.UTC(2026, 0, 2, 3, 4, 6) / 1000;
const BASE = 'https://downloads.example.org/cardwright/';

let folder: string;
let key: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-extension-package-'));
  key = path.join(folder, 'key.pem');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeKey('key.pem', privateKey);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a private key into a file that only its owner can use. */
function writeKey(name: string, content: KeyObject, mode = 0o600): string {
  const file = path.join(folder, name);
  writeFileSync(file, content.export({ type: 'pkcs8', format: 'pem' }), { mode });
  return file;
}

/** Packs into a new folder, as `npm run package` would in a clone of this commit. */
async function pack(hosting: { key: string; base: string } | null = { key, base: BASE }) {
  const fleet = { ...PRODUCT_FLEET, ...hosting };
  const output = mkdtempSync(path.join(folder, 'output-'));
  const context: PackagingContext = {
    version: '1.2.3',
    epoch: EPOCH,
    fleet,
    output,
    scratch: (name) => mkdtempSync(path.join(folder, `${name}-`)),
  };
  return { output, ...(await packExtension(context)) };
}

/** Reads the formats with a program other than the one that wrote them. */
const python = (...args: string[]): string => execFileSync('python3', args, { encoding: 'utf8' });
const LIST = `import json, sys, zipfile
print(json.dumps([{"name": one.filename, "time": one.date_time} for one in zipfile.ZipFile(sys.argv[1]).infolist()]))`;
/** All attributes of an update manifest. */
const READ = `import json, sys, xml.etree.ElementTree as tree
print(json.dumps({key: value for one in tree.parse(sys.argv[1]).iter() for key, value in one.attrib.items()}))`;

const read = (output: string, name: string): Buffer => readFileSync(path.join(output, name));

describe('the packages of the extension', () => {
  it('are zips for stores, a .crx and an unlisted zip for servers of your own, and their update manifests', async () => {
    const { output } = await pack();
    expect(readdirSync(output).sort()).toEqual([
      'cardwright-1.2.3-chromium.zip',
      'cardwright-1.2.3-firefox-unlisted.zip',
      'cardwright-1.2.3-firefox.zip',
      'cardwright-1.2.3.crx',
      'update.xml',
      'updates.json',
    ]);
  });

  it('are for stores alone where no one hosts them', async () => {
    const { output, id } = await pack(null);
    expect(readdirSync(output).sort()).toEqual(['cardwright-1.2.3-chromium.zip', 'cardwright-1.2.3-firefox.zip']);
    expect(id).toBeNull();
  });

  /** Unpacks with another program, and returns the folder and its manifest. */
  function unpack(output: string, archive: string): { folder: string; manifest: Record<string, unknown> } {
    const unpacked = path.join(output, `unpacked-${archive}`);
    python('-m', 'zipfile', '-e', path.join(output, archive), unpacked);
    return { folder: unpacked, manifest: manifestIn(unpacked) };
  }
  const manifestIn = (of: string) =>
    JSON.parse(readFileSync(path.join(of, 'manifest.json'), 'utf8')) as Record<string, unknown>;

  it.each(['chromium', 'firefox', 'firefox-unlisted'])('contain the build for %s, file by file', async (kind) => {
    const { output } = await pack();
    const { folder: unpacked } = unpack(output, `cardwright-1.2.3-${kind}.zip`);
    const added = ['LICENSE', 'THIRD-PARTY.txt'];
    const without = [...added, 'manifest.json'].flatMap((name) => ['--exclude', name]);
    const [browser = ''] = kind.split('-');
    expect(() => execFileSync('diff', ['-r', ...without, path.join(BUILT, browser), unpacked])).not.toThrow();
    expect(readdirSync(unpacked)).toEqual(expect.arrayContaining(added));
  });

  it('state the address of updates and the key where no store does, and nowhere else', async () => {
    const { output } = await pack();
    const { key: ours, ...without } = manifestIn(path.join(BUILT, 'chromium'));
    expect(ours).toEqual(expect.any(String));
    const named = String(without.version_name).replace(PRODUCT_VERSION, '1.2.3');
    const store = { ...without, version: '1.2.3', version_name: named };
    expect(unpack(output, 'cardwright-1.2.3-chromium.zip').manifest).toEqual(store);
    const crx = readCrx(read(output, 'cardwright-1.2.3.crx'));
    writeFileSync(path.join(output, 'crx.zip'), crx.zip);
    const self = { key: Buffer.from(crx.publicKey).toString('base64'), update_url: `${BASE}update.xml` };
    expect(unpack(output, 'crx.zip').manifest).toEqual({ ...store, ...self });
    const firefox: Record<string, unknown> = { ...manifestIn(path.join(BUILT, 'firefox')), version: '1.2.3' };
    expect(unpack(output, 'cardwright-1.2.3-firefox.zip').manifest).toEqual(firefox);
    const { gecko } = firefox.browser_specific_settings as { gecko: object };
    expect(unpack(output, 'cardwright-1.2.3-firefox-unlisted.zip').manifest).toEqual({
      ...firefox,
      browser_specific_settings: { gecko: { ...gecko, update_url: `${BASE}updates.json` } },
    });
    expect(JSON.parse(read(output, 'updates.json').toString())).toEqual({
      addons: {
        [FIREFOX_EXTENSION_ID]: { updates: [{ version: '1.2.3', update_link: `${BASE}cardwright-firefox.xpi` }] },
      },
    });
  });

  it('have the same bytes in every clone, wherever it is, at any time and in any time zone', async () => {
    const zone = process.env.TZ;
    const first = await pack();
    process.env.TZ = 'Asia/Kathmandu';
    try {
      const second = await pack();
      for (const name of readdirSync(first.output)) {
        expect(read(second.output, name).equals(read(first.output, name))).toBe(true);
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it('carry the time of the commit, in sorted order', async () => {
    const { output } = await pack();
    const listed = python('-c', LIST, path.join(output, 'cardwright-1.2.3-chromium.zip'));
    const entries = JSON.parse(listed) as { name: string; time: number[] }[];
    const names = entries.map(({ name }) => name);
    expect(new Set(entries.map(({ time }) => time.join(' ')))).toEqual(new Set(['2026 1 2 3 4 6']));
    expect(names).toContain('manifest.json');
    expect(names).toEqual(names.toSorted());
  });
});

describe('the .crx', () => {
  it('is signed with the named key, from which its id follows', async () => {
    const { output, id } = await pack();
    const { publicKey, signature, signed } = readCrx(read(output, 'cardwright-1.2.3.crx'));
    expect(verify('sha256', signed, { key: publicKey, format: 'der', type: 'spki' }, signature)).toBe(true);
    const digest = createHash('sha256').update(publicKey).digest('hex').slice(0, 32);
    expect(id).toBe(digest.replace(/./g, (digit) => 'abcdefghijklmnop'.charAt(Number.parseInt(digit, 16))));
    expect(chromiumIdOf(publicKey)).toBe(id);
  });

  it.each<[string, () => string, string]>([
    [
      'of another kind',
      () => writeKey('ec.pem', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
      'is a key for ec',
    ],
    [
      'that is weak',
      () => writeKey('weak.pem', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
      'of 1024 bits',
    ],
    [
      'that others can use',
      () => writeKey('open.pem', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 0o640),
      'chmod 600',
    ],
    ['that is not there', () => path.join(folder, 'missing.pem'), 'openssl genrsa'],
    [
      'that is none',
      () => {
        const file = path.join(folder, 'none.pem');
        writeFileSync(file, 'none', { mode: 0o600 });
        return file;
      },
      'no private key in PEM',
    ],
  ])('is not signed with a key %s, and no key is made', async (_, make, why) => {
    const file = make();
    await expect(pack({ key: file, base: BASE })).rejects.toThrow(why);
    expect(() => readFleet({ CARDWRIGHT_CRX_KEY: file, CARDWRIGHT_UPDATE_BASE: BASE })).toThrow(FleetError);
    expect(existsSync(path.join(folder, 'missing.pem'))).toBe(false);
  });

  it('is at the address in the update manifest, with its id, its version and the oldest browser', async () => {
    const { output, id } = await pack();
    const facts = JSON.parse(python('-c', READ, path.join(output, 'update.xml'))) as Record<string, string>;
    const about = (attribute: string): string => facts[attribute] ?? '';
    expect(about('protocol')).toBe('2.0');
    expect(about('appid')).toBe(id);
    expect(about('codebase')).toBe(`${BASE}cardwright-1.2.3.crx`);
    expect(about('version')).toBe('1.2.3');
    expect(Number(about('prodversionmin').split('.')[0])).toBeGreaterThanOrEqual(121);
  });
});

describe("the packager's settings", () => {
  const baseOf = (base: string): string => readFleet({ CARDWRIGHT_CRX_KEY: key, CARDWRIGHT_UPDATE_BASE: base }).base;

  it('accept an address of the .crx by https, or by http on this computer', () => {
    expect(baseOf('https://downloads.example.org/cardwright')).toBe(BASE);
    expect(baseOf('http://localhost:8080')).toBe('http://localhost:8080/');
    expect(baseOf('https://downloads.example.org/a/?x=<y>#z')).toBe('https://downloads.example.org/a/');
    for (const wrong of ['http://downloads.example.org/', 'ftp://downloads.example.org/', 'downloads']) {
      expect(() => baseOf(wrong)).toThrow('https');
    }
  });

  it('give the host and the templates the id of the key, and the ids of stores', async () => {
    const { id } = await pack();
    const stores = ['a'.repeat(32), 'x@example.org'];
    const fleet = readFleet({
      CARDWRIGHT_CRX_KEY: key,
      CARDWRIGHT_UPDATE_BASE: BASE,
      CARDWRIGHT_EXTENSION_IDS: stores.join(', '),
    });
    expect(fleet.chromiumId).toBe(id);
    expect(fleet.ids).toEqual({
      chromium: [CHROMIUM_EXTENSION_ID, id, stores[0]],
      firefox: [FIREFOX_EXTENSION_ID, stores[1]],
    });
    for (const [name, text] of templatesOf(fleet)) {
      expect([name, text]).not.toEqual([name, expect.stringContaining(CHROMIUM_EXTENSION_ID)]);
      expect([name, text]).not.toEqual([name, expect.stringContaining('cms.example.com/cardwright/update')]);
    }
    expect(templatesOf(fleet).get('linux/chrome.json')).toContain(`"update_url": "${BASE}update.xml"`);
  });

  it.each(['A'.repeat(32), 'a'.repeat(31), 'x y@z', 'ä@b'])('refuse the malformed id %j', (id) => {
    expect(() => readFleet({ CARDWRIGHT_EXTENSION_IDS: id })).toThrow('CARDWRIGHT_EXTENSION_IDS');
  });

  it('name key and address together, or neither', () => {
    expect(() => readFleet({ CARDWRIGHT_UPDATE_BASE: BASE })).toThrow(/CARDWRIGHT_CRX_KEY is not.*openssl genrsa/);
    expect(() => readFleet({ CARDWRIGHT_CRX_KEY: key, CARDWRIGHT_UPDATE_BASE: '' })).toThrow(
      'CARDWRIGHT_UPDATE_BASE is not',
    );
    expect(tellFleet(readFleet({ CARDWRIGHT_CRX_KEY: '', CARDWRIGHT_UPDATE_BASE: '' })).join(' ')).toMatch(
      /for stores alone.*CARDWRIGHT_CRX_KEY and CARDWRIGHT_UPDATE_BASE/,
    );
    expect(tellFleet(readFleet({ CARDWRIGHT_CRX_KEY: key, CARDWRIGHT_UPDATE_BASE: BASE }))).toEqual([]);
  });
});
