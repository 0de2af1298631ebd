import { manualFor } from '../../parts/manual.js';

/** The host's manual page. */
export const HOST_MANUAL = manualFor('/usr/share/man/man1/cardwright-host.1.gz', 'native-host');
