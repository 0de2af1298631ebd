import path from 'node:path';
import { GalleryServer } from './gallery-server.js';

/** `npm run gallery`: shows every pane with made-up data, until Ctrl-C. The build writes the scripts beside this program. */
const server = await GalleryServer.start(path.join(import.meta.dirname, 'pages'));
console.log(`The gallery of panes: ${server.origin}\nCtrl-C ends it.`);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void server.stop());
