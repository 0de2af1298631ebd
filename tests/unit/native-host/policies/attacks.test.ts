import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../../native-host/src/policies/json.js';
import { addPolicies, readTemplate, removePolicies } from '../../../../native-host/src/policies/policies.js';
import { PolicyError } from '../../../../native-host/src/policies/policy-error.js';
import { BUILT_IN_IDS } from '../../../../native-host/src/system/caller.js';
import { CHROMIUM, Computer, FIREFOX, LOCK, RECORD, TEMPLATE } from './computer.js';

const NOBODY = 65_534;

let computer: Computer;
beforeEach(() => {
  computer = new Computer();
  computer.put('/run/keep', '');
  computer.put('/var/lib/keep', '');
});
afterEach(() => computer.remove());

const add = (template: unknown = TEMPLATE) =>
  addPolicies(computer.system, JSON.parse(JSON.stringify(template)) as JsonObject, []);

/** Expects work to be refused with these words, and no file to change. */
function expectRefused(work: () => unknown, words: string | RegExp): void {
  const before = computer.everything();
  expect(work).toThrow(PolicyError);
  expect(work).toThrow(words);
  expect(computer.everything()).toEqual(before);
}

const DEEP = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;

describe('an existing file', () => {
  it.each([
    ['is broken JSON', '{ "NativeMessagingAllowlist": [', /site\.json is not plain JSON/],
    ['has comments, which would be lost', '{ // ours\n"A": 1 }', /site\.json is not plain JSON/],
    ['is no object', '[]', /site\.json is no JSON object/],
    ['begins with a byte order mark', '\u{feff}{}', /site\.json is not plain JSON/],
    ['nests beyond all bounds', DEEP, /site\.json is not plain JSON/],
    ['holds a number that would be rounded', '{ "A": 12345678901234567890 }', /number 12345678901234567890/],
    ['holds a number that would become null', '{ "A": [1e999] }', /number 1e999/],
    [
      'says something else',
      '{ "NativeMessagingAllowlist": "org.other" }',
      /site\.json says something else of NativeMessagingAllowlist/,
    ],
    [
      'has something else where ours belongs',
      '{ "3rdparty": 1, "ExtensionSettings": 7 }',
      /something else of ExtensionSettings/,
    ],
  ])('is left alone when it %s', (_, text, words) => {
    computer.put(`${CHROMIUM}/site.json`, text);
    expectRefused(() => add(), words);
  });

  it('is left alone when it is not UTF-8', () => {
    computer.put(`${CHROMIUM}/site.json`, '');
    writeFileSync(computer.at(`${CHROMIUM}/site.json`), Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
    expectRefused(() => add(), /site\.json is not UTF-8/);
  });

  it('is left alone when it is a folder', () => {
    mkdirSync(computer.at(FIREFOX), { recursive: true });
    expectRefused(() => add({ policies: { DisableTelemetry: true } }), /policies\.json is no file/);
  });

  it('keeps numbers in strings, and a member named __proto__', () => {
    const text = computer.put(
      `${CHROMIUM}/site.json`,
      '{ "A": "9e999 \\" 8e999", "__proto__": { "B": 1 }, "NativeMessagingAllowlist": [] }',
    );
    add();
    expect(computer.text(`${CHROMIUM}/site.json`)).toContain('"__proto__": {\n    "B": 1');
    removePolicies(computer.system);
    expect(computer.text(`${CHROMIUM}/site.json`)).toBe(text);
  });

  it("is ignored when it is an administrator's note, as Chromium does", () => {
    computer.put(`${CHROMIUM}/README`, 'Managed by the desk.');
    expect(() => add()).not.toThrow();
  });

  it('changes no browser’s policies if one conflicts', () => {
    computer.put('/etc/opt/vivaldi/policies/managed/site.json', '{');
    expectRefused(() => add(), 'vivaldi');
  });

  it('causes a refusal if it sets our setting differently', () => {
    const [[id = '']] = [Object.keys(TEMPLATE['3rdparty'].extensions)];
    computer.put(`${CHROMIUM}/site.json`, { '3rdparty': { extensions: { [id]: { support: { name: 'Theirs' } } } } });
    expectRefused(() => add(), `site.json says something else of 3rdparty / extensions / ${id} / support / name.`);
  });
});

describe('a link in the place of', () => {
  let outside: string;
  beforeEach(() => {
    outside = mkdtempSync(path.join(tmpdir(), 'cardwright-outside-'));
  });
  afterEach(() => rmSync(outside, { recursive: true }));

  it.each(['cardwright.json', 'site.json'])('%s is not followed', (name) => {
    mkdirSync(computer.at(CHROMIUM), { recursive: true });
    writeFileSync(path.join(outside, 'passwd.json'), '{}');
    symlinkSync(path.join(outside, 'passwd.json'), computer.at(`${CHROMIUM}/${name}`));
    expectRefused(() => add(), `${name} is a symbolic link`);
  });

  it.each([CHROMIUM, '/etc/firefox/policies', '/var/lib/cardwright', '/run'])(
    'the folder %s is not followed',
    (folder) => {
      rmSync(computer.at(folder), { recursive: true, force: true });
      mkdirSync(path.dirname(computer.at(folder)), { recursive: true });
      symlinkSync(outside, computer.at(folder));
      expectRefused(
        () => add(folder.includes('firefox') ? { policies: { A: 1 } } : TEMPLATE),
        `${folder} is a symbolic link`,
      );
    },
  );

  it('a changed file is not followed when undone, and the others are undone', () => {
    add();
    rmSync(computer.at(`${CHROMIUM}/cardwright.json`));
    symlinkSync(path.join(outside, 'gone'), computer.at(`${CHROMIUM}/cardwright.json`));
    const { files, troubles } = removePolicies(computer.system);
    expect(troubles).toEqual([expect.stringContaining('is a symbolic link')]);
    expect(files).toHaveLength(4);
    rmSync(computer.at(`${CHROMIUM}/cardwright.json`));
    expect(removePolicies(computer.system).troubles).toEqual([]);
    expect(computer.has(RECORD)).toBe(false);
  });
});

describe('a folder is not trusted if', () => {
  const folders = [CHROMIUM, '/etc', '/var/lib/cardwright', '/run'];

  it.each(folders)('others can write to it: %s', (folder) => {
    mkdirSync(computer.at(folder), { recursive: true });
    chmodSync(computer.at(folder), 0o777);
    expectRefused(() => add(), `${folder} can be changed by others`);
  });

  // Only root can give a folder to another account.
  (process.getuid?.() === 0 ? it : it.skip).each(folders)('it belongs to another account: %s', (folder) => {
    mkdirSync(computer.at(folder), { recursive: true });
    chownSync(computer.at(folder), NOBODY, NOBODY);
    expectRefused(() => add(), `${folder} can be changed by others`);
  });
});

describe('a record that was tampered with', () => {
  const tamper = (
    change: (record: { files: { file: string; before: string | null }[]; folders: string[] }) => unknown,
  ): void => {
    add();
    const record = JSON.parse(computer.text(RECORD)) as Parameters<typeof change>[0];
    change(record);
    computer.put(RECORD, record);
  };

  it.each([
    '/etc/passwd',
    `${CHROMIUM}/../../../passwd`,
    '/etc/chromium/policies/managed',
    'etc/chromium/policies/managed/x.json',
    '/etc/firefox/policies/policies.json',
    '/etc/firefox/policies/other.json',
  ])('undoes nothing if it names %s', (file) => {
    computer.put('/etc/passwd', '{}');
    tamper(({ files: [first] }) => Object.assign(first ?? {}, { file }));
    expectRefused(() => removePolicies(computer.system), `names ${file}, where no policy of a browser is`);
    expectRefused(() => add(), 'where no policy of a browser is');
  });

  it.each(['/home', '/etc/chromium/policies/managed/..', '/etc/chromium/policies/managed/x'])(
    'undoes nothing if it names the folder %s',
    (folder) => {
      tamper(({ folders }) => folders.push(folder));
      expectRefused(() => removePolicies(computer.system), `names ${folder}, where`);
    },
  );

  it('restores nothing of a forged text', () => {
    tamper(({ files }) => files.forEach((one) => (one.before = '{ "HomepageLocation": "https://evil.test/" }')));
    removePolicies(computer.system);
    expect(Object.values(computer.everything()).join()).not.toContain('evil');
  });

  it.each(['{', '[]', '{}', '{"version":2,"files":[],"folders":[]}'])('undoes nothing if it is %s now', (text) => {
    add();
    computer.put(RECORD, text);
    expectRefused(() => removePolicies(computer.system), RECORD);
  });
});

describe('two runs at once', () => {
  it('exclude each other: the second is refused, and names the process of the first', () => {
    add();
    computer.put(LOCK, '4711\n');
    expectRefused(
      () => add(),
      /Another run changes the policies \(process 4711\).*remove \/run\/cardwright-policies\.lock/,
    );
    expectRefused(() => removePolicies(computer.system), 'process 4711');
  });

  it('may follow each other, even after a refused one', () => {
    computer.put(`${CHROMIUM}/site.json`, '{');
    expect(() => add()).toThrow(PolicyError);
    computer.put(`${CHROMIUM}/site.json`, '{}');
    expect(() => add()).not.toThrow();
    expect(computer.has(LOCK)).toBe(false);
  });
});

describe('a run that was killed', () => {
  it('is undone completely from its record if killed while it wrote files', () => {
    const before = computer.everything();
    // A folder in its place prevents writing.
    const inTheWay = computer.at(`/etc/opt/edge/policies/.cardwright-${process.pid}`);
    mkdirSync(inTheWay, { recursive: true });
    expect(() => add()).toThrow('EISDIR');
    expect(computer.has(`${CHROMIUM}/cardwright.json`)).toBe(true);
    removePolicies(computer.system);
    rmSync(computer.at('/etc/opt/edge'), { recursive: true });
    const left = Object.entries(computer.everything()).filter(([file]) => !file.startsWith('etc'));
    expect(computer.has(CHROMIUM)).toBe(false);
    expect(left).toEqual(Object.entries(before));
  });

  it('is undone from its record if killed before it wrote files', () => {
    computer.put(`${CHROMIUM}/site.json`, { NativeMessagingAllowlist: [] });
    const before = computer.everything();
    add();
    const record = computer.text(RECORD);
    removePolicies(computer.system);
    computer.put(RECORD, record);
    removePolicies(computer.system);
    expect(computer.everything()).toEqual(before);
  });
});

describe('a template', () => {
  it.each(['cms.example.com', 'https://help.example.org/x'])('is refused while it names %s', (address) => {
    const file = computer.at('/template.json');
    writeFileSync(file, JSON.stringify({ A: address }));
    expect(() => readTemplate(file, BUILT_IN_IDS)).toThrow(
      /template\.json still names .*example\.(com|org): put your own addresses/,
    );
  });

  it.each([
    ['', 'not plain JSON'],
    ['3', 'no JSON object'],
    ['{ "A": 1e999 }', 'number'],
  ])('is refused if it is %j', (text, words) => {
    const file = computer.at('/template.json');
    writeFileSync(file, text);
    expect(() => readTemplate(file, BUILT_IN_IDS)).toThrow(words);
  });

  it('is refused if it is for other browsers than the named ones', () => {
    const named =
      (...browsers: string[]) =>
      () =>
        addPolicies(computer.system, { A: 1 }, browsers);
    expectRefused(
      named('Firefox'),
      'This template is not for Firefox: it is for Chrome, Chromium, Edge, Brave, Vivaldi.',
    );
    expectRefused(named('Chrome', '../etc'), 'not for ../etc');
  });
});
