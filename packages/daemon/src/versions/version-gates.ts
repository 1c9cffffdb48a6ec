import type { ContainerCreateBody } from '@berth/containers';
import {
  type ContainerInspectResponse,
  type ContainerSummary,
  type HostConfig,
  type ImageInspect,
  type ImageSummary,
  isOlderApiVersion,
  type SystemInfo,
} from '@berth/engine-api';
import type { Filters } from '../http/filter-parameter.ts';
import { inspectOfVersion, summaryOfVersion, withoutContainerMac } from './container-versions.ts';
import { upgradeMount } from './mount-versions.ts';

/*
 * Every difference between API versions. Handlers and services speak the newest shapes; requests of older
 * clients are completed here and answers for them are cut back or extended here.
 */

/** Content type of an attach, exec or logs stream. */
export function streamContentType(version: string, tty: boolean): string {
  return tty || isOlderApiVersion(version, '1.42')
    ? 'application/vnd.docker.raw-stream'
    : 'application/vnd.docker.multiplexed-stream';
}

/** Messages of a WebSocket were text before 1.28. */
export function sendsTextMessages(version: string): boolean {
  return isOlderApiVersion(version, '1.28');
}

interface ChosenStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** Before 1.42 a WebSocket carried all streams, whatever was asked for. */
export function webSocketStreams(version: string, asked: ChosenStreams): ChosenStreams {
  return isOlderApiVersion(version, '1.42') ? { stdin: true, stdout: true, stderr: true } : asked;
}

/** Settings that a version does not have are ignored, and defaults that have changed since are filled in. */
export function upgradeContainerCreate(
  version: string,
  body: ContainerCreateBody,
): ContainerCreateBody {
  const hostConfig: HostConfig = { ...body.HostConfig };
  if (isOlderApiVersion(version, '1.40') && !hostConfig.IpcMode) hostConfig.IpcMode = 'shareable';
  if (isOlderApiVersion(version, '1.41') && !hostConfig.CgroupnsMode) {
    hostConfig.CgroupnsMode = 'host';
  }
  if (isOlderApiVersion(version, '1.43')) hostConfig.Annotations = undefined;
  if (hostConfig.Mounts) {
    hostConfig.Mounts = hostConfig.Mounts.map((mount) => upgradeMount(version, mount));
  }
  const upgraded: ContainerCreateBody = {
    ...withoutContainerMac(version, body),
    HostConfig: hostConfig,
  };
  if (isOlderApiVersion(version, '1.44') && body.Healthcheck) {
    upgraded.Healthcheck = { ...body.Healthcheck, StartInterval: undefined };
  }
  return upgraded;
}

/** Restart and stop took no signal before 1.42. */
export function acceptedStopSignal(
  version: string,
  signal: string | undefined,
): string | undefined {
  return isOlderApiVersion(version, '1.42') ? undefined : signal;
}

/** Exec start took no console size before 1.42. */
export function acceptedConsoleSize(
  version: string,
  size: readonly number[] | null | undefined,
): readonly number[] | undefined {
  return isOlderApiVersion(version, '1.42') ? undefined : (size ?? undefined);
}

/** Platforms on import are of 1.32, on the commands for local images of 1.48. */
export function acceptsImagePlatform(version: string): boolean {
  return !isOlderApiVersion(version, '1.48');
}

/** Volume prune removed named volumes too before 1.42. */
export function upgradeVolumePruneFilters(version: string, filters: Filters): Filters {
  return isOlderApiVersion(version, '1.42') ? { ...filters, all: ['true'] } : filters;
}

export function downgradeContainerSummary(
  version: string,
  summary: ContainerSummary,
): ContainerSummary {
  const ofVersion = summaryOfVersion(version, summary);
  if (!isOlderApiVersion(version, '1.48')) return ofVersion;
  return { ...ofVersion, ImageManifestDescriptor: undefined };
}

/** Before 1.45 the short ID and the host name stood among the aliases on user-defined networks. */
export function downgradeContainerInspect(
  version: string,
  inspect: ContainerInspectResponse,
): ContainerInspectResponse {
  const older = { ...inspectOfVersion(version, inspect) };
  if (isOlderApiVersion(version, '1.48')) older.ImageManifestDescriptor = undefined;
  if (isOlderApiVersion(version, '1.45')) older.NetworkSettings = withShortAliases(inspect);
  return older;
}

function withShortAliases({
  Id = '',
  Config,
  NetworkSettings,
}: ContainerInspectResponse): ContainerInspectResponse['NetworkSettings'] {
  const networks = Object.entries(NetworkSettings?.Networks ?? {}).map(([name, endpoint]) => {
    if (['bridge', 'default', 'host', 'none'].includes(name)) return [name, endpoint];
    const aliases = [...(endpoint.Aliases ?? []), Id.slice(0, 12), Config?.Hostname ?? ''];
    return [name, { ...endpoint, Aliases: [...new Set(aliases.filter((alias) => alias !== ''))] }];
  });
  return { ...NetworkSettings, Networks: Object.fromEntries(networks) };
}

export function downgradeImageSummary(version: string, summary: ImageSummary): ImageSummary {
  const older: ImageSummary & { VirtualSize?: number } = { ...summary };
  if (isOlderApiVersion(version, '1.48')) older.Descriptor = undefined;
  if (isOlderApiVersion(version, '1.44')) older.VirtualSize = summary.Size;
  if (isOlderApiVersion(version, '1.43') && summary.RepoTags.length === 0) {
    older.RepoTags = ['<none>:<none>'];
    if (summary.RepoDigests.length === 0) older.RepoDigests = ['<none>@<none>'];
  }
  return older;
}

/** Fields of an image's Config that mean nothing for an image, and were printed until 1.49. */
const legacyImageConfig = {
  Hostname: '',
  Domainname: '',
  AttachStdin: false,
  AttachStdout: false,
  AttachStderr: false,
  Tty: false,
  OpenStdin: false,
  StdinOnce: false,
  Image: '',
};

export function downgradeImageInspect(version: string, inspect: ImageInspect): ImageInspect {
  const older: ImageInspect & Record<string, unknown> = { ...inspect };
  if (isOlderApiVersion(version, '1.50') && inspect.Config) {
    older.Config = { ...legacyImageConfig, ...inspect.Config };
  }
  if (!isOlderApiVersion(version, '1.52')) return withoutEmptyImageFields(older);
  if (isOlderApiVersion(version, '1.48')) older.Descriptor = undefined;
  if (isOlderApiVersion(version, '1.45')) {
    older.Container = '';
    older.ContainerConfig = null;
  }
  if (isOlderApiVersion(version, '1.44')) {
    older.VirtualSize = inspect.Size;
    older.Created = inspect.Created ?? '0001-01-01T00:00:00Z';
  }
  return older;
}

/** Since 1.52 what an image does not have is left out. */
function withoutEmptyImageFields(inspect: ImageInspect & Record<string, unknown>): ImageInspect {
  const shown = { ...inspect };
  for (const name of ['Parent', 'Comment', 'DockerVersion', 'Author']) {
    if (shown[name] === '') shown[name] = undefined;
  }
  if (!inspect.Config) return shown;
  const config: Record<string, unknown> = { ...inspect.Config };
  for (const name of emptiableConfigFields) if (isEmpty(config[name])) config[name] = undefined;
  return { ...shown, Config: config };
}

const emptiableConfigFields = [
  ...['Cmd', 'Entrypoint', 'Env', 'Labels', 'OnBuild', 'User', 'Volumes', 'WorkingDir'],
] as const;

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

export function downgradeSystemInfo(version: string, info: SystemInfo): SystemInfo {
  const older: SystemInfo & Record<string, unknown> = { ...info };
  if (!isOlderApiVersion(version, '1.52')) older.KernelMemoryTCP = undefined;
  if (isOlderApiVersion(version, '1.49')) older.FirewallBackend = undefined;
  if (isOlderApiVersion(version, '1.46')) older.Containerd = undefined;
  if (isOlderApiVersion(version, '1.44')) {
    const runtimes = Object.entries(info.Runtimes ?? {});
    older.Runtimes = Object.fromEntries(
      runtimes.map(([name, runtime]) => [name, { ...runtime, status: undefined }]),
    );
  }
  if (isOlderApiVersion(version, '1.50')) {
    older.DiscoveredDevices = undefined;
    older.BridgeNfIptables = false;
    older.BridgeNfIp6tables = false;
  }
  return older;
}

/** Before 1.52 events of containers and images repeated their main facts at the top. */
export function hasLegacyEventFields(version: string): boolean {
  return isOlderApiVersion(version, '1.52');
}
