import type { CommandDefinition } from './command-definition.ts';

/** Docker's commands that are not there yet: known by name, so that the user is told. */
export function later(
  section: CommandDefinition['section'],
  names: Readonly<Record<string, string>>,
): CommandDefinition[] {
  return Object.entries(names).map(([name, summary]) => {
    return { name, summary, hidden: true, flagsFirst: true, ...(section ? { section } : {}) };
  });
}

/** Whether a command of the table is known by name alone. */
export function isNotYetHere({ load, subcommands }: CommandDefinition): boolean {
  return load === undefined && subcommands === undefined;
}

const clustering = 'Berth runs containers of one host; it has no clustering.';
const buildx =
  "Docker's plug-in buildx in a plug-in folder is used for it; `berth help plug-ins` tells where.";

const hints: Readonly<Record<string, string>> = {
  build: buildx,
  bake: buildx,
  builder: buildx,
  buildx,
  'image build': buildx,
  checkpoint: '`berth commit` keeps the files of a container, `berth pause` stops it as it is.',
  compose:
    "Docker's plug-in docker-compose in a plug-in folder is used for it; `berth help plug-ins` tells where.",
  plugin:
    'Plug-ins that run by themselves (/run/docker/plugins, /etc/docker/plugins) are used for volumes, networks and authorization.',
  trust: '`berth pull NAME@sha256:…` takes exactly the image that is named.',
  'volume update': clustering,
};

/** What can be done about a command that is not there yet; `words` are those of its name. */
export function laterHint(words: readonly string[]): string {
  return hints[words.join(' ')] ?? clustering;
}
