import * as v from 'valibot';
import { defineOrder, OrderError } from '../order.js';
import { isButton, WINDOW_BUTTONS, WINDOWS } from '../person.js';

const selector = v.pipe(v.string(), v.minLength(1));
const aSelector = 'a CSS selector; it is looked for inside of elements, too';
const pin = v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(64)));
const aPin = 'a PIN or PUK as text';
const isPng = (file: string): file is `${string}.png` => file.endsWith('.png');

/** Orders for the actions of a user in the page and in the extension's windows. */
export const personOrders = [
  defineOrder({
    name: 'open',
    usage: '[URL]',
    does: "open a page in the browser, in the tab of the one before; without URL the portal's first page",
    parameters: { url: v.exactOptional(v.pipe(v.string(), v.regex(/^https?:\/\//), v.url())) },
    expects: { url: 'an http or https address' },
    carryOut: async (simulator, { url }) => ({ says: 'The page is open.', url: await simulator.open(url) }),
  }),
  defineOrder({
    name: 'click',
    usage: 'SELECTOR [TEXT]',
    does: 'click the first element of the page that matches and contains the text, once it is there',
    parameters: { selector, text: v.exactOptional(v.string()) },
    expects: { selector: aSelector, text: 'a text' },
    carryOut: async ({ person }, { selector: wanted, text }) => {
      await person.click(wanted, text);
      return { says: 'Clicked.' };
    },
  }),
  defineOrder({
    name: 'type',
    usage: 'SELECTOR TEXT',
    does: 'type into a field of the page',
    parameters: { selector, text: v.string() },
    expects: { selector: aSelector, text: 'a text' },
    carryOut: async ({ person }, { selector: wanted, text }) => {
      await person.type(wanted, text);
      return { says: 'Typed.' };
    },
  }),
  defineOrder({
    name: 'wait',
    usage: 'SELECTOR [TEXT]',
    does: 'wait until the page has such an element, and read its text',
    parameters: { selector, text: v.exactOptional(v.string()) },
    expects: { selector: aSelector, text: 'a text' },
    carryOut: async ({ person }, { selector: wanted, text }) => {
      const shown = await person.waitFor(wanted, text);
      return { says: shown, text: shown };
    },
  }),
  defineOrder({
    name: 'press',
    usage: 'WINDOW BUTTON',
    does: `press a button in a window of the extension, once it opens: ${Object.entries(WINDOW_BUTTONS)
      .map(([window, buttons]) => `${window} ${buttons.join(' or ')}`)
      .join(', ')}`,
    parameters: { window: v.picklist(WINDOWS), button: v.string() },
    expects: { window: `a window: ${WINDOWS.join(', ')}`, button: 'a button of the window' },
    carryOut: async ({ person }, { window, button }) => {
      if (!isButton(window, button))
        throw new OrderError('parameters', `expected ${WINDOW_BUTTONS[window].join(' or ')}`);
      await person.press(window, button);
      return { says: 'Pressed.' };
    },
  }),
  defineOrder({
    name: 'enter',
    usage: '[PIN] [newPin=PIN] [puk=PUK] [fidoPin=PIN] [newFidoPin=PIN]',
    does: "enter PINs into the extension's window, a new one twice; no answer and no log contains them",
    parameters: { pin, newPin: pin, puk: pin, fidoPin: pin, newFidoPin: pin },
    expects: { pin: aPin, newPin: aPin, puk: aPin, fidoPin: aPin, newFidoPin: aPin },
    carryOut: async ({ person }, pins) => {
      const isClosed = await person.enter(pins);
      return { says: isClosed ? 'Entered: the window is closed.' : 'Entered: the window asks again.', isClosed };
    },
  }),
  defineOrder({
    name: 'screenshot',
    usage: 'FILE.png',
    does: 'photograph the page',
    parameters: { file: v.pipe(v.string(), v.regex(/\.png$/)) },
    expects: { file: 'the path of a .png file' },
    carryOut: async ({ person }, { file }) => {
      if (isPng(file)) await person.photograph(file);
      return { says: `The page is in ${file}.`, file };
    },
  }),
];
