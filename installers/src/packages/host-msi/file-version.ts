import { readFileSync } from 'node:fs';

/** The beginning of VS_FIXEDFILEINFO: its signature, and the version number of the structure (winver.h). */
const FIXED_FILE_INFO = Buffer.from('bd04effe00000100', 'hex');
const PROGRAM = /\.(?:exe|dll|node)$/;

/**
 * Returns the version in the resources of a program or library for Windows, such as `26.10.0.0`; undefined if there is no version, or if the
 * file is not an .exe, .dll or .node.
 *
 * An MSI has to state this version. On an upgrade, Windows Installer compares it with the version of the installed file. Without this version,
 * Windows Installer takes the new file for an older one. It then does not install the new file, but still removes the installed file.
 */
export function fileVersionOf(file: string): string | undefined {
  if (!PROGRAM.test(file)) return undefined;
  const content = readFileSync(file);
  const at = content.indexOf(FIXED_FILE_INFO);
  if (at < 0) return undefined;
  const [minor, major, revision, build] = [8, 10, 12, 14].map((offset) => content.readUInt16LE(at + offset));
  return [major, minor, build, revision].join('.');
}
