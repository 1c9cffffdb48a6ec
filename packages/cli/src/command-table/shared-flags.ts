import type { FlagDefinition } from '../flags/flag-definition.ts';

const formatForms = `'json':             one JSON object a line
'TEMPLATE':         a Go template`;

/** `--format` of commands that print one object. */
export const formatFlag: FlagDefinition = {
  name: 'format',
  short: 'f',
  type: 'string',
  choices: ['json'],
  help: `Choose the output:\n${formatForms}`,
};

/** `--format` of commands that print tables. */
export const tableFormatFlag: FlagDefinition = {
  name: 'format',
  type: 'string',
  choices: ['table', 'json'],
  help: `Choose the output:
'table':            columns with a header (default)
'table TEMPLATE':   columns from a Go template
${formatForms}`,
};

export const filterFlag: FlagDefinition = {
  name: 'filter',
  short: 'f',
  type: 'filter',
  help: 'Show only what matches (e.g. "label=key=value")',
};

/** `--filter` of the prune commands, where -f means --force. */
export const pruneFilterFlag: FlagDefinition = {
  name: 'filter',
  type: 'filter',
  help: 'Prune only what matches (e.g. "until=24h")',
};

export const forcePruneFlag: FlagDefinition = {
  name: 'force',
  short: 'f',
  type: 'bool',
  help: 'Do not ask before removing',
};

export const quietFlag: FlagDefinition = {
  name: 'quiet',
  short: 'q',
  type: 'bool',
  help: 'Print IDs or names only',
};

export const noTruncFlag: FlagDefinition = {
  name: 'no-trunc',
  type: 'bool',
  help: 'Print values in full length',
};

export const detachKeysFlag: FlagDefinition = {
  name: 'detach-keys',
  type: 'string',
  help: 'Key sequence that detaches from the container',
};

export const platformFlag: FlagDefinition = {
  name: 'platform',
  type: 'string',
  apiVersion: '1.32',
  help: 'Platform as "os[/arch[/variant]]" (e.g. "linux/amd64")',
};

export const platformsFlag: FlagDefinition = {
  ...platformFlag,
  type: 'strings',
  apiVersion: '1.48',
};

export const contentTrustFlag: FlagDefinition = {
  name: 'disable-content-trust',
  type: 'bool',
  default: 'true',
  help: 'Do not verify image signatures',
};
