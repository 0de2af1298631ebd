import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { diskFault, readDisk, tryDisk } from '../../../../portal/src/server/health/disk.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-disk-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it.each([
  ['asked', readDisk],
  ['tried', tryDisk],
])('a disk with room is no fault when it is %s, and nothing stays on it', async (_, look) => {
  expect(diskFault(folder, await look(folder))).toBeNull();
  expect(readdirSync(folder)).toEqual([]);
});

it('a folder that has gone is a refusal', async () => {
  await expect(tryDisk(path.join(folder, 'gone'))).rejects.toThrow('ENOENT');
});

const mount = (disk: string, options: string): number | null =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'none', disk]).status;

/** A small disk of its own needs root, and in a container the right to mount. */
function mayMount(): boolean {
  const place = mkdtempSync(path.join(tmpdir(), 'cardwright-disk-'));
  const may = process.getuid?.() === 0 && mount(place, 'size=64k') === 0;
  if (may) execFileSync('umount', [place]);
  rmSync(place, { recursive: true });
  return may;
}
const itWithDisk = mayMount() ? it : it.skip;

const mounted = async (options: string, work: (disk: string) => Promise<void>): Promise<void> => {
  expect(mount(folder, options)).toBe(0);
  try {
    await work(folder);
  } finally {
    execFileSync('umount', [folder]);
  }
};

itWithDisk('a disk that is nearly full, then full, is a fault each', () =>
  mounted('size=512k', async (disk) => {
    expect(diskFault(disk, await tryDisk(disk))).toContain('is nearly full');
    expect(() => {
      writeFileSync(path.join(disk, 'all'), Buffer.alloc(1024 * 1024));
    }).toThrow('ENOSPC');
    expect(diskFault(disk, await tryDisk(disk))).toContain('(ENOSPC)');
    expect(diskFault(disk, await readDisk(disk))).toContain('is nearly full');
  }),
);

itWithDisk('a disk that is mounted for reading alone is a fault, also for who only asks', () =>
  mounted('ro', async (disk) => {
    expect(diskFault(disk, await tryDisk(disk))).toContain('(EROFS)');
    expect(diskFault(disk, await readDisk(disk))).toContain('(EROFS)');
  }),
);
