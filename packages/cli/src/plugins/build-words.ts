import type { ClientConfig } from '@berth/engine-client';
import { parseBoolean } from '../flags/numbers.ts';
import { CommandError, ValueError } from '../usage-error.ts';

/** A command of Docker that the plug-in buildx does. */
export interface BuildWords {
  /** The plug-in: buildx, or what config.json has in its place. */
  readonly plugin: string;
  /** What stands for the command's own words. */
  readonly words: readonly string[];
  /** What is printed when there is no such plug-in although one was asked for. */
  readonly missing?: string;
  /** True when the builder of the daemon in use is meant, whatever builder is the plug-in's default. */
  readonly defaultBuilder: boolean;
}

const behindPlugin: Readonly<Record<string, readonly string[]>> = {
  bake: ['bake'],
  build: ['build'],
  builder: [],
  'image build': ['build'],
};

/**
 * How `build`, `image build`, `builder` and `bake` become words of a plug-in, as Docker's client turns them;
 * undefined for all other commands, and with DOCKER_BUILDKIT=0. Throws CommandError.
 */
export function buildWords(
  command: readonly string[],
  config: ClientConfig,
  environment: NodeJS.ProcessEnv,
): BuildWords | undefined {
  const behind = behindPlugin[command.join(' ')];
  if (behind === undefined) return undefined;
  const isBake = behind[0] === 'bake';
  const wanted = buildKitWanted(environment.DOCKER_BUILDKIT);
  if (wanted === false && !isBake) return undefined;
  const alias = config.aliases?.['builder'];
  const plugin = alias ?? 'buildx';
  const required = isBake || wanted === true || alias !== undefined;
  return {
    plugin,
    words: [plugin, ...behind],
    ...(required ? { missing: isBake ? missingForBake : missingForBuild } : {}),
    defaultBuilder: alias === undefined && !environment.BUILDX_BUILDER,
  };
}

const missingForBuild = `ERROR: BuildKit is enabled but the buildx component is missing or broken.
       Install the buildx component to build images with BuildKit:
       https://docs.docker.com/go/buildx/`;
const missingForBake = `ERROR: docker bake requires the buildx component but it is missing or broken.
       Install the buildx component to use bake:
       https://docs.docker.com/go/buildx/`;

function buildKitWanted(text: string | undefined): boolean | undefined {
  if (!text) return undefined;
  try {
    return parseBoolean(text);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    const message = `DOCKER_BUILDKIT environment variable expects boolean value: ${error.message}`;
    throw new CommandError(message, { cause: error });
  }
}
