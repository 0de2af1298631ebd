import '@cardwright/sdk/elements';
import { ScriptedExtension } from './scripted-extension.js';

declare global {
  interface Window {
    extension: ScriptedExtension;
    /** The types of the wizard's events, in order. */
    heard: string[];
    /** Puts the page's form into the wizard, with which the user proves their identity. */
    offerProof: () => void;
  }
}

/** Creates a login form as any page may have; its password is `right`. */
function proofForm(proved: () => void): HTMLFormElement {
  const form = document.createElement('form');
  form.slot = 'proof';
  form.innerHTML =
    '<label>Password <input type="password" /></label> <button>Confirm</button> <p role="alert" id="wrong"></p>';
  const [field, problem] = [form.querySelector('input'), form.querySelector('p')];
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (problem) problem.textContent = field?.value === 'right' ? '' : 'Wrong password';
    if (field?.value === 'right') proved();
    if (field) field.value = '';
  });
  return form;
}

window.extension = new ScriptedExtension();
window.heard = [];
for (const type of [
  'cardwright-issued',
  'cardwright-pin-changed',
  'cardwright-unlocked',
  'cardwright-erased',
  'cardwright-done',
  'cardwright-mobile-installed',
  'cardwright-closed',
])
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
  'cardwright-operation',
  'cardwright-add-mobile',
] as const) {
  const dialog = document.querySelector(name);
  if (!dialog) continue;
  dialog.helpDesk = helpDesk;
  // Button and form belong to the first dialog.
  if (dialog.previousElementSibling?.id !== 'add') continue;
  if ('proved' in dialog) window.offerProof = () => dialog.append(proofForm(() => dialog.proved()));
  document.querySelector('#add')?.addEventListener('click', () => void dialog.open());
}
