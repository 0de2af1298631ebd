import { css, html, nothing, type TemplateResult } from 'lit';

/** Shows parts in a line, with a dot between two parts. Where the line breaks between two parts, no dot is shown. */
export const dottedLine = (parts: readonly (string | TemplateResult)[]): TemplateResult =>
  html`<span class="dotted"
    >${parts.map((part, index) => html`<span>${index === 0 ? nothing : DOT}${part}</span> `)}</span
  >`;

const DOT = html`<span class="dot">· </span>`;

/**
 * Styles of a dotted line. Each part begins with room for its dot, which is cut off at the beginning of a line. `page.css` has the
 * same styles for the help page.
 */
export const dottedLineStyles = css`
  .dotted {
    display: inline-block;
    max-width: calc(100% + 0.6em);
    margin-left: -0.6em;
    clip-path: inset(-0.25em -0.25em -0.25em 0.4em);
    overflow-wrap: anywhere;
  }

  /* A line breaks between two parts, and inside a part only if the part is longer than the line. */
  .dotted > span {
    display: inline-block;
    box-sizing: border-box;
    max-width: 100%;
    padding-left: 0.6em;
  }

  .dot {
    display: inline-block;
    width: 0.6em;
    margin-left: -0.6em;
    white-space: pre;
  }
`;
