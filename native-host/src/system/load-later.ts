import { CardwrightError, isCardwrightError } from '@cardwright/protocol';

/**
 * Loads a module that few sessions need, on its first use. Once the host has started, every dynamic import of a file of the host goes through this
 * function, so that a missing or broken file is reported as `HOST_DAMAGED`.
 *
 * Call this function before a device is used, because an error during the use may release the device.
 *
 * @example const { proveKey } = await loadLater(() => import('../devices/key-proof.js'));
 * @throws CardwrightError `HOST_DAMAGED`
 */
export const loadLater = <Module extends object>(load: () => Promise<Module>): Promise<Module> =>
  orDamaged(async () => {
    const module = await load();
    // The build writes the exports at the end of a file, so a truncated file may load without exports.
    if (Object.keys(module).length === 0) throw new Error('the module exports nothing');
    return module;
  });

/**
 * Loads a part of the host. Turns any error into `HOST_DAMAGED`.
 *
 * @throws CardwrightError `HOST_DAMAGED`
 */
export async function orDamaged<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch (error) {
    if (isCardwrightError(error, 'HOST_DAMAGED')) throw error;
    throw new CardwrightError('HOST_DAMAGED', {}, { cause: error });
  }
}
