import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../../native-host/src/policies/json.js';
import { addPolicies, readTemplate, removePolicies } from '../../../../native-host/src/policies/policies.js';
import { PolicyError } from '../../../../native-host/src/policies/policy-error.js';
import { CHROMIUM, Computer, FIREFOX, LOCK, RECORD, TEMPLATE } from './computer.js';

let computer: Computer;
beforeEach(() => {
  computer = new Computer();
  computer.put('/run/keep', '');
  computer.put('/var/lib/keep', '');
});
afterEach(() => computer.remove());

const add = (template: unknown = TEMPLATE) =>
  addPolicies(computer.system, JSON.parse(JSON.stringify(template)) as JsonObject, []);

/** Asserts that some work is refused with these words, and that nothing at all is changed. */
function expectRefused(work: () => unknown, words: string | RegExp): void {
  const before = computer.everything();
  expect(work).toThrow(PolicyError);
  expect(work).toThrow(words);
  expect(computer.everything()).toEqual(before);
}

const DEEP = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;

describe('a file that is there', () => {
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

  it('keeps a number in a string, and a member named __proto__', () => {
    const text = computer.put(
      `${CHROMIUM}/site.json`,
      '{ "A": "9e999 \\" 8e999", "__proto__": { "B": 1 }, "NativeMessagingAllowlist": [] }',
    );
    add();
    expect(computer.text(`${CHROMIUM}/site.json`)).toContain('"__proto__": {\n    "B": 1');
    removePolicies(computer.system);
    expect(computer.text(`${CHROMIUM}/site.json`)).toBe(text);
  });

  it("is passed over when it is an administrator's note, as Chromium does", () => {
    computer.put(`${CHROMIUM}/README`, 'Managed by the desk.');
    expect(() => add()).not.toThrow();
  });

  it('is one conflict for all browsers: none of them is changed', () => {
    computer.put('/etc/opt/vivaldi/policies/managed/site.json', '{');
    expectRefused(() => add(), 'vivaldi');
  });

  it('says of our setting something else: that is the administrator’s', () => {
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

  it('a file that was changed is not followed when it is undone, and the others are undone', () => {
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

describe('a folder that others can write to', () => {
  it.each([CHROMIUM, '/etc', '/var/lib/cardwright'])('is not trusted: %s', (folder) => {
    mkdirSync(computer.at(folder), { recursive: true });
    chmodSync(computer.at(folder), 0o777);
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
  ])('and names %s undoes nothing', (file) => {
    computer.put('/etc/passwd', '{}');
    tamper(({ files: [first] }) => first && (first.file = file));
    expectRefused(() => removePolicies(computer.system), `names ${file}, where no policy of a browser is`);
    expectRefused(() => add(), 'where no policy of a browser is');
  });

  it.each(['/home', '/etc/chromium/policies/managed/..', '/etc/chromium/policies/managed/x'])(
    'and names the folder %s undoes nothing',
    (folder) => {
      tamper(({ folders }) => folders.push(folder));
      expectRefused(() => removePolicies(computer.system), `names ${folder}, where`);
    },
  );

  it('and gives a file another text puts in nothing of it', () => {
    tamper(({ files }) => files.forEach((one) => (one.before = '{ "HomepageLocation": "https://evil.test/" }')));
    removePolicies(computer.system);
    expect(Object.values(computer.everything()).join()).not.toContain('evil');
  });

  it.each(['{', '[]', '{}', '{"version":2,"files":[],"folders":[]}'])('and is %s now undoes nothing', (text) => {
    add();
    computer.put(RECORD, text);
    expectRefused(() => removePolicies(computer.system), RECORD);
  });
});

describe('two runs at once', () => {
  it('are one: the second is refused, with the process that it waits for', () => {
    add();
    computer.put(LOCK, '4711\n');
    expectRefused(
      () => add(),
      /Another run changes the policies \(process 4711\).*remove \/run\/cardwright-policies\.lock/,
    );
    expectRefused(() => removePolicies(computer.system), 'process 4711');
  });

  it('follow each other, also after one that was refused', () => {
    computer.put(`${CHROMIUM}/site.json`, '{');
    expect(() => add()).toThrow(PolicyError);
    computer.put(`${CHROMIUM}/site.json`, '{}');
    expect(() => add()).not.toThrow();
    expect(computer.has(LOCK)).toBe(false);
  });
});

describe('a run that was killed', () => {
  it('among its files is undone whole, because all was written down before', () => {
    const before = computer.everything();
    // Nothing can be written where a folder is.
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

  it('between its record and its files is undone from the record', () => {
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
  it.each(['cms.example.com', 'https://help.example.org/x'])('that still names %s is refused', (address) => {
    const file = computer.at('/template.json');
    writeFileSync(file, JSON.stringify({ A: address }));
    expect(() => readTemplate(file)).toThrow(/template\.json still names .*example\.(com|org): put your own addresses/);
  });

  it.each([
    ['', 'not plain JSON'],
    ['3', 'no JSON object'],
    ['{ "A": 1e999 }', 'number'],
  ])('that is %j is refused', (text, words) => {
    const file = computer.at('/template.json');
    writeFileSync(file, text);
    expect(() => readTemplate(file)).toThrow(words);
  });

  it('that is for other browsers than those that are named is refused', () => {
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
