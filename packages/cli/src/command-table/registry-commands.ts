import type { CommandDefinition } from './command-definition.ts';
import { filterFlag, noTruncFlag, tableFormatFlag } from './shared-flags.ts';

/** Commands that speak about registries. */
export const registryCommands: readonly CommandDefinition[] = [
  {
    name: 'login',
    summary: 'Log in to a registry',
    description: 'Docker Hub when no server is given.',
    usage: '[SERVER]',
    arguments: { min: 0, max: 1 },
    section: 'common',
    flags: [
      { name: 'password', short: 'p', type: 'string', help: 'Password or personal access token' },
      {
        name: 'password-stdin',
        type: 'bool',
        help: 'Read the password or personal access token from STDIN',
      },
      { name: 'username', short: 'u', type: 'string', help: 'User name' },
    ],
    load: () => import('../commands/registry-login.ts').then((m) => m.login),
  },
  {
    name: 'logout',
    summary: 'Log out from a registry',
    description: 'Docker Hub when no server is given.',
    usage: '[SERVER]',
    arguments: { min: 0, max: 1 },
    section: 'common',
    load: () => import('../commands/registry-logout.ts').then((m) => m.logout),
  },
  {
    name: 'search',
    summary: 'Search a registry for images',
    description:
      'Docker Hub, or the registry that the term begins with: "localhost:5000/word". Registries without a search\nare searched by the names of their repositories.',
    usage: 'TERM',
    arguments: { min: 1, max: 1 },
    section: 'common',
    flags: [
      { ...filterFlag, help: 'Show only what matches (e.g. "is-official=true", "stars=3")' },
      tableFormatFlag,
      { name: 'limit', type: 'int', help: 'Most results' },
      noTruncFlag,
    ],
    load: () => import('../commands/image-search.ts').then((m) => m.searchImages),
  },
];

const insecureFlag = {
  name: 'insecure',
  type: 'bool',
  help: 'Allow a registry without TLS or with an unknown certificate',
} as const;

/** The subcommands of `berth manifest`. */
export const manifestCommands: readonly CommandDefinition[] = [
  {
    name: 'annotate',
    summary: 'Change the platform of a manifest in a local list',
    usage: 'MANIFEST_LIST MANIFEST',
    arguments: { min: 2, max: 2 },
    flags: [
      { name: 'arch', type: 'string', help: 'Architecture' },
      { name: 'os', type: 'string', help: 'Operating system' },
      { name: 'os-features', type: 'strings', help: 'Features of the operating system' },
      { name: 'os-version', type: 'string', help: 'Version of the operating system' },
      { name: 'variant', type: 'string', help: 'Variant of the architecture' },
    ],
    load: () => import('../commands/manifest-annotate.ts').then((m) => m.annotateManifest),
  },
  {
    name: 'create',
    summary: 'Make a local list of manifests, to be annotated and pushed',
    usage: 'MANIFEST_LIST MANIFEST [MANIFEST...]',
    arguments: { min: 2 },
    flags: [
      { name: 'amend', short: 'a', type: 'bool', help: 'Add to a list that exists' },
      insecureFlag,
    ],
    load: () => import('../commands/manifest-create.ts').then((m) => m.createManifestList),
  },
  {
    name: 'inspect',
    summary: 'Show a manifest or a list of manifests',
    usage: '[MANIFEST_LIST] MANIFEST',
    arguments: { min: 1, max: 2 },
    flags: [
      insecureFlag,
      { name: 'verbose', short: 'v', type: 'bool', help: 'Show layers and platforms too' },
    ],
    load: () => import('../commands/manifest-inspect.ts').then((m) => m.inspectManifest),
  },
  {
    name: 'push',
    summary: 'Push a local list of manifests',
    usage: 'MANIFEST_LIST',
    arguments: { min: 1, max: 1 },
    flags: [
      insecureFlag,
      { name: 'purge', short: 'p', type: 'bool', help: 'Remove the local list afterwards' },
    ],
    load: () => import('../commands/manifest-push.ts').then((m) => m.pushManifestList),
  },
  {
    name: 'rm',
    summary: 'Remove local lists of manifests',
    usage: 'MANIFEST_LIST [MANIFEST_LIST...]',
    arguments: { min: 1 },
    load: () => import('../commands/manifest-remove.ts').then((m) => m.removeManifestLists),
  },
];
