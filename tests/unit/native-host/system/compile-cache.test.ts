import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { privateCacheFolder, useCompileCache } from '../../../../native-host/src/system/compile-cache.js';

const SOMEONE_ELSE = 54_321;

describe('the folder of compiled code', () => {
  let home: string;
  beforeEach(() => {
    home = realpathSync(mkdtempSync(path.join(tmpdir(), 'cardwright-home-')));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(home, { recursive: true });
  });

  const at = (...names: string[]): string => path.join(home, ...names);
  const make = (...names: string[]): string => {
    mkdirSync(at(...names), { recursive: true, mode: 0o700 });
    return at(...names);
  };
  const onLinux = (env: Record<string, string> = {}) => ({ platform: 'linux' as const, home, env });

  it.each<[NodeJS.Platform, string, () => Record<string, string>]>([
    ['linux', '.cache/cardwright/compiled', () => ({})],
    ['linux', 'elsewhere/cardwright/compiled', () => ({ XDG_CACHE_HOME: at('elsewhere') })],
    ['linux', '.cache/cardwright/compiled', () => ({ XDG_CACHE_HOME: 'relative' })],
    ['darwin', 'Library/Caches/Cardwright/compiled', () => ({})],
    ['win32', 'Local/Cardwright/Cache/compiled', () => ({ LOCALAPPDATA: at('Local') })],
    ['win32', 'AppData/Local/Cardwright/Cache/compiled', () => ({})],
  ])("is this account's own, on %s: %s", (platform, folder, env) => {
    expect(privateCacheFolder({ platform, home, env: env() })).toBe(at(folder));
    expect(statSync(at(folder)).mode & 0o777).toBe(0o700);
  });

  it('is used as it is found', () => {
    const folder = make('.cache', 'cardwright', 'compiled');
    writeFileSync(path.join(folder, 'kept'), '');
    expect(privateCacheFolder(onLinux())).toBe(folder);
  });

  it.each<[string, () => void]>([
    ['others can write to it', () => chmodSync(make('.cache', 'cardwright', 'compiled'), 0o722)],
    [
      'others can read it, so that it was not made by a host',
      () => chmodSync(make('.cache', 'cardwright', 'compiled'), 0o755),
    ],
    ['a group can replace it', () => chmodSync(make('.cache', 'cardwright'), 0o770)],
    ['others can replace a folder above', () => chmodSync(make('.cache'), 0o777)],
    [
      'it is a link to where others can replace it',
      () => {
        chmodSync(make('open'), 0o777);
        make('.cache', 'cardwright');
        symlinkSync(make('open', 'folder'), at('.cache', 'cardwright', 'compiled'));
      },
    ],
    [
      'it belongs to someone else',
      () => {
        make('.cache', 'cardwright', 'compiled');
        jest.spyOn(process, 'getuid').mockReturnValue(SOMEONE_ELSE);
      },
    ],
  ])('is not used if %s', (_, prepare) => {
    prepare();
    expect(privateCacheFolder(onLinux())).toBeNull();
  });

  it('is used where it is a link to a folder that is private too', () => {
    make('.cache', 'cardwright');
    symlinkSync(make('disk', 'compiled'), at('.cache', 'cardwright', 'compiled'));
    expect(privateCacheFolder(onLinux())).toBe(at('disk', 'compiled'));
  });

  describe('and Node.js', () => {
    const enable = jest.fn();
    const original = Object.getOwnPropertyDescriptor(module, 'enableCompileCache');
    const replaceBy = (value: unknown): void =>
      void Object.defineProperty(module, 'enableCompileCache', { value, configurable: true });
    beforeEach(() => {
      enable.mockClear();
      replaceBy(enable);
    });
    afterEach(() => {
      if (original) Object.defineProperty(module, 'enableCompileCache', original);
      else Reflect.deleteProperty(module, 'enableCompileCache');
    });

    it('which is told to use it', () => {
      expect(useCompileCache(onLinux())).toBe(at('.cache/cardwright/compiled'));
      expect(enable).toHaveBeenCalledWith(at('.cache/cardwright/compiled'));
    });

    it.each<[string, () => void]>([
      ['is not private', () => chmodSync(make('.cache', 'cardwright', 'compiled'), 0o777)],
      ['cannot be made', () => writeFileSync(at('.cache'), '')],
    ])('which is not, if it %s', (_, prepare) => {
      prepare();
      expect(useCompileCache(onLinux())).toBeNull();
      expect(enable).not.toHaveBeenCalled();
    });

    it('of which an older version has no use for it', () => {
      replaceBy(undefined);
      expect(useCompileCache(onLinux())).toBeNull();
      expect(existsSync(at('.cache'))).toBe(false);
    });
  });
});
