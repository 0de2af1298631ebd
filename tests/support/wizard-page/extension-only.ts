import { ScriptedExtension } from './scripted-extension.js';

/** For the portal's own pages: the extension that they speak with, played in the page. */
window.extension = new ScriptedExtension();
