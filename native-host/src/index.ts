/** What others may use of the host: registering it with a browser. All else is reached over native messaging. */
export { install, installTargets, uninstall, type InstallTarget } from './cli/install.js';
