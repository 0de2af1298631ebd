import { describe, expect, it } from '@jest/globals';
import { isSupported, systemOf } from '../../../../portal/src/server/mobile/profiles/ios-version.js';
import { isHandheld, modelOf } from '../../../../portal/src/server/mobile/profiles/model-names.js';
import { isSafari, mayBeSupported } from '../../../../portal/src/server/mobile/profiles/user-agent.js';

describe("the version in a phone's signed attributes", () => {
  it.each(['22A3354', '22A3351', '22H730', '23A341', '23A5260n', '24A435', '100A1', '18', '18.0', '18.7.1', '26.1'])(
    'is supported: %s',
    (version) => expect(isSupported(version)).toBe(true),
  );

  it.each([
    '21H16',
    '21A329',
    '9A405',
    '17',
    '17.7.1',
    '',
    '22A',
    'A22',
    '22a3354',
    '-18',
    '18.',
    '18.1b',
    '1e9',
    ' 18',
    '0x20',
  ])('is not supported: %j', (version) => expect(isSupported(version)).toBe(false));
});

describe("a phone's system", () => {
  const iOS = { name: 'iOS', isBeta: false };

  it.each([
    ['22A3354', '18.0'],
    ['22A3370', '18.0'],
    ['22D8075', '18.3'],
    ['22G100', '18.6'],
    ['22H374', '18.7'],
    ['23A341', '26.0'],
    ['23D8133', '26.3'],
    ['23F84', '26.5'],
    ['23H24', '26.7'],
    // Letters of iOS 27 are not those of its versions: 24B is iOS 27.2.
    ['24A446', '27'],
    ['24B5084k', '27'],
  ])('is named by the version that people know: %s is iOS %s', (build, version) => {
    expect(systemOf('iPhone 16 Pro', build)).toMatchObject({ name: 'iOS', version, signed: build });
  });

  it('is a test version if its build says so', () => {
    expect(systemOf('iPhone 16 Pro', '22A5350a')).toEqual({
      ...iOS,
      version: '18.0',
      signed: '22A5350a',
      isBeta: true,
    });
    // Security updates between two versions end with a letter too.
    expect(systemOf('iPhone 16 Pro', '23D771330a').isBeta).toBe(false);
  });

  it('is that of an iPad', () => {
    expect(systemOf('iPad mini (A17 Pro)', '22A8380')).toMatchObject({ name: 'iPadOS', version: '18.0' });
    expect(systemOf('iPad (iPad99,1)', '22A8380')).toMatchObject({ name: 'iPadOS' });
  });

  it('is named by its version if a phone says that', () => {
    expect(systemOf('iPhone 16', '18.7.1')).toEqual({ ...iOS, version: '18.7.1', signed: '18.7.1' });
  });

  it.each([
    ['25A123', null],
    ['99Z9', null],
    ['x', null],
    ['22Z1', '18'],
  ])('has no version, or no minor version, that nobody knows: %s', (build, version) => {
    expect(systemOf('iPhone 16', build)).toEqual({ ...iOS, version, signed: build });
  });
});

describe('the User-Agent of a browser', () => {
  const iPhone = (system: string, rest: string): string =>
    `Mozilla/5.0 (iPhone; CPU iPhone OS ${system} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ${rest}`;
  const mac = (rest: string): string =>
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) ${rest}`;

  it.each([
    ['Safari of iOS 18', iPhone('18_1', 'Version/18.1 Mobile/15E148 Safari/604.1')],
    [
      'Safari of iOS 26, where the system’s version stands still',
      iPhone('18_6', 'Version/26.0 Mobile/15E148 Safari/604.1'),
    ],
    ['Chrome on iOS 18', iPhone('18_7', 'CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1')],
    [
      'an iPad with pages for handhelds',
      iPhone('18_1', 'Version/18.1 Safari/604.1').replaceAll('iPhone', 'iPad').replace('iPad OS', 'OS'),
    ],
    ['an iPad with pages for desktops', mac('Version/18.1 Safari/605.1.15')],
    ['Chrome on such an iPad', mac('CriOS/141.0.7390.41 Version/11.1.1 Safari/605.1.15')],
    ['Firefox on such an iPad', mac('FxiOS/144.0 Safari/605.1.15')],
    ['an app that says no version', iPhone('', 'Mobile/15E148').replace('iPhone OS  like', 'like')],
    ['something unknown', 'curl/8.14.1'],
    ['nothing', ''],
  ])('may be that of a supported phone: %s', (_, userAgent) => expect(mayBeSupported(userAgent)).toBe(true));

  it.each([
    ['iOS 17', iPhone('17_7', 'Version/17.7 Mobile/15E148 Safari/604.1')],
    ['Chrome on iOS 16', iPhone('16_2', 'CriOS/110.0 Mobile/15E148 Safari/604.1')],
    ['iPadOS 17 with pages for desktops', mac('Version/17.6 Safari/605.1.15')],
    [
      'Android',
      'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
    ],
    [
      'Windows',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
    ],
    ['Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0'],
    [
      'ChromeOS',
      'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
    ],
    ['Chrome on a Mac', mac('Chrome/141.0.0.0 Safari/537.36')],
    ['Edge on a Mac', mac('Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0')],
    ['Firefox on a Mac', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0'],
  ])('is that of another system: %s', (_, userAgent) => expect(mayBeSupported(userAgent)).toBe(false));
});

describe('a browser on a phone', () => {
  const iPhone = (rest: string): string =>
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ${rest}`;
  const pad = (rest: string): string =>
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) ${rest}`;

  it.each([
    ['Safari', iPhone('Version/18.1 Mobile/15E148 Safari/604.1')],
    ['Safari of iOS 26', iPhone('Version/26.0 Mobile/15E148 Safari/604.1')],
    ['Safari on an iPad', pad('Version/18.1 Safari/605.1.15')],
    ['something that names no device of Apple', 'curl/8.14.1'],
    ['nothing', ''],
  ])('may be Safari: %s', (_, userAgent) => expect(isSafari(userAgent)).toBe(true));

  it.each([
    ['Chrome', iPhone('CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1')],
    ['Chrome with pages for desktops', pad('CriOS/141 Version/11.1.1 Safari/605.1.15')],
    ['Edge', iPhone('Version/18.0 EdgiOS/141.0 Mobile/15E148 Safari/604.1')],
    ['Firefox', iPhone('FxiOS/144.0 Mobile/15E148 Safari/605.1.15')],
    ['DuckDuckGo', iPhone('Version/18.1 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15')],
    ['the Google app', iPhone('GSA/370.0 Mobile/15E148 Safari/604.1')],
    ['a page within an app', iPhone('Mobile/15E148')],
    ['a page within an app on an iPad', pad('')],
  ])('is another one: %s', (_, userAgent) => expect(isSafari(userAgent)).toBe(false));
});

describe("the product in a phone's signed attributes", () => {
  it.each([
    ['iPhone11,2', 'iPhone XS'],
    ['iPhone17,3', 'iPhone 16'],
    ['iPhone18,3', 'iPhone 17'],
    ['iPhone18,4', 'iPhone Air'],
    ['iPad14,3', 'iPad Pro 11-inch (4th generation)'],
    ['iPhone19,1', 'iPhone (iPhone19,1)'],
    ['iPad99,1', 'iPad (iPad99,1)'],
    ['Watch7,1', 'Watch7,1'],
    ['constructor', 'constructor'],
  ])('is named as people know it: %s is %s', (product, name) => expect(modelOf(product)).toBe(name));

  it('is that of a handheld, or of another device that can answer', () => {
    expect(['iPhone17,3', 'iPad14,3'].map(isHandheld)).toEqual([true, true]);
    expect(['Mac15,3', 'MacBookPro18,1', 'AppleTV14,1', 'iPhone', 'xiPhone1,1'].map(isHandheld)).not.toContain(true);
  });
});
