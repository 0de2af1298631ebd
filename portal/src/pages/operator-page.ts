import type { LitElement } from 'lit';
import type { Right } from './rights.js';

/** The element of a page. */
export interface PageContent extends LitElement {
  /** True if the page has entries that would be lost if another page were shown. Left out by pages without entries. */
  readonly hasUnsaved?: boolean;
}

/** A page behind a tab. */
export interface OperatorPage {
  /** Unique name of the page, from which the id of its tab is made. */
  readonly name: string;
  /** The right without which the page has nothing to show. */
  readonly right: Right;
  /** The element of the page, which loads its own content. */
  readonly element: new () => PageContent;
}
