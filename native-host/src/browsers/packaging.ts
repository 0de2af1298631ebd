import { existsSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { onComputer, type System } from '../system/system.js';
import { BROWSER_LOCATIONS } from './locations.js';

/** The kind of package from which a browser was installed. Most browsers in a Snap or Flatpak cannot start hosts. */
export type Packaging = 'system' | 'snap' | 'flatpak';

export interface InstalledBrowser {
  readonly browser: string;
  readonly packaging: Packaging;
  /**
   * Set when the browser starts hosts. Ubuntu's Firefox (a Snap) asks the WebExtensions portal to start hosts after the user has agreed. The
   * Flatpak of Firefox can start hosts since version 157, but only with xdg-native-messaging-proxy, which Firefox does not use by default. So
   * this Flatpak counts as not starting hosts.
   */
  readonly startsHosts: boolean;
}

/** Finds the browsers in their usual places on Linux and macOS. Returns an empty list on Windows, which has neither Snap nor Flatpak. */
export function findBrowsers(system: System): InstalledBrowser[] {
  return BROWSER_LOCATIONS.flatMap(({ browser, installed }) => {
    const files = system.platform === 'darwin' ? installed.darwin : installed.linux;
    const isHere = (file: string): boolean => existsSync(onComputer(system, file));
    const packages: Packaging[] = [];
    if (files.some((file) => isHere(file) && !leadsToSnap(system, file))) packages.push('system');
    if (installed.snap !== null && isHere(`/snap/bin/${installed.snap}`)) packages.push('snap');
    if (installed.flatpak !== null && isFlatpakHere(system, installed.flatpak)) packages.push('flatpak');
    return packages.map((packaging) => ({ browser, packaging, startsHosts: startsHosts(browser, packaging) }));
  });
}

/** Determines the packaging of the browser that started this host. Returns null if the packaging is unknown, and on systems other than Linux. */
export function packagingOfParent(system: System): Packaging | null {
  if (system.platform !== 'linux') return null;
  if (system.env.FLATPAK_ID !== undefined) return 'flatpak';
  const program = linkedTo(onComputer(system, `/proc/${system.ppid}/exe`));
  if (program === null) return null;
  if (program.startsWith('/snap/')) return 'snap';
  return program.startsWith('/app/') ? 'flatpak' : 'system';
}

const startsHosts = (browser: string, packaging: Packaging): boolean =>
  packaging === 'system' || (packaging === 'snap' && browser === 'Firefox');

const isFlatpakHere = (system: System, id: string): boolean =>
  existsSync(onComputer(system, `/var/lib/flatpak/app/${id}`)) ||
  existsSync(path.join(system.home, '.local/share/flatpak/app', id));

/**
 * True if a file only starts a Snap: a link into a folder `snap`, or, when the Snap is installed, Ubuntu's /usr/bin/chromium-browser and
 * /usr/bin/firefox.
 */
function leadsToSnap(system: System, file: string): boolean {
  const target = linkedTo(onComputer(system, file));
  if (target?.includes('/snap/')) return true;
  return (
    SNAP_WRAPPERS.includes(file) &&
    existsSync(onComputer(system, `/snap/bin/${path.basename(file).replace('-browser', '')}`))
  );
}

const SNAP_WRAPPERS: readonly string[] = ['/usr/bin/chromium-browser', '/usr/bin/firefox'];

function linkedTo(file: string): string | null {
  try {
    return readlinkSync(file);
  } catch {
    // The file does not exist, is not a link, or belongs to another account's process.
    return null;
  }
}
