import { ScriptedExtension } from './scripted-extension.js';

/** Plays the extension in the portal's own pages. */
window.extension = new ScriptedExtension();
