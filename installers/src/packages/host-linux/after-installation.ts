import { LAUNCHER_NAME } from '@cardwright/native-host';
import { HOST_FOLDER } from './tree.js';

/**
 * Script that admits the extensions of the administrator's list in the manifests, because an upgrade has just replaced the manifests by those of the package.
 * Without a list, the script does nothing. A failure is reported, but does not stop the installation.
 */
export const AFTER_INSTALLATION = `if [ -e /etc/cardwright/extensions.json ]; then
  ${HOST_FOLDER}/${LAUNCHER_NAME} install --system >/dev/null ||
    echo "cardwright-host: the manifests do not admit the extensions of /etc/cardwright/extensions.json" >&2
fi
`;
