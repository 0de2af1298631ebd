import { css, html, nothing, type TemplateResult } from 'lit';

/** Shows parts in a line, with a dot between two of them. A dot at which the line breaks is not seen. */
export const dottedLine = (parts: readonly (string | TemplateResult)[]): TemplateResult =>
  html`<span class="dotted"
    >${parts.map((part, index) => html`<span>${index === 0 ? nothing : DOT}${part}</span> `)}</span
  >`;

const DOT = html`<span class="dot">· </span>`;

/** Each part begins with room for its dot. The room at the beginning of a line is out of sight. `page.css` has the same for the help page. */
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
