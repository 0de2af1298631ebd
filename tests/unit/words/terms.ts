/** A word that sentences of a language do not have. */
export interface Avoided {
  readonly word: RegExp;
  /** The words to use instead. */
  readonly instead: string;
  /** Sentences that may have it, by the beginning of their names. */
  readonly except?: readonly string[];
}

interface Terms {
  /** Avoided by all sentences, whoever reads them. */
  readonly everywhere: readonly Avoided[];
  /** Avoided by sentences for employees, because these are words of operators and administrators. */
  readonly employees: readonly Avoided[];
}

/** The link to their own pages, which only operators see. */
const OPERATORS_LINK = ['portal.operator', 'portal-server.titles.operator'];

/** The table of CONTRIBUTING.md, "Terms", as far as a test can tell. */
export const TERMS: Readonly<Record<string, Terms>> = {
  en: {
    everywhere: [
      { word: /\blog(s|ged|ging)?[ -]?(in|out|on)\b/i, instead: 'sign in, sign out' },
      { word: /\b(one|another|more|many) tr(y|ies)\b|\btries left\b/i, instead: 'attempt' },
      { word: /\bmanufacturer/i, instead: 'vendor' },
    ],
    employees: [
      { word: /\bIT\b/, instead: 'help desk' },
      { word: /\boperator/i, instead: 'help desk', except: OPERATORS_LINK },
      { word: /\b(ask|call|contact|tell)\b[^.]*\badministrator/i, instead: 'help desk' },
      { word: /\bissu(e|es|ed|ing|ance)\b/i, instead: 'set up' },
      { word: /\bhost\b/i, instead: 'Cardwright on this computer' },
      { word: /\bpersonali[sz]|\benrol/i, instead: 'set up, add' },
    ],
  },
  de: {
    everywhere: [
      { word: /\b(ein|aus)(zu)?(ge)?logg|\blog-?(in|out)\b/i, instead: 'anmelden, abmelden' },
      { word: /\bAdministrator/, instead: 'Administration', except: ['extension.inspector_'] },
      { word: /Servicestelle|Help Desk/, instead: 'Helpdesk' },
      { word: /\bBesitzer/, instead: 'Inhaber' },
      { word: /\bLesegerät|\bLesers?n?\b/, instead: 'Kartenleser' },
      { word: /\bHosts?\b/, instead: 'Hostprogramm', except: ['extension.inspector_lane_short'] },
      { word: /Anfangs-PIN/, instead: 'Start-PIN' },
      { word: /\bPIN\b[^.:]*\b(setzen|setzt|gesetzt)\b|\b(setzen|setzt) [^.:]*\bPIN\b/i, instead: 'festlegen' },
      { word: /\bausgesetzt|\baussetzen/i, instead: 'vorübergehend gesperrt, vorübergehend sperren' },
      { word: /außer Betrieb/, instead: 'stilllegen' },
      { word: /\bPasskeys?\b[^.:]*\bangelegt|\bPasskeys?\b[^.:]*\banlegen/, instead: 'erstellen' },
    ],
    employees: [
      { word: /\bIT\b/, instead: 'Helpdesk' },
      { word: /\bOperator/, instead: 'Helpdesk', except: OPERATORS_LINK },
      { word: /\b(bitten|fragen|rufen|wenden) Sie[^.]*\bAdministration/i, instead: 'Helpdesk' },
      { word: /\bausstell|\bausgestellt|\bausgestellten/i, instead: 'einrichten' },
      { word: /Hostprogramm/, instead: 'Cardwright auf diesem Computer' },
    ],
  },
};

/** Labels that are not ours: a browser or a phone shows them. */
export const FOREIGN_LABELS: Readonly<Record<string, readonly string[]>> = {
  en: ['Security key', 'Unverified', 'Profile Downloaded', 'Install', 'Find My'],
  de: [
    'Sicherheitsschlüssel',
    'Nicht überprüft',
    'Profil laden',
    'Zulassen',
    'Profil geladen',
    'Installieren',
    'Fertig',
    'Wo ist?',
  ],
};
