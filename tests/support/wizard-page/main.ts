import '@cardwright/sdk/elements';
import { ScriptedExtension } from './scripted-extension.js';

declare global {
  interface Window {
    extension: ScriptedExtension;
    /** Types of the wizard's events, as they came. */
    heard: string[];
  }
}

window.extension = new ScriptedExtension();
window.heard = [];
for (const type of ['cardwright-issued', 'cardwright-closed']) addEventListener(type, () => window.heard.push(type));
document.documentElement.lang = new URLSearchParams(location.search).get('lang') ?? 'en';
document.querySelector('#add')?.addEventListener('click', () => {
  void document.querySelector('cardwright-add-device')?.open();
});
