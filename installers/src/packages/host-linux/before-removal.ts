import { LAUNCHER_NAME } from '@cardwright/native-host';
import { HOST_FOLDER } from './tree.js';

/**
 * Script that removes the entries that `cardwright-host policy add` merged into policies of browsers, and the record of `install --system`, because the
 * package manager does not know them. A failure is reported, but does not stop the removal.
 *
 * @param isRemoval a condition of sh that holds when the package is removed, and not when the package is replaced by a newer one
 */
export const beforeRemoval = (isRemoval: string): string => `if ${isRemoval}; then
  ${HOST_FOLDER}/${LAUNCHER_NAME} policy remove >/dev/null ||
    echo "cardwright-host: policies that 'policy add' merged may be left in the browsers' policy files" >&2
  ${HOST_FOLDER}/${LAUNCHER_NAME} uninstall --system >/dev/null ||
    echo "cardwright-host: the record of 'install --system' may be left in /var/lib/cardwright" >&2
fi
`;
