import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { filesBelow } from './files-below.js';

export interface ZipOptions {
  /** Folder with the content. */
  readonly from: string;
  /** Path of the archive. */
  readonly file: string;
  /** Time of every file, in seconds since 1970; the format cannot express a time before 1980. */
  readonly epoch: number;
}

/** PKWARE's APPNOTE.TXT 6.3.10: signatures (4.3.7, 4.3.12, 4.3.16), and other constant values. */
const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const VERSION_2 = 20;
const MADE_ON_UNIX = 3 << 8;
/** Flag of an entry whose name is UTF-8 (bit 11). */
const UTF8_NAMES = 0x0800;
const DEFLATE = 8;
const BEST_COMPRESSION = 9;
/** External attributes of an entry. Their upper half is the Unix mode: a regular file that everyone may read. */
const REGULAR_FILE = (0o100644 << 16) >>> 0;

/**
 * Writes a zip of a folder's files, with the same bytes whenever, wherever and by whomever it is made: sorted names, one time for all entries,
 * no folders, no extra fields. For archives of less than 4 GiB and fewer than 65,536 files.
 *
 * @throws Error if the folder contains anything other than folders and regular files: a link could lead to another file on another computer
 */
export function writeZip({ from, file, epoch }: ZipOptions): void {
  const time = dosTime(epoch);
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const name of filesBelow(from)) {
    const place = path.join(from, name);
    if (!lstatSync(place).isFile()) throw new Error(`${name} is no regular file`);
    const { fields, packed } = compress(readFileSync(place), Buffer.from(name), time);
    const local = Buffer.concat([u32(LOCAL_HEADER), fields, Buffer.from(name), packed]);
    directory.push(
      // The entry: version made by, shared fields, no comment, first disk, no internal attributes, external attributes, offset.
      Buffer.concat([u32(DIRECTORY_HEADER), u16(VERSION_2 | MADE_ON_UNIX), fields, u16(0), u16(0), u16(0)]),
      Buffer.concat([u32(REGULAR_FILE), u32(offset), Buffer.from(name)]),
    );
    bodies.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const count = u16(bodies.length);
  const end = [u32(END_OF_DIRECTORY), u16(0), u16(0), count, count, u32(index.length), u32(offset), u16(0)];
  writeFileSync(file, Buffer.concat([...bodies, index, ...end]));
}

/**
 * Returns the fields that a file's local header and its entry in the directory share, from the needed version to the length of the extra field, and
 * the compressed content.
 */
function compress(content: Buffer, name: Buffer, time: Buffer): { fields: Buffer; packed: Buffer } {
  const packed = deflateRawSync(content, { level: BEST_COMPRESSION });
  const sizes = [u32(crc32(content)), u32(packed.length), u32(content.length), u16(name.length), u16(0)];
  return { fields: Buffer.concat([u16(VERSION_2), u16(UTF8_NAMES), u16(DEFLATE), time, ...sizes]), packed };
}

/** Encodes the time and date of MS-DOS, in steps of two seconds. Time and date are in UTC, because the format has no time zone. */
function dosTime(epoch: number): Buffer {
  const at = new Date(epoch * 1_000);
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  return Buffer.concat([u16(time), u16(date)]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
