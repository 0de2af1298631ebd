import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { contactLinks, downloadAddress, helpAddress, mergeHelpDesks, readHelpDesk } from '@cardwright/protocol/policy';

const PAGE = 'https://cms.example/my-devices';

describe('the address of help', () => {
  it('leads to the entry of the code', () => {
    expect(helpAddress('/help/troubleshooting', 'NO_READER', PAGE)).toBe(
      'https://cms.example/help/troubleshooting#NO_READER',
    );
    expect(helpAddress('/help', 'NO_READER', 'http://localhost:8080/')).toBe('http://localhost:8080/help#NO_READER');
    expect(helpAddress('https://help.example/?lang=de#top', 'NO_READER', PAGE)).toBe(
      'https://help.example/?lang=de#NO_READER',
    );
  });

  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'blob:https://cms.example/1',
    'http://elsewhere.example/help',
    '//user:secret@help.example/',
    'file:///etc/passwd',
    'https://',
  ])('is never %j', (base) => {
    expect(helpAddress(base, 'NO_READER', PAGE)).toBeNull();
  });

  it('is no script on a page without an origin of its own', () => {
    expect(helpAddress('javascript:alert(1)', 'NO_READER', 'about:srcdoc')).toBeNull();
  });
});

describe('the help desk', () => {
  it('is shown with a link for each way to reach it', () => {
    const desk = readHelpDesk({
      name: 'IT',
      phone: '+49 (89) 123-45',
      email: 'help@example.org',
      url: 'https://it.example/',
    });
    expect(contactLinks(desk)).toEqual([
      { label: '+49 (89) 123-45', href: 'tel:+498912345' },
      { label: 'help@example.org', href: 'mailto:help@example.org' },
      { label: 'it.example', href: 'https://it.example/' },
    ]);
  });

  it('keeps what is valid and drops the rest', () => {
    const desk = readHelpDesk({
      name: 'IT',
      phone: 'javascript:alert(1)',
      email: 'a@b.example?body=x',
      url: 'javascript:alert(1)',
      extension: 'http://elsewhere.example/',
      windows: 'https://it.example/host.msi',
      linux: 4,
      constructor: 'x',
    });
    expect(desk).toEqual({ name: 'IT', windows: 'https://it.example/host.msi' });
  });

  it.each([null, 'IT', 4, []])('is empty when it is told as %j', (value) => {
    expect(readHelpDesk(value)).toEqual({});
  });

  it('offers the installer of the system', () => {
    const desk = { extension: 'https://s/', windows: 'https://w/', macos: 'https://m/', linux: 'https://l/' };
    const host = (platform: string) => downloadAddress('host', desk, platform);
    expect(['Win32', 'Windows', 'MacIntel', 'macOS', 'Linux x86_64', 'FreeBSD'].map(host)).toEqual([
      'https://w/',
      'https://w/',
      'https://m/',
      'https://m/',
      'https://l/',
      undefined,
    ]);
    expect(downloadAddress('extension', desk, 'Win32')).toBe('https://s/');
  });
});

describe("the administrator's help desk", () => {
  const portal = {
    name: 'Portal',
    phone: '+49 89 1',
    linux: 'https://portal.example/host',
    windows: 'https://w.example/',
  };

  it('replaces whom the portal names as a whole, and each of its downloads that it has', () => {
    expect(mergeHelpDesks(portal, { email: 'it@example.com', linux: 'https://get.example/host' })).toEqual({
      email: 'it@example.com',
      linux: 'https://get.example/host',
      windows: 'https://w.example/',
    });
    expect(mergeHelpDesks(portal, { linux: 'https://get.example/host' })).toMatchObject({
      name: 'Portal',
      phone: '+49 89 1',
    });
    expect(mergeHelpDesks(portal, {})).toEqual(portal);
  });

  it('comes with an error, without what is not valid, and is not sent on with it', () => {
    const wire = new CardwrightError('HOST_MISSING').toWire();
    const helpDesk = {
      name: 'IT',
      url: 'javascript:alert(1)',
      linux: 'http://get.example/',
      windows: 'https://w.example/',
    };
    const error = CardwrightError.fromWire({ ...wire, data: { ...wire.data, helpDesk } });
    expect(error.helpDesk).toEqual({ name: 'IT', windows: 'https://w.example/' });
    expect(error.toWire()).toEqual(wire);
    expect(CardwrightError.fromWire(wire).helpDesk).toEqual({});
    // One of a newer version.
    expect(CardwrightError.fromWire({ ...wire, data: { name: 'NEW', helpDesk } })).toMatchObject({
      code: 'INTERNAL',
      helpDesk: { name: 'IT' },
    });
  });
});
