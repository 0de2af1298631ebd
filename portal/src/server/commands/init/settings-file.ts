import { access, constants, open, rm, stat, writeFile, chown } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile, type FileRights } from '../../replace-file.js';
import { addToToml, type Addition } from '../../settings/add-to-toml.js';
import { TOML_FILE } from '../../settings/portal-toml.js';

/** Permission bits with which the group and others write. */
const OTHERS_WRITE = 0o022;
const OWNER_ONLY = 0o600;
const PERMISSIONS = 0o777;
const UNCHANGED = 'Nothing was changed';

/** A secret that gets a file of its own, which the settings name. */
export interface SecretFile {
  readonly path: string;
  readonly content: string;
}

/**
 * The `portal.toml` of a folder of settings, for adding settings. Nobody but the user of this process and root may be able to change the folder or the
 * file: whoever can would decide on what root writes and reads there.
 */
export class SettingsFile {
  private constructor(
    readonly path: string,
    private readonly before: string,
    private readonly rights: FileRights,
    /** Group that may read the files to which settings refer: that of the folder. */
    private readonly group: number,
  ) {}

  /**
   * Reads the file; it may be missing.
   *
   * @throws Error with words for the administrator: folder or file can be changed by others, the file is a link, or this user may not write there
   */
  static async open(folder: string): Promise<SettingsFile> {
    const { mode, uid, gid } = await stat(folder).catch(() => {
      throw new Error(`there is no folder ${folder} that can be read. ${UNCHANGED}; run this as root`);
    });
    requireOwn(folder, { mode, uid });
    if (!(await canWrite(folder))) throw new Error(`${folder} cannot be written. ${UNCHANGED}; run this as root`);
    const file = path.join(folder, TOML_FILE);
    const found = await read(file);
    if (found) requireOwn(file, found);
    const rights = { mode: OWNER_ONLY, uid, gid: process.getgid?.() ?? gid };
    return new SettingsFile(file, found?.content ?? '', found ?? rights, gid);
  }

  /**
   * Adds settings, and writes the secrets to which they refer into files that the group of the folder may read. With a secret among the settings, only the
   * owner may read `portal.toml` afterwards.
   *
   * @throws Error with words for the administrator if the file was changed since it was read, a secret has a file already, or the settings cannot be added;
   *   nothing is then left changed
   */
  async add(additions: readonly Addition[], secrets: readonly SecretFile[]): Promise<void> {
    const text = addToToml(this.before, additions);
    const now = await read(this.path);
    if ((now?.content ?? '') !== this.before) throw new Error(`${this.path} was changed meanwhile. ${UNCHANGED}`);
    const made: string[] = [];
    try {
      for (const secret of secrets) {
        await this.#writeSecret(secret);
        made.push(secret.path);
      }
      const mode = additions.some(({ setting }) => setting.isSecret) ? OWNER_ONLY : this.rights.mode;
      await replaceFile(this.path, text, { ...this.rights, mode });
    } catch (error) {
      for (const file of made) await rm(file, { force: true });
      throw error;
    }
  }

  async #writeSecret({ path: file, content }: SecretFile): Promise<void> {
    // The file is given to the group before it has its content.
    await writeFile(file, '', { mode: OWNER_ONLY, flag: 'wx' }).catch((error: unknown) => {
      throw isSystemError(error, 'EEXIST') ? new Error(`${file} is there already. ${UNCHANGED}; remove it`) : error;
    });
    const { uid } = await stat(file);
    if (process.getuid?.() === 0) await chown(file, uid, this.group);
    await replaceFile(file, `${content}\n`, { mode: 0o640, uid, gid: this.group });
  }
}

interface FoundFile extends FileRights {
  readonly content: string;
}

/** Reads a file that is no link. Returns undefined if it is missing. */
async function read(file: string): Promise<FoundFile | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file, flags).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return undefined;
    if (isSystemError(error, 'ELOOP'))
      throw new Error(`${file} is a link. ${UNCHANGED}; put the file itself in its place`);
    throw new Error(`${file} cannot be read. ${UNCHANGED}; run this as root`, { cause: error });
  });
  if (!handle) return undefined;
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new Error(`${file} is no file. ${UNCHANGED}`);
    const { mode, uid, gid } = found;
    return { content: await handle.readFile('utf8'), mode: mode & PERMISSIONS, uid, gid };
  } finally {
    await handle.close();
  }
}

/** @throws Error with words for the administrator if others than root and the user of this process can change a folder or file */
function requireOwn(file: string, { mode, uid }: { readonly mode: number; readonly uid: number }): void {
  if (uid !== 0 && uid !== process.getuid?.()) throw new Error(`${file} belongs to another user. ${UNCHANGED}`);
  if ((mode & OTHERS_WRITE) !== 0)
    throw new Error(`${file} can be changed by others. ${UNCHANGED}; chmod go-w ${file}`);
}

export const canWrite = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );

const isSystemError = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
