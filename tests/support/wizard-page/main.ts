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
for (const type of ['cardwright-issued', 'cardwright-pin-changed', 'cardwright-mobile-installed', 'cardwright-closed'])
  addEventListener(type, () => window.heard.push(type));
document.documentElement.lang = new URLSearchParams(location.search).get('lang') ?? 'en';
const helpDesk = {
  name: 'IT Service Desk',
  phone: '+49 89 1234-0',
  email: 'service.desk@example.org',
  extension: 'https://it.example/extension',
  linux: 'https://it.example/cardwright.deb',
};
for (const name of [
  'cardwright-add-device',
  'cardwright-change-pin',
  'cardwright-unlock',
  'cardwright-erase',
  'cardwright-add-mobile',
] as const) {
  const dialog = document.querySelector(name);
  if (!dialog) continue;
  dialog.helpDesk = helpDesk;
  document.querySelector('#add')?.addEventListener('click', () => void dialog.open());
}
