import { readFileSync } from 'node:fs';

/** How VS_FIXEDFILEINFO begins: its signature, and the version of its own structure (winver.h). */
const FIXED_FILE_INFO = Buffer.from('bd04effe00000100', 'hex');
const PROGRAM = /\.(?:exe|dll|node)$/;

/**
 * The version that a program or library for Windows states in its resources, such as `26.10.0.0`; undefined where it states none.
 *
 * An MSI has to tell it: on an upgrade Windows Installer compares it with that of the file which is there, takes a file without one for
 * older, does not install it, and removes the old one all the same.
 */
export function fileVersionOf(file: string): string | undefined {
  if (!PROGRAM.test(file)) return undefined;
  const content = readFileSync(file);
  const at = content.indexOf(FIXED_FILE_INFO);
  if (at < 0) return undefined;
  const [minor, major, revision, build] = [8, 10, 12, 14].map((offset) => content.readUInt16LE(at + offset));
  return [major, minor, build, revision].join('.');
}
