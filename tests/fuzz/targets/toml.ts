import { readToml } from '../../../portal/src/server/settings/portal-toml.js';
import { writeToml } from '../../../portal/src/server/settings/publish.js';
import { spoiltBytes } from '../generators/spoilt-bytes.js';
import { fuzzTarget } from '../target.js';

const WRITTEN = `port = 8443
origin = "https://cms.example.com"
trusted-proxies = ["127.0.0.1", '::1']
[[identity-providers]]
name = "example"
issuer = "https://login.example.com"
groups = { operators = ["a", "b"] }
a.b."c d" = 1979-05-27T07:32:00Z
text = """
several \\u00e9 lines"""
`;

/** The settings of a portal, as an administrator writes them. */
export const toml = fuzzTarget('toml', 20_000, () => ({
  input: spoiltBytes([Buffer.from(WRITTEN), Buffer.from(writeToml()).subarray(0, 3000)]),
  judge: (bytes) => {
    const { values, problems } = readToml(Buffer.from(bytes).toString('utf8'));
    if (Object.values(values).some((value) => typeof value !== 'string')) throw new Error('a setting is no text');
    if (problems.some(({ what }) => what === '')) throw new Error('a problem without a word');
  },
}));
