/** Another program on the user's computer, in a separate process. */
import { serveParent } from './serve-parent.mjs';
import { PcscProgram } from '../workplace/pcsc-lite.mjs';

const program = await PcscProgram.start();

serveParent({
  connect: (reader, mode) => program.connect(reader, mode),
  reconnect: (disposition) => program.reconnect(disposition),
  disconnect: (disposition) => program.disconnect(disposition),
  begin: () => program.begin(),
  end: (disposition) => program.end(disposition),
  transmit: (apdu) => program.transmit(apdu),
});
