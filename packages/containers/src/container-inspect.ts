import type {
  ContainerInspectResponse,
  ContainerState,
  MountPoint,
  OCIDescriptor,
} from '@berth/engine-api';
import type { ContainerContext } from './container-context.ts';
import type { ContainerEntry } from './container-entry.ts';
import type { ContainerRecord } from './container-record.ts';
import { healthOf } from './health/health-monitor.ts';
import { commandLine } from './image-config-merge.ts';
import type { MountRecord } from './mounts/mount-record.ts';
import { networkSettings } from './network-settings.ts';
import { linksView } from './start/links.ts';
import { zeroTime } from './timestamp.ts';

/** Everything that GET /containers/{id}/json shows. */
export async function inspectContainer(
  context: ContainerContext,
  entry: ContainerEntry,
  options: { readonly size?: boolean },
): Promise<ContainerInspectResponse> {
  const { record } = entry;
  const { path, args } = commandLine(record.config);
  const files = record.facts.files ?? {};
  return {
    Id: record.id,
    Created: record.created,
    Path: path,
    Args: args,
    State: stateView(entry),
    Image: record.image.id,
    ResolvConfPath: files.resolvConf ?? '',
    HostnamePath: files.hostname ?? '',
    HostsPath: files.hosts ?? '',
    // The files of other drivers are nobody's business but ours, as with Docker.
    LogPath: record.hostConfig.LogConfig?.Type === 'json-file' ? record.logPath : '',
    Name: `/${record.name}`,
    RestartCount: record.facts.restartCount,
    Driver: record.driver,
    Platform: record.image.platform.os,
    ImageManifestDescriptor: manifestView(record),
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: entry.execIds.size === 0 ? null : [...entry.execIds],
    HostConfig:
      record.hostConfig.NetworkMode === 'bridge'
        ? { ...record.hostConfig, Links: linksView(context, record) }
        : record.hostConfig,
    Storage: { RootFS: { Snapshot: { Name: record.driver } } },
    GraphDriver: { Name: record.driver, Data: await graphData(context, record) },
    ...(options.size ? await containerSizes(context, record) : {}),
    Mounts: await Promise.all(record.mounts.map((mount) => mountView(context, mount))),
    Config: record.config,
    NetworkSettings: networkSettings(context, record),
  };
}

function stateView(entry: ContainerEntry): ContainerState {
  const { facts, state } = entry;
  return {
    Status: state,
    Running: entry.running || state === 'restarting',
    Paused: facts.paused === true,
    Restarting: state === 'restarting',
    OOMKilled: facts.oomKilled,
    Dead: state === 'dead',
    Pid: facts.pid ?? 0,
    ExitCode: facts.exitCode,
    Error: facts.error,
    StartedAt: facts.startedAt ?? zeroTime,
    FinishedAt: facts.finishedAt ?? zeroTime,
    ...healthView(entry),
  };
}

function healthView(entry: ContainerEntry): Pick<ContainerState, 'Health'> {
  const health = healthOf(entry);
  return health === undefined ? {} : { Health: health };
}

/** The image manifest with its platform, as clients of API 1.48 and later get it. */
export function manifestView({ image }: ContainerRecord): OCIDescriptor {
  const { os, architecture, variant } = image.platform;
  return {
    mediaType: image.manifest.mediaType,
    digest: image.manifest.digest,
    size: image.manifest.size,
    platform: { architecture, os, ...(variant === undefined ? {} : { variant }) },
  };
}

async function graphData(
  context: ContainerContext,
  record: ContainerRecord,
): Promise<Record<string, string>> {
  try {
    return { ...(await context.snapshotter.describe(record.id)) };
  } catch {
    // A container whose snapshot is gone (dead) can still be inspected.
    return {};
  }
}

/** Bytes of the writable part, and of it with the image. */
export async function containerSizes(
  context: ContainerContext,
  record: ContainerRecord,
): Promise<{ readonly SizeRw: number; readonly SizeRootFs: number }> {
  const own = await context.snapshotter.containerUsage(record.id);
  const layers = await Promise.all(
    record.image.chain.map((chainId) => context.snapshotter.layerUsage(chainId)),
  );
  const image = layers.reduce((sum, layer) => sum + layer.bytes, 0);
  return { SizeRw: own.bytes, SizeRootFs: own.bytes + image };
}

/** One entry of `Mounts`; a volume's source is its folder on the host. */
export async function mountView(
  context: ContainerContext,
  mount: MountRecord,
): Promise<MountPoint> {
  return {
    Type: mount.type,
    ...(mount.name === undefined ? {} : { Name: mount.name }),
    Source: mount.type === 'volume' ? context.volumes.pathOf(mount.name ?? '') : mount.source,
    Destination: mount.destination,
    ...(mount.driver === undefined ? {} : { Driver: mount.driver }),
    Mode: mount.mode,
    RW: mount.readWrite,
    Propagation: mount.propagation,
  };
}
