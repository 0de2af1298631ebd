export type DialogName =
  | 'cardwright-add-device'
  | 'cardwright-change-pin'
  | 'cardwright-unlock'
  | 'cardwright-erase'
  | 'cardwright-operation'
  | 'cardwright-add-mobile';

interface More {
  /** Another dialog to which this one may lead. */
  readonly besides?: DialogName;
  /** The attributes that the dialog needs. */
  readonly attributes?: string;
}

/** Builds a page with a dialog and the button that opens it. */
const pageWith = (
  dialog: DialogName,
  button: string,
  { besides, attributes = '' }: More = {},
): string => `<!doctype html>
<html>
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Portal</title>
    <script type="module" src="/main.js"></script>
  </head>
  <body>
    <main>
      <h1>My Devices</h1>
      <button id="add">${button}</button>
      <${dialog} endpoint="/api" help="/help" ${attributes}></${dialog}>
      ${besides === undefined ? '' : `<${besides} endpoint="/api" help="/help"></${besides}>`}
    </main>
  </body>
</html>`;

/** The pages with one dialog each, by path. Their script is `/main.js`. */
export const WIZARD_PAGES: Readonly<Record<`/${DialogName}`, string>> = {
  '/cardwright-add-device': pageWith('cardwright-add-device', 'Add Device'),
  '/cardwright-change-pin': pageWith('cardwright-change-pin', 'Change PIN', { besides: 'cardwright-unlock' }),
  '/cardwright-unlock': pageWith('cardwright-unlock', 'Forgot PIN?'),
  '/cardwright-erase': pageWith('cardwright-erase', 'Give back'),
  '/cardwright-operation': pageWith('cardwright-operation', 'Stamp', { attributes: 'kind="stamp" heading="Stamp"' }),
  '/cardwright-add-mobile': pageWith('cardwright-add-mobile', 'Add Mobile'),
};
