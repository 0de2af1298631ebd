import {
  edgeChild,
  edgeLength,
  edgeStart,
  exceptionsRoot,
  labelText,
  nodeFlags,
  rulesRoot,
} from 'tldts/dist/cjs/src/data/trie.js';

/**
 * Lists the rules of the public suffix list, from both its sections, in the syntax of https://publicsuffix.org/list: `co.uk`, `*.ck`,
 * and `!www.ck` for an exception. Labels are A-labels. They come from the tree of `tldts`, which the host and the portal use.
 *
 * @returns {string[]} sorted
 */
export function publicSuffixRules() {
  const starts = startsOfLabels();
  const rules = rulesBelow(rulesRoot, '', starts);
  const exceptions = rulesBelow(exceptionsRoot, '', starts);
  return [...rules, ...exceptions.map((domain) => `!${domain}`)].sort();
}

/** Finds the start of each edge's label; the labels follow one another in one text. */
function startsOfLabels() {
  let next = 0;
  return Array.from(edgeLength, (length) => {
    const start = next;
    next += length;
    return start;
  });
}

/**
 * @param {number} node
 * @param {string} domain of the node; empty at the root
 * @param {readonly number[]} starts
 * @returns {string[]}
 */
function rulesBelow(node, domain, starts) {
  const own = nodeFlags[node] === 0 || domain === '' ? [] : [domain];
  const edges = Array.from({ length: edgeStart[node + 1] - edgeStart[node] }, (_, index) => edgeStart[node] + index);
  return own.concat(
    ...edges.map((edge) => {
      const label = labelText.slice(starts[edge], starts[edge] + edgeLength[edge]);
      return rulesBelow(edgeChild[edge], domain === '' ? label : `${label}.${domain}`, starts);
    }),
  );
}
